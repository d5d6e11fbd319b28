// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_DESCRIBE_ANSWER_HPP
#define HWC_DETAIL_DESCRIBE_ANSWER_HPP

#include <hwc/detail/config.hpp>
#include <hwc/detail/redact.hpp>
#include <hwc/error.hpp>
#include <hwc/error_body.hpp>
#include <hwc/http.hpp>
#include <hwc/json/read.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace hwc::inline v0_1::detail {

// Longest texts of an error, in bytes. The vendor declares 12, 1,000 and 10,240 for the first three.
inline constexpr std::size_t longest_code = 256;
inline constexpr std::size_t longest_message = 4096;
inline constexpr std::size_t longest_encoded_message = 64 * 1024;
inline constexpr std::size_t longest_request_id = 256;

// The id that a gateway gave to a request, without the credentials of that.
[[nodiscard]] std::string request_id_of(const http_response& answer, const redactor& secrets);

// The error that an answer describes: its body's fields, or our own words, without the credentials of the request. The
// answer's body is redacted before it is read, since what is shown of one that is no JSON may end inside a credential.
[[nodiscard]] error describe_answer(http_response& answer, const redactor& secrets, json::reader& reader);

}  // namespace hwc::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/detail/impl/describe_answer.ipp>
#endif

#endif  // HWC_DETAIL_DESCRIBE_ANSWER_HPP
