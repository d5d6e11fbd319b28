// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_DETAIL_IMPL_NOTIFICATION_RECORDS_IPP
#define HWC_FAKE_DETAIL_IMPL_NOTIFICATION_RECORDS_IPP

#include <hwc/fake/detail/notification_records.hpp>
#include <hwc/fake/detail/text_limits.hpp>
#include <hwc/time.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <optional>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::fake::detail {

HWC_DECL bool fits(const hwc::workspace::notification_record& one,
                   const hwc::workspace::list_notification_records& wanted) {
  const auto is = [](const auto& given, const auto& value) { return !given || value == *given; };
  const bool is_by_pool = wanted.query_type == hwc::workspace::notification_query::DESKTOP_POOL;
  return is_by_pool == one.desktop_pool_name.has_value() && is(wanted.desktop_name, one.desktop_name) &&
         is(wanted.desktop_pool_name, one.desktop_pool_name) && is(wanted.user_name, one.user_name) &&
         is(wanted.type, one.type);
}

HWC_DECL http_response serve(const hwc::workspace::list_notification_records& op, visit& at) {
  constexpr std::int64_t most = 1000;
  const auto limit = op.limit.value_or(most), offset = op.offset.value_or(0);
  if (limit < 0 || limit > most) return invalid("limit: 0 to 1000");
  if (offset < 0) return invalid("offset");
  if (!fits_in(op.desktop_pool_name, 255, 1)) return invalid("desktop_pool_name");
  if (op.sort_field && (*op.sort_field != "operate_time" || !op.sort_type)) {
    return invalid("sort_field is operate_time and needs sort_type");
  }
  // A list sorts stably by itself: Clang 19 warns of what libstdc++ 12 makes std::stable_sort of.
  std::list<hwc::workspace::notification_record> all;
  for (const auto& one : at.in.notification_records) {
    if (!fits(one, op)) continue;
    all.push_back(one);
    if (!one.project_id) all.back().project_id = at.in.id;
  }
  if (op.sort_field) {
    const auto time = [](const hwc::workspace::notification_record& one) {
      return one.operate_time ? one.operate_time->when() : std::optional<wall_time>{};
    };
    const bool is_descending = op.sort_type == hwc::workspace::sort_direction::DESC;
    all.sort([&](const auto& a, const auto& b) { return is_descending ? time(b) < time(a) : time(a) < time(b); });
  }
  const auto size = static_cast<std::int64_t>(all.size());
  const auto before = std::min(offset, size);
  const auto begin = std::next(all.begin(), static_cast<std::ptrdiff_t>(before));
  const auto end = std::next(begin, static_cast<std::ptrdiff_t>(std::min(limit, size - before)));
  return answered(200, hwc::workspace::listed_notification_records{.total_count = size,
                                                                   .notification_records = std::vector(begin, end)});
}

}  // namespace hwc::fake::detail

#endif  // HWC_FAKE_DETAIL_IMPL_NOTIFICATION_RECORDS_IPP
