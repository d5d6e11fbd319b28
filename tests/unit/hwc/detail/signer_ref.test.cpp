// SPDX-License-Identifier: BSL-1.0
#include <hwc/detail/signer_ref.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace {

// Signs, and has nothing else.
struct plain {
  void sign(hwc::http_request& request, hwc::wall_time) const { request.headers.add("A", "plain"); }
};

// Has everything that a signer may have.
struct full {
  hwc::result<void> sign(hwc::http_request& request, hwc::wall_time) const {
    request.headers.add("A", "scoped");
    return {};
  }
  hwc::result<void> sign_unscoped(hwc::http_request& request, hwc::wall_time) const {
    request.headers.add("A", "unscoped");
    return {};
  }
  hwc::result<hwc::preparation> prepare(hwc::moment, hwc::preparation_ticket& ticket) const {
    if (ticket.number == 0) return hwc::error{.kind = hwc::error_kind::credentials, .message = "no ticket"};
    return hwc::preparation{.wait = true};
  }
  std::uint64_t generation() const { return 7; }
  bool distrust(std::uint64_t generation) const { return generation == 7; }
  std::string_view project_id() const { return "project"; }
};

std::string signed_by(const hwc::detail::signer_ref& with) {
  hwc::http_request request;
  REQUIRE(with.sign(request, {}));
  REQUIRE(with.sign_unscoped(request, {}));
  return std::string{request.headers.at(0).value} + ", " + std::string{request.headers.at(1).value};
}

}  // namespace

TEST_CASE("a signer that only signs: always ready, for every service, with no other credentials and no project") {
  plain signer;
  const hwc::detail::signer_ref_to ref{signer};
  CHECK(signed_by(ref) == "plain, plain");
  CHECK_FALSE(ref.prepares());
  hwc::preparation_ticket ticket;
  hwc::preparation needed;
  CHECK(ref.prepare({}, ticket, needed));
  CHECK(needed.errand == nullptr);
  CHECK_FALSE(needed.wait);
  CHECK_FALSE(ref.distrust(ref.generation()));
  CHECK(ref.project_id().empty());
}

TEST_CASE("a signer that has more: each is asked for") {
  full signer;
  const hwc::detail::signer_ref_to ref{signer};
  CHECK(signed_by(ref) == "scoped, unscoped");
  CHECK(ref.prepares());
  hwc::preparation_ticket ticket;
  hwc::preparation needed;
  const auto refused = ref.prepare({}, ticket, needed);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "no ticket");
  ticket.number = 1;
  CHECK(ref.prepare({}, ticket, needed));
  CHECK(needed.wait);
  CHECK(ref.generation() == 7);
  CHECK(ref.distrust(7));
  CHECK_FALSE(ref.distrust(6));
  CHECK(ref.project_id() == "project");
}
