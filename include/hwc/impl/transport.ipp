// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_TRANSPORT_IPP
#define HWC_IMPL_TRANSPORT_IPP

#include <hwc/transport.hpp>

#include <boost/assert/source_location.hpp>

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

HWC_DECL void throw_exception_from_error(const transport_error& why, const boost::source_location& where) {
  throw_exception_from_error(to_error(why), where);
}

}  // namespace hwc

#endif  // HWC_IMPL_TRANSPORT_IPP
