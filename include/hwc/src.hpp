// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_SRC_HPP
#define HWC_SRC_HPP

// With HWC_SEPARATE_COMPILATION, to be included by exactly one source file of a program: it compiles most of what
// is no template, and what needs simdjson, which then costs no other file anything. Without, it changes nothing.
#include <hwc/detail/impl/buffer_stock.ipp>
#include <hwc/detail/impl/describe_answer.ipp>
#include <hwc/detail/impl/form_data.ipp>
#include <hwc/detail/impl/redact.ipp>
#include <hwc/detail/impl/web_page.ipp>
#include <hwc/fake/detail/impl/accounts.ipp>
#include <hwc/fake/detail/impl/notification_records.ipp>
#include <hwc/fake/detail/impl/otp_devices.ipp>
#include <hwc/fake/detail/impl/text_limits.ipp>
#include <hwc/fake/detail/impl/user_files.ipp>
#include <hwc/fake/detail/impl/visit.ipp>
#include <hwc/fake/impl/answers.ipp>
#include <hwc/fake/impl/authenticator.ipp>
#include <hwc/fake/impl/clock.ipp>
#include <hwc/fake/impl/form_parts.ipp>
#include <hwc/fake/impl/identity.ipp>
#include <hwc/fake/impl/read_operation.ipp>
#include <hwc/fake/impl/replay.ipp>
#include <hwc/fake/impl/route_match.ipp>
#include <hwc/fake/impl/transport.ipp>
#include <hwc/fake/impl/users.ipp>
#include <hwc/fake/impl/workspace.ipp>
#include <hwc/impl/advice.ipp>
#include <hwc/impl/build_request.ipp>
#include <hwc/impl/call_base.ipp>
#include <hwc/impl/call_fsm.ipp>
#include <hwc/impl/clock.ipp>
#include <hwc/impl/clock_skew.ipp>
#include <hwc/impl/endpoint.ipp>
#include <hwc/impl/error.ipp>
#include <hwc/impl/error_body.ipp>
#include <hwc/impl/explain.ipp>
#include <hwc/impl/file.ipp>
#include <hwc/impl/find_project.ipp>
#include <hwc/impl/http.ipp>
#include <hwc/impl/http_date.ipp>
#include <hwc/impl/printable.ipp>
#include <hwc/impl/recording.ipp>
#include <hwc/impl/request_flaw.ipp>
#include <hwc/impl/retry.ipp>
#include <hwc/impl/retry_budget.ipp>
#include <hwc/impl/secret.ipp>
#include <hwc/impl/timestamp.ipp>
#include <hwc/impl/token_bucket.ipp>
#include <hwc/impl/transport.ipp>
#include <hwc/impl/url.ipp>
#include <hwc/json/impl/error.ipp>
#include <hwc/json/impl/fields.ipp>
#include <hwc/json/impl/source.ipp>
#include <hwc/json/impl/source_state.ipp>
#include <hwc/json/impl/write.ipp>
#include <hwc/signers/impl/canonical_request.ipp>
#include <hwc/signers/impl/sdk_date.ipp>
#include <hwc/signers/impl/token.ipp>

#endif  // HWC_SRC_HPP
