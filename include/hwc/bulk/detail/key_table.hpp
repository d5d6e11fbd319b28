// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BULK_DETAIL_KEY_TABLE_HPP
#define HWC_BULK_DETAIL_KEY_TABLE_HPP

#include <hwc/bulk/journal.hpp>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>

#include <cstddef>
#include <cstring>
#include <string_view>

namespace hwc::inline v0_1::bulk::detail {

// 122 bits of the key's SHA-1 in place of its text: two of a billion keys are the same with a probability of 1e-19.
using fingerprint = boost::uuids::uuid;

[[nodiscard]] inline fingerprint fingerprint_of(std::string_view key) {
  return boost::uuids::name_generator_sha1{boost::uuids::ns::oid()}(key.data(), key.size());
}

// A fingerprint is as good as random already.
struct fingerprint_hash {
  using is_avalanching = void;
  std::size_t operator()(const fingerprint& of) const noexcept {
    std::size_t bits = 0;
    std::memcpy(&bits, of.data, sizeof bits);
    return bits;
  }
};

// What is known of each key, in 17 bytes and the room that a hash table leaves free.
class key_table {
 public:
  void begin_run() {
    for (auto& [key, of] : known_) of.met = false;
  }

  past meet(std::string_view key) {
    auto& of = known_[fingerprint_of(key)];
    if (of.met) return past::repeated;
    of.met = true;
    return of.known;
  }

  // Needs no memory for a key that was met.
  void note(std::string_view key, past now) { known_[fingerprint_of(key)].known = now; }

  [[nodiscard]] past find(const fingerprint& key) const {
    const auto found = known_.find(key);
    return found == known_.end() ? past::none : found->second.known;
  }

  [[nodiscard]] std::size_t size() const noexcept { return known_.size(); }

 private:
  struct entry {
    past known : 7 = past::none;
    bool met : 1 = false;
  };
  static_assert(sizeof(entry) == 1);

  boost::unordered_flat_map<fingerprint, entry, fingerprint_hash> known_;
};

[[nodiscard]] constexpr past as_past(outcome what) noexcept {
  return what == outcome::sent ? past::sent : what == outcome::not_sent ? past::not_sent : past::unknown;
}

}  // namespace hwc::bulk::detail

#endif  // HWC_BULK_DETAIL_KEY_TABLE_HPP
