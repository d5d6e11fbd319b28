// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_HWC_HPP
#define HWC_HWC_HPP

// Everything of the core that a program needs to call the service; adapters and `hwc::fake` are included apart.

#include <hwc/advice.hpp>
#include <hwc/client.hpp>
#include <hwc/credentials/agency.hpp>
#include <hwc/credentials/chain.hpp>
#include <hwc/credentials/environment.hpp>
#include <hwc/credentials/fixed.hpp>
#include <hwc/credentials/metadata.hpp>
#include <hwc/credentials/oidc_token.hpp>
#include <hwc/credentials/password.hpp>
#include <hwc/credentials/sts_agency.hpp>
#include <hwc/credentials/temporary_keys.hpp>
#include <hwc/explain.hpp>
#include <hwc/iam/regions.hpp>
#include <hwc/iam_policy.hpp>
#include <hwc/json.hpp>
#include <hwc/pages.hpp>
#include <hwc/secret.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/signers/refreshing.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/sts/regions.hpp>
#include <hwc/version.hpp>
#include <hwc/workspace/active_type.hpp>
#include <hwc/workspace/batch_create_users.hpp>
#include <hwc/workspace/batch_delete_users.hpp>
#include <hwc/workspace/change_user_status.hpp>
#include <hwc/workspace/create_user.hpp>
#include <hwc/workspace/delete_otp_devices.hpp>
#include <hwc/workspace/delete_user.hpp>
#include <hwc/workspace/export_user_list_template.hpp>
#include <hwc/workspace/export_users.hpp>
#include <hwc/workspace/export_users_template.hpp>
#include <hwc/workspace/import_user_list.hpp>
#include <hwc/workspace/language.hpp>
#include <hwc/workspace/list_notification_records.hpp>
#include <hwc/workspace/list_otp_devices.hpp>
#include <hwc/workspace/list_users.hpp>
#include <hwc/workspace/regions.hpp>
#include <hwc/workspace/resend_email.hpp>
#include <hwc/workspace/reset_random_password.hpp>
#include <hwc/workspace/show_user.hpp>
#include <hwc/workspace/update_user.hpp>

#endif  // HWC_HWC_HPP
