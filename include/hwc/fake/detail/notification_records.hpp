// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_DETAIL_NOTIFICATION_RECORDS_HPP
#define HWC_FAKE_DETAIL_NOTIFICATION_RECORDS_HPP

#include <hwc/detail/config.hpp>
#include <hwc/fake/answers.hpp>
#include <hwc/fake/detail/visit.hpp>
#include <hwc/http.hpp>
#include <hwc/workspace/list_notification_records.hpp>

namespace hwc::inline v0_1::fake::detail {

// The records of `project::notification_records`. Assumed, since the service's documents are silent: a query by
// desktop pool gives those with a `desktop_pool_name`, one by desktop the others, and filters want whole names.
[[nodiscard]] http_response serve(const hwc::workspace::list_notification_records& op, visit& at);

}  // namespace hwc::fake::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/detail/impl/notification_records.ipp>
#endif

#endif  // HWC_FAKE_DETAIL_NOTIFICATION_RECORDS_HPP
