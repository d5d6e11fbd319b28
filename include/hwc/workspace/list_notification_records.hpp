// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_LIST_NOTIFICATION_RECORDS_HPP
#define HWC_WORKSPACE_LIST_NOTIFICATION_RECORDS_HPP

#include <hwc/open_enum.hpp>
#include <hwc/operation.hpp>
#include <hwc/timestamp.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hwc::inline v0_1::workspace {

enum class notification_query { DESKTOP, DESKTOP_POOL };
BOOST_DESCRIBE_ENUM(notification_query, DESKTOP, DESKTOP_POOL)

enum class notification_type { EMAIL, SMS };
BOOST_DESCRIBE_ENUM(notification_type, EMAIL, SMS)

enum class sort_direction { ASC, DESC };
BOOST_DESCRIBE_ENUM(sort_direction, ASC, DESC)

// An email or SMS that was blocked or failed.
struct notification_record {
  std::optional<std::string> project_id{};
  std::optional<open_enum<notification_type>> type{};
  std::optional<std::string> user_name{};
  std::optional<std::string> desktop_name{};
  std::optional<std::string> desktop_pool_name{};
  std::optional<std::string> result{};
  std::optional<std::string> error_message{};
  std::optional<timestamp> operate_time{};
};
BOOST_DESCRIBE_STRUCT(notification_record, (),
                      (project_id, type, user_name, desktop_name, desktop_pool_name, result, error_message,
                       operate_time))

struct listed_notification_records {
  std::optional<std::int64_t> total_count{};  // all that fit, on whatever page
  std::optional<std::vector<notification_record>> notification_records{};
};
BOOST_DESCRIBE_STRUCT(listed_notification_records, (), (total_count, notification_records))

// Lists emails and SMS that did not go out: "Querying Notification Records" of the Workspace API reference; the nearest
// thing to a report of delivery. Whether the emails of `resend_email` are among them is not documented, nor is an IAM
// action. All pages, one after the other: `hwc::pages` (see <hwc/pages.hpp>).
struct list_notification_records {
  using response = listed_notification_records;
  static constexpr auto route = get("/v2/{project_id}/users/notification-records");
  static constexpr auto items = &listed_notification_records::notification_records;

  notification_query query_type = notification_query::DESKTOP;
  std::optional<std::string> desktop_name{};
  std::optional<std::string> desktop_pool_name{};
  std::optional<std::string> user_name{};
  std::optional<notification_type> type{};
  std::optional<std::int64_t> offset{};     // the first record, from 0
  std::optional<std::int64_t> limit{};      // records on a page, up to 1000, which is the service's default
  std::optional<std::string> sort_field{};  // "operate_time", which needs `sort_type`
  std::optional<sort_direction> sort_type{};
};
BOOST_DESCRIBE_STRUCT(list_notification_records, (),
                      (query_type, desktop_name, desktop_pool_name, user_name, type, offset, limit, sort_field,
                       sort_type))

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_LIST_NOTIFICATION_RECORDS_HPP
