// SPDX-License-Identifier: BSL-1.0
#include <hwc/error_policy.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <type_traits>

namespace {

const hwc::error sample{.kind = hwc::error_kind::forbidden, .status = 403};

// What the comment of the concept asks for, and nothing else.
struct minimal_policy {
  template <class T>
  bool complete(hwc::result<T> outcome) const {
    return outcome.has_value();
  }
};
static_assert(hwc::error_policy<minimal_policy>);
static_assert(hwc::error_policy<hwc::throw_on_error>);
static_assert(hwc::error_policy<hwc::return_result>);
static_assert(std::is_empty_v<hwc::throw_on_error> && std::is_empty_v<hwc::return_result>);

}  // namespace

TEST_CASE("throw_on_error: the value itself, moved out, or an exception") {
  CHECK(hwc::throw_on_error{}.complete(hwc::result<int>{7}) == 7);
  hwc::result<std::unique_ptr<int>> movable{std::make_unique<int>(1)};
  CHECK(*hwc::throw_on_error{}.complete(std::move(movable)) == 1);
  CHECK_THROWS_AS(static_cast<void>(hwc::throw_on_error{}.complete(hwc::result<int>{sample})), hwc::exception);
}

TEST_CASE("return_result: what the call found, unchanged") {
  CHECK(hwc::return_result{}.complete(hwc::result<int>{7}).value() == 7);
  CHECK(hwc::return_result{}.complete(hwc::result<int>{sample}).error() == sample);
}

#if defined(__cpp_lib_expected)
static_assert(hwc::error_policy<hwc::return_expected>);

TEST_CASE("return_expected: the standard library's type") {
  CHECK(hwc::return_expected{}.complete(hwc::result<int>{7}).value() == 7);
  CHECK(hwc::return_expected{}.complete(hwc::result<int>{sample}).error() == sample);
}
#endif
