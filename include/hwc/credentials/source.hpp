// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CREDENTIALS_SOURCE_HPP
#define HWC_CREDENTIALS_SOURCE_HPP

#include <hwc/detail/wipe.hpp>
#include <hwc/errand.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/secret.hpp>
#include <hwc/signers/signature_algorithm.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hwc::inline v0_1::credentials {

// Credentials as a source gives them: an `access_key`, or an IAM token as a `secret`.
template <class T>
struct issued {
  T value{};
  std::optional<wall_time> expires_at{};  // none: they do not expire
  std::string project_id{};               // that they are for; empty: the source does not know
};

// Why a run found nothing.
enum class lack : unsigned char {
  absent,   // nothing is set up here: another source may be tried
  failed,   // something is set up, but it is broken or did not answer: it may do so later
  refused,  // who was asked said no, and asking again may lock the account
};

// One run of a source: a state machine like `errand`, without I/O over a network.
template <class T>
class fetch {
 public:
  fetch() = default;
  fetch(const fetch&) = delete;
  fetch& operator=(const fetch&) = delete;
  virtual ~fetch() { hwc::detail::wipe(request_.body); }

  // As in `errand`.
  [[nodiscard]] virtual errand_action start(moment now) = 0;
  [[nodiscard]] virtual errand_action answered(const http_response& answer, moment now) = 0;
  [[nodiscard]] virtual errand_action failed(const transport_error& why, moment now) = 0;
  [[nodiscard]] virtual const http_request& request() const noexcept { return request_; }
  [[nodiscard]] virtual std::chrono::milliseconds timeout() const noexcept { return timeout_; }

  // What was found; after `finished`, once. Errors: `credentials`, with a message that names the source, what it lacked
  // and what to do, and holds no secret.
  [[nodiscard]] result<issued<T>> take() { return std::move(outcome_); }

  // Why there is nothing, where `take` gave an error.
  [[nodiscard]] lack why() const noexcept { return why_; }

 protected:
  [[nodiscard]] errand_action found(issued<T> what) {
    outcome_ = std::move(what);
    return errand_action::finished;
  }
  [[nodiscard]] errand_action lacking(std::string message, lack why = lack::failed) {
    outcome_ = error{.kind = error_kind::credentials, .message = std::move(message)};
    why_ = why;
    return errand_action::finished;
  }

  http_request request_{};
  std::chrono::milliseconds timeout_{std::chrono::seconds{10}};

 private:
  result<issued<T>> outcome_ = error{.kind = error_kind::credentials, .message = "the source gave nothing"};
  lack why_ = lack::failed;
};

// Where credentials come from. It fetches nothing by itself: `begin` makes a run, which asks the call for the exchanges
// that it needs. Nothing is read or fetched in a constructor. `begin` may be called from many threads at once.
template <class T>
class source {
 public:
  using value_type = T;

  source() = default;
  virtual ~source() = default;
  [[nodiscard]] virtual std::unique_ptr<fetch<T>> begin() const = 0;

 protected:
  source(const source&) = default;
  source(source&&) noexcept = default;
  source& operator=(const source&) = default;
  source& operator=(source&&) noexcept = default;
};

using key_source = source<access_key>;
using token_source = source<secret>;

}  // namespace hwc::credentials

#endif  // HWC_CREDENTIALS_SOURCE_HPP
