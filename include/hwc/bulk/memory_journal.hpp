// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BULK_MEMORY_JOURNAL_HPP
#define HWC_BULK_MEMORY_JOURNAL_HPP

#include <hwc/bulk/detail/key_table.hpp>
#include <hwc/bulk/journal.hpp>
#include <hwc/error.hpp>

#include <cstddef>
#include <string_view>

namespace hwc::inline v0_1::bulk {

// A journal that ends with the process: for runs that will not be taken up again, and for tests. It still sees to it
// that nobody in a list, or in several runs with the same journal, is sent two emails.
//
// Never fails; throws what growing throws, and only in `meet` for keys that come through `run`.
class memory_journal {
 public:
  void begin_run() { keys_.begin_run(); }
  [[nodiscard]] past meet(std::string_view key) { return keys_.meet(key); }
  [[nodiscard]] result<void> begin(std::string_view key) {
    keys_.note(key, past::unknown);
    return {};
  }
  [[nodiscard]] result<void> end(std::string_view key, outcome what) {
    keys_.note(key, detail::as_past(what));
    return {};
  }

  // Keys that it has heard of.
  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }

 private:
  detail::key_table keys_;
};

static_assert(journal<memory_journal>);

}  // namespace hwc::bulk

#endif  // HWC_BULK_MEMORY_JOURNAL_HPP
