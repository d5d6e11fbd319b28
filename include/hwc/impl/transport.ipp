// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_TRANSPORT_IPP
#define HWC_IMPL_TRANSPORT_IPP

#include <hwc/transport.hpp>

#include <utility>

namespace hwc::inline v0_1 {

HWC_DECL error to_error(transport_error why) {
  return {.kind = why.kind,
          .status = why.status,
          .message = std::move(why.message),
          .sent = why.sent == delivery::not_sent ? delivery::not_sent : delivery::unknown,
          .attempts = why.begun ? 1 : 0,
          .cause = why.cause};
}

}  // namespace hwc

#endif  // HWC_IMPL_TRANSPORT_IPP
