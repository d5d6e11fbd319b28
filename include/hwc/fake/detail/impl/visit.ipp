// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_DETAIL_IMPL_VISIT_IPP
#define HWC_FAKE_DETAIL_IMPL_VISIT_IPP

#include <hwc/fake/detail/visit.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::fake::detail {

HWC_DECL std::string counted_id(std::string_view prefix, std::size_t number) {
  constexpr std::size_t size = 32;
  const auto digits = std::to_string(number);
  return std::string{prefix} + std::string(size - prefix.size() - digits.size(), '0') + digits;
}

HWC_DECL user* visit::find_user(std::string_view id) const {
  const auto at = std::find_if(in.users.begin(), in.users.end(), [&](const user& u) { return u.id == id; });
  return at == in.users.end() ? nullptr : &*at;
}

HWC_DECL std::string visit::new_password() {
  constexpr std::size_t length = 8;
  const auto digits = std::to_string(++made);
  return "Fake-" + std::string(length - std::min(length, digits.size()), '0') + digits;
}

HWC_DECL void visit::mail(const user& to, email_reason reason) {
  outbox.push_back(
      {.project_id = in.id, .user_id = to.id, .user_email = to.user_email, .request_id = request_id, .reason = reason});
}

}  // namespace hwc::fake::detail

#endif  // HWC_FAKE_DETAIL_IMPL_VISIT_IPP
