// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_DETAIL_VISIT_HPP
#define HWC_FAKE_DETAIL_VISIT_HPP

#include <hwc/detail/config.hpp>
#include <hwc/fake/project.hpp>
#include <hwc/time.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hwc::inline v0_1::fake::detail {

// 32 hexadecimal digits, as the service makes ids, but counted. The prefix is of hexadecimal digits, too.
[[nodiscard]] std::string counted_id(std::string_view prefix, std::size_t number);

// One request to one project of the fake service: what it may read and change.
struct visit {
  project& in;
  std::vector<sent_email>& outbox;
  std::size_t& made;  // ids and passwords, by the service so far
  std::string request_id;
  wall_time now;

  // Null: there is none.
  [[nodiscard]] user* find_user(std::string_view id) const;
  [[nodiscard]] std::string new_id(std::string_view prefix) { return counted_id(prefix, ++made); }
  [[nodiscard]] std::string new_password();
  void mail(const user& to, email_reason reason);
};

}  // namespace hwc::fake::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/detail/impl/visit.ipp>
#endif

#endif  // HWC_FAKE_DETAIL_VISIT_HPP
