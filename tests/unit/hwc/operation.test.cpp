// SPDX-License-Identifier: BSL-1.0
#include <hwc/operation.hpp>

#include <boost/describe/class.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

struct get_thing {
  using response = hwc::no_content;
  static constexpr auto route = hwc::get("/things/{id}");
  std::string id{};
  bool full = false;
};
BOOST_DESCRIBE_STRUCT(get_thing, (), (id, full))

struct reset_thing {
  using response = hwc::no_content;
  static constexpr auto route = hwc::get("/things/reset");
  static constexpr bool idempotent = false;  // a GET that changes state
};
BOOST_DESCRIBE_STRUCT(reset_thing, (), ())

struct put_thing {
  using response = hwc::no_content;
  static constexpr auto route = hwc::put("/things");
};
BOOST_DESCRIBE_STRUCT(put_thing, (), ())

// A parameter of that name, which goes to the service and says nothing about repeating.
struct post_thing {
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/things");
  bool idempotent = true;
};
BOOST_DESCRIBE_STRUCT(post_thing, (), (idempotent))

// What is meant to say it and does not: all of it is refused, and none is repeated meanwhile.
struct forgotten_static {
  using response = hwc::no_content;
  static constexpr auto route = hwc::get("/things/reset");
  bool idempotent = false;
};
BOOST_DESCRIBE_STRUCT(forgotten_static, (), ())

struct forgotten_const {
  using response = hwc::no_content;
  static constexpr auto route = hwc::get("/things/reset");
  [[maybe_unused]] static inline bool idempotent = true;
};
BOOST_DESCRIBE_STRUCT(forgotten_const, (), ())

struct as_enumerator {
  using response = hwc::no_content;
  static constexpr auto route = hwc::get("/things/reset");
  enum { idempotent = 1 };
};
BOOST_DESCRIBE_STRUCT(as_enumerator, (), ())

struct as_function {
  using response = hwc::no_content;
  static constexpr auto route = hwc::get("/things/reset");
  [[nodiscard]] bool idempotent() const { return true; }
};
BOOST_DESCRIBE_STRUCT(as_function, (), ())

template <class... Ops>
constexpr bool are_refused = ((hwc::operation<Ops> && hwc::detail::says_whether_idempotent<Ops>() &&
                               !hwc::detail::idempotent_is_a_bool<Ops> && !hwc::is_idempotent_v<Ops>)&&...);
static_assert(are_refused<forgotten_static, forgotten_const, as_enumerator, as_function>);

struct not_described {
  using response = hwc::no_content;
  static constexpr auto route = hwc::get("/things");
};

static_assert(hwc::operation<get_thing> && hwc::operation<reset_thing>);
static_assert(!hwc::operation<not_described> && !hwc::operation<int>);

static_assert(hwc::is_idempotent_v<get_thing>);
static_assert(!hwc::is_idempotent_v<reset_thing>);
static_assert(!hwc::is_idempotent_v<put_thing>);
static_assert(hwc::operation<post_thing> && !hwc::is_idempotent_v<post_thing>);

}  // namespace

TEST_CASE("the members of an operation: those in the route go to the path, the others to the payload") {
  CHECK(boost::mp11::mp_size<hwc::detail::members_in<get_thing, hwc::detail::place::path>>::value == 1);
  CHECK(std::string{boost::mp11::mp_first<hwc::detail::members_in<get_thing, hwc::detail::place::path>>::name} == "id");
  CHECK(boost::mp11::mp_size<hwc::detail::members_in<get_thing, hwc::detail::place::query>>::value == 1);
  CHECK(std::string{boost::mp11::mp_first<hwc::detail::members_in<get_thing, hwc::detail::place::query>>::name} ==
        "full");
}
