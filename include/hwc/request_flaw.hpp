// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_REQUEST_FLAW_HPP
#define HWC_REQUEST_FLAW_HPP

#include <hwc/detail/config.hpp>
#include <hwc/http.hpp>

#include <charconv>
#include <cstddef>
#include <string_view>
#include <system_error>

namespace hwc::inline v0_1 {

// Why no transport can put the request on the wire as it is; empty when one can. Every transport asks it first and
// refuses, with `error_kind::invalid_argument`, what has a flaw: a host or target that would move the borders of a URL
// or of the request line, a header that would begin another one (RFC 9110 section 5.5), headers that say where the body
// ends (RFC 9112 section 6), which is the transport's to decide. The texts hold nothing of the request, so they may be
// shown.
[[nodiscard]] std::string_view request_flaw(const http_request& request);

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/request_flaw.ipp>
#endif

#endif  // HWC_REQUEST_FLAW_HPP
