// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_IMPL_TRANSPORT_IPP
#define HWC_CURL_IMPL_TRANSPORT_IPP

#include <hwc/curl/detail/settings.hpp>
#include <hwc/curl/detail/slot.hpp>
#include <hwc/curl/transport.hpp>
#include <hwc/http.hpp>
#include <hwc/transport.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

namespace hwc::inline v0_1::curl {

// Slots at rest, the last used at the back: the more often one is used, the less likely its connection was dropped.
// They are list nodes so that giving one back, when the outcome is already known, cannot run out of memory.
class transport::pool {
 public:
  using slots = std::list<detail::slot>;

  explicit pool(transport_options chosen) : common{std::move(chosen)} {}

  // A list of one: a slot that leads to the origin, else a new one.
  slots take(const http_origin& origin) {
    slots taken;
    {
      const std::lock_guard lock{mutex};
      const auto found = std::find_if(idle.rbegin(), idle.rend(), [&](const auto& s) { return s.origin() == origin; });
      if (found != idle.rend()) taken.splice(taken.begin(), idle, std::prev(found.base()));
    }
    if (taken.empty()) taken.emplace_back(common);
    return taken;
  }

  // Where it is one too many, the one that rested longest goes; it is closed after the lock is given up.
  void give_back(slots& used) {
    if (!used.front().usable()) return;
    slots surplus;
    const std::lock_guard lock{mutex};
    idle.splice(idle.end(), used);
    if (idle.size() > common.options.max_idle_connections) surplus.splice(surplus.begin(), idle, idle.begin());
  }

  const detail::settings common;
  std::mutex mutex;
  slots idle;
};

HWC_DECL transport::transport(transport_options options) : pool_{std::make_shared<pool>(std::move(options))} {}

HWC_DECL exchange_result transport::send(const http_request& request, http_response& response,
                                         const exchange_options& options) {
  response.clear();
  if (auto why = pool_->common.refusal(request, options)) return *std::move(why);
  auto taken = pool_->take(request.origin);
  auto& slot = taken.front();
  if (!slot.usable()) return detail::settings::exhausted(slot.socket_error());
  auto outcome = slot.exchange(request, response, options);
  pool_->give_back(taken);
  return outcome;
}

HWC_DECL multiplexed transport::multiplex(std::size_t concurrency) {
  return multiplexed{{pool_, &pool_->common}, concurrency};
}

}  // namespace hwc::curl

#endif  // HWC_CURL_IMPL_TRANSPORT_IPP
