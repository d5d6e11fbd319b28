// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_DETAIL_USER_FILES_HPP
#define HWC_FAKE_DETAIL_USER_FILES_HPP

#include <hwc/detail/config.hpp>
#include <hwc/fake/answers.hpp>
#include <hwc/fake/detail/visit.hpp>
#include <hwc/http.hpp>
#include <hwc/workspace/export_user_list_template.hpp>
#include <hwc/workspace/export_users.hpp>
#include <hwc/workspace/export_users_template.hpp>
#include <hwc/workspace/import_user_list.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace hwc::inline v0_1::fake::detail {

// The fields of a line of comma-separated values, which it takes off the front of the text (RFC 4180, and a line may
// end with LF alone). Precondition: the text is not empty.
[[nodiscard]] std::vector<std::string> take_csv_line(std::string_view& text);

// Files of users. The service's documents do not show any, so this is assumed:
//
//  - They are comma-separated values whose first line names the columns; en_US without a `language`.
//  - An import reads and checks, and creates nobody. A line with a user's name and as many fields as there are columns
//    is good, and has the id of the user who is called so; the others are in `failed_detail_list`. A file whose first
//    line is not the template's is reported by `error_code`, in an answer with status 200.
//  - An export gives the id of a task that nobody can ask for.
[[nodiscard]] http_response serve(const hwc::workspace::export_user_list_template& op, visit& at);
[[nodiscard]] http_response serve(const hwc::workspace::export_users_template& op, visit& at);
[[nodiscard]] http_response serve(const hwc::workspace::import_user_list& op, visit& at);
[[nodiscard]] http_response serve(const hwc::workspace::export_users& op, visit& at);

}  // namespace hwc::fake::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/detail/impl/user_files.ipp>
#endif

#endif  // HWC_FAKE_DETAIL_USER_FILES_HPP
