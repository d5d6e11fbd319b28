// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_PROJECT_HPP
#define HWC_FAKE_PROJECT_HPP

#include <hwc/fake/users.hpp>
#include <hwc/workspace/list_notification_records.hpp>

#include <optional>
#include <string>
#include <vector>

namespace hwc::inline v0_1::fake {

// A group that users can be created in.
struct user_group {
  std::string id{};
  std::string name{};
};

// A project of the fake service, with what lives in it.
struct project {
  std::string id{};
  std::vector<user> users{};
  std::vector<std::string> email_templates{};
  std::vector<std::string> phone_templates{};
  std::vector<user_group> groups{};
  std::vector<hwc::workspace::notification_record> notification_records{};
};

// Why an email or SMS goes out.
enum class email_reason : unsigned char {
  resent,        // `resend_email`
  created,       // the sign-in data of a new user with USER_ACTIVATE
  new_password,  // RESET_PWD, or a random password with a `notification_type`
};

// An email, or an SMS where the user has no mailbox, that the fake service took for sending.
struct sent_email {
  std::string project_id{};
  std::string user_id{};
  std::string user_email{};
  std::optional<std::string> template_id{};
  std::optional<std::string> phone_template_id{};
  std::string request_id{};  // X-Request-Id of the answer
  email_reason reason = email_reason::resent;

  friend bool operator==(const sent_email&, const sent_email&) = default;
};

}  // namespace hwc::fake

#endif  // HWC_FAKE_PROJECT_HPP
