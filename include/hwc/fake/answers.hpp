// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_ANSWERS_HPP
#define HWC_FAKE_ANSWERS_HPP

#include <hwc/detail/config.hpp>
#include <hwc/http.hpp>
#include <hwc/json/write.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::fake {

// The body of an error answer, as Workspace and its gateway write it. Empty optionals are left out.
struct error_answer {
  std::string error_code{};
  std::string error_msg{};
  std::optional<std::string> encoded_authorization_message{};
  std::optional<std::string> request_id{};  // the gateway's errors have it in the body as well
};
BOOST_DESCRIBE_STRUCT(error_answer, (), (error_code, error_msg, encoded_authorization_message, request_id))

namespace detail {

[[nodiscard]] http_response answered_with(int status, const error_answer& body);

// An error of the service, with the codes of its documents; of an argument, and of a user who is not there.
[[nodiscard]] http_response failed(int status, std::string_view code, std::string_view message);
[[nodiscard]] http_response invalid(std::string_view why);
[[nodiscard]] http_response no_such_user();

template <class Body>
[[nodiscard]] http_response answered(int status, const Body& body) {
  http_response answer{.status = status};
  answer.headers.add("Content-Type", "application/json");
  if (!json::write(body, answer.body)) return failed(500, "WKS.00211401", "The data of the state are not UTF-8");
  return answer;
}

}  // namespace detail
}  // namespace hwc::fake

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/impl/answers.ipp>
#endif

#endif  // HWC_FAKE_ANSWERS_HPP
