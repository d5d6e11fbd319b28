// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_READABLE_ALGORITHM_HPP
#define HWC_TESTS_SUPPORT_READABLE_ALGORITHM_HPP

#include <hwc/signers/access_key.hpp>

#include <string>
#include <string_view>

namespace support {

// A signature algorithm without cryptography, which shows what it was given: the digest is the number of bytes and a
// sum over them, the signature is the key and the text. It is also the minimal model of the concept.
struct readable_algorithm {
  static constexpr std::string_view name = "READABLE";
  static constexpr std::string_view content_header = "X-Readable";

  struct digest {
    void update(std::string_view bytes) {
      size += bytes.size();
      for (const char c : bytes) sum = sum * 31 + static_cast<unsigned char>(c);
    }
    hwc::result<void> finish(std::string& out) const {
      out += std::to_string(size) + '.' + std::to_string(sum);
      return {};
    }
    std::size_t size = 0;
    unsigned sum = 0;
  };

  struct signing_key {
    explicit signing_key(const hwc::access_key& key) : sk{key.sk} {}
    hwc::result<void> sign(std::string_view text, std::string& out) const {
      if (text.find("20380119") != std::string_view::npos) {
        return hwc::error{.kind = hwc::error_kind::credentials, .message = "the library failed"};
      }
      out += sk.reveal();
      for (const char c : text) out += c == '\n' ? '|' : c;
      return {};
    }
    hwc::secret sk;
  };
};

static_assert(hwc::signature_algorithm<readable_algorithm>);

using readable_signer = hwc::access_key_signer<readable_algorithm>;
static_assert(hwc::signer<readable_signer>);

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_READABLE_ALGORITHM_HPP
