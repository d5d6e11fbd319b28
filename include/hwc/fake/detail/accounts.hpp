// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_DETAIL_ACCOUNTS_HPP
#define HWC_FAKE_DETAIL_ACCOUNTS_HPP

#include <hwc/detail/config.hpp>
#include <hwc/fake/answers.hpp>
#include <hwc/fake/detail/visit.hpp>
#include <hwc/http.hpp>
#include <hwc/workspace/batch_create_users.hpp>
#include <hwc/workspace/batch_delete_users.hpp>
#include <hwc/workspace/change_user_status.hpp>
#include <hwc/workspace/create_user.hpp>
#include <hwc/workspace/delete_user.hpp>
#include <hwc/workspace/list_users.hpp>
#include <hwc/workspace/resend_email.hpp>
#include <hwc/workspace/reset_random_password.hpp>
#include <hwc/workspace/show_user.hpp>
#include <hwc/workspace/update_user.hpp>

namespace hwc::inline v0_1::fake::detail {

// What the fake service does with its users. Limits and codes are those of the service's documents. Where they are
// silent, this is assumed:
//
//  - There is no directory, so ADMIN_ACTIVATE needs a password; domains only keep names apart.
//  - A name that is taken in its domain: 409 WKS.00211103, the documents' example of a conflict.
//  - A batch is done as a whole or, with the error of the first that cannot be, not at all.
//  - A new password where there is nowhere to send it to, RESET_PWD without mailbox and phone: an invalid argument.
//  - A random password is needed with a `notification_type` by users with USER_ACTIVATE; it names only ways that the
//    user has.
//  - `resend_email` sends to users who are locked, disabled, expired, or have ADMIN_ACTIVATE, as to all others.
//  - Nobody takes part in collaboration, and the directory's platform is LOCAL.
[[nodiscard]] http_response serve(const hwc::workspace::create_user& op, visit& at);
[[nodiscard]] http_response serve(const hwc::workspace::batch_create_users& op, visit& at);
[[nodiscard]] http_response serve(const hwc::workspace::list_users& op, visit& at);
[[nodiscard]] http_response serve(const hwc::workspace::show_user& op, visit& at);
[[nodiscard]] http_response serve(const hwc::workspace::update_user& op, visit& at);
[[nodiscard]] http_response serve(const hwc::workspace::delete_user& op, visit& at);
[[nodiscard]] http_response serve(const hwc::workspace::batch_delete_users& op, visit& at);
[[nodiscard]] http_response serve(const hwc::workspace::change_user_status& op, visit& at);
[[nodiscard]] http_response serve(const hwc::workspace::reset_random_password& op, visit& at);
[[nodiscard]] http_response serve(const hwc::workspace::resend_email& op, visit& at);

}  // namespace hwc::fake::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/detail/impl/accounts.ipp>
#endif

#endif  // HWC_FAKE_DETAIL_ACCOUNTS_HPP
