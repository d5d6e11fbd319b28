// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_MADE_RANGE_HPP
#define HWC_TESTS_SUPPORT_MADE_RANGE_HPP

#include <cstddef>
#include <iterator>
#include <type_traits>

namespace support {

// An input range of `make(0)`, `make(1)` and so on, each made when it is looked at. (Clang 14 cannot compile the views
// of libstdc++ 12.)
template <class Make>
struct made_range {
  struct iterator {
    using value_type = std::remove_cvref_t<std::invoke_result_t<Make&, std::size_t>>;
    using difference_type = std::ptrdiff_t;
    value_type operator*() const { return of->make(at); }
    iterator& operator++() {
      ++at;
      return *this;
    }
    void operator++(int) { ++at; }
    bool operator==(std::default_sentinel_t) const { return at == of->count; }

    made_range* of;
    std::size_t at = 0;
  };
  iterator begin() { return {this}; }
  std::default_sentinel_t end() { return {}; }

  std::size_t count;
  Make make;
};
template <class Make>
made_range(std::size_t, Make) -> made_range<Make>;

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_MADE_RANGE_HPP
