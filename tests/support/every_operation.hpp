// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_EVERY_OPERATION_HPP
#define HWC_TESTS_SUPPORT_EVERY_OPERATION_HPP

#include <hwc/hwc.hpp>

#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <concepts>
#include <string>
#include <string_view>

namespace support {

// The operations of include/hwc/workspace.
using every_operation = boost::mp11::mp_list<
    hwc::workspace::batch_create_users, hwc::workspace::batch_delete_users, hwc::workspace::change_user_status,
    hwc::workspace::create_user, hwc::workspace::delete_otp_devices, hwc::workspace::delete_user,
    hwc::workspace::export_user_list_template, hwc::workspace::export_users, hwc::workspace::export_users_template,
    hwc::workspace::import_user_list, hwc::workspace::list_notification_records, hwc::workspace::list_otp_devices,
    hwc::workspace::list_users, hwc::workspace::resend_email, hwc::workspace::reset_random_password,
    hwc::workspace::show_user, hwc::workspace::update_user>;

// Which members of an operation get a value: those without which no request can be built, or all.
enum class filling { what_must_be, everything };

// What texts are filled with: characters that want encoding.
inline constexpr std::string_view filled_text = "a b&c=d/e?\xC3\xA9\"%22+\\";

// Gives a value of the type that is not its default.
template <class T>
void fill(T& value, filling how) {
  using namespace hwc::json::detail;
  if constexpr (boolean<T>) {
    value = true;
  } else if constexpr (integer<T>) {
    value = static_cast<T>(100);
  } else if constexpr (string<T> || secret_text<T>) {
    value = T{filled_text};
  } else if constexpr (text_value<T>) {
    value = T::from_text("x; \xC3\xA9");
  } else if constexpr (described_enum<T>) {
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto e) { value = e.value; });
  } else if constexpr (std::same_as<T, hwc::file>) {
    value = {.name = "a \"b\".csv", .content = std::string{"\r\n--\0\xFF", 6}, .content_type = "text/csv; x=y"};
  } else if constexpr (optional<T>) {
    if (how == filling::everything) fill(value.emplace(), how);
  } else if constexpr (vector<T>) {
    if (how == filling::everything) {
      value.resize(2);
      fill(value.back(), how);
    }
  } else {
    boost::mp11::mp_for_each<members_of<T>>([&](auto member) {
      member_type<T, decltype(member)>& one = value.*member.pointer;
      fill(one, how);
    });
  }
}

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_EVERY_OPERATION_HPP
