// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTING_DETAIL_TRIAL_HPP
#define HWC_TESTING_DETAIL_TRIAL_HPP

#include <hwc/http.hpp>
#include <hwc/testing/detail/caught.hpp>
#include <hwc/testing/detail/watchdog.hpp>
#include <hwc/testing/scripted_server.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>
#include <hwc/transports/any.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::testing::detail {

using then = step::then;
using std::chrono::milliseconds;
using std::chrono::seconds;

inline std::string in_milliseconds(steady_time::duration span) {
  return std::to_string(std::chrono::duration_cast<milliseconds>(span).count()) + " ms";
}

inline std::string describe(error_kind kind, delivery sent) {
  return std::string{to_string(kind)} + " and " + std::string{to_string(sent)};
}

// What one exchange gave.
struct outcome {
  http_response response{};
  exchange_result result{};
  moment began{};
  moment ended{};

  [[nodiscard]] bool answered() const { return result.has_value(); }
  [[nodiscard]] bool answered(int status) const { return answered() && response.status == status; }
  [[nodiscard]] bool failed(error_kind kind, delivery sent) const {
    return !answered() && result.error().kind == kind && result.error().sent == sent;
  }
  [[nodiscard]] std::string what() const {
    if (answered()) return "an answer with status " + std::to_string(response.status);
    return describe(result.error().kind, result.error().sent) + ", \"" + result.error().message + "\"";
  }
};

// One run of a case: the transport under test, new, and the server that it talks to.
class trial {
 public:
  // Without a watchdog, where time is virtual, nothing is watched.
  trial(scripted_server& peer, std::function<any_transport()> make, milliseconds soon, watchdog* dog)
      : server{peer}, prompt{soon}, make_{std::move(make)}, dog_{dog} {}

  scripted_server& server;
  std::unique_ptr<scripted_server> other{};  // a second one, for the case that needs it
  const milliseconds prompt;                 // how soon a stop token has to be obeyed

  // Plays the scripts for a transport that has no connection yet.
  void play(std::vector<script> scripts, step otherwise = {.answer = std::string{ok_answer}}) {
    server.play(std::move(scripts), std::move(otherwise));
    transport_.emplace(make_());
  }
  [[nodiscard]] any_transport& transport() { return *transport_; }

  [[nodiscard]] http_request request(http_method method = http_method::post, std::string body = "{}") const {
    http_request made;
    made.method = method;
    made.origin = server.origin();
    made.target = "/v2/p/users/u/resend-email";
    made.body = std::move(body);
    return made;
  }
  [[nodiscard]] exchange_options within(milliseconds span) {
    return {.deadline = transport().clock().now().steady + span};
  }
  [[nodiscard]] exchange_options with(std::stop_token stop) {
    auto options = within(seconds{2});
    options.stop = std::move(stop);
    return options;
  }

  // `response` is what the transport finds there.
  [[nodiscard]] outcome send(const http_request& request, const exchange_options& options,
                             http_response response = {}) {
    outcome o;
    o.response = std::move(response);
    const auto threw = caught([&] {
      o.began = o.ended = transport().clock().now();
      const bool endless = options.deadline == steady_time::max();
      watched("`send`", endless ? seconds{5} : options.deadline - o.began.steady,
              [&] { o.result = transport().send(request, o.response, options); });
      o.ended = transport().clock().now();
    });
    if (threw) {
      expect(false, "`send` threw: " + *threw);
      o.result = transport_error{.message = *threw};
    }
    return o;
  }
  [[nodiscard]] outcome send(const http_request& request) { return send(request, within(seconds{5})); }
  [[nodiscard]] outcome send() { return send(request()); }

  // Calls it. Where it is not back some time after that span, all connections are dropped, and that is a failure.
  template <class F>
  void watched(const std::string& what, steady_time::duration within, F call) {
    if (dog_ == nullptr) return call();
    watchdog::watch watch{*dog_, std::chrono::steady_clock::now() + within, [this] {
                            server.hang_up();
                            if (other) other->hang_up();
                          }};
    call();
    if (!watch.barked()) return;
    hung_ = true;
    expect(false, what + " had not come back " + in_milliseconds(dog_->patience()) +
                      " after its deadline; the server hung up");
  }
  // Ends the transport's life, while the connections that it may wait for are still there.
  void end() {
    watched("the transport's destructor", {}, [&] { transport_.reset(); });
  }
  // Whether a call did not come back by itself.
  [[nodiscard]] bool hung() const { return hung_; }

  // May be called from many threads.
  void expect(bool good, const std::string& otherwise) {
    if (good) return;
    const std::lock_guard lock{mutex_};
    auto text = context_.empty() ? otherwise : context_ + ": " + otherwise;
    if (std::find(failures_.begin(), failures_.end(), text) == failures_.end()) failures_.push_back(std::move(text));
  }
  void expect_requests(std::size_t count) {
    const auto got = server.requests();
    expect(got == count,
           "the server received " + std::to_string(got) + " complete requests instead of " + std::to_string(count));
  }
  void expect_answered(const outcome& o, int status = 200) {
    expect(o.answered(status), "status " + std::to_string(status) + " was sent, but `send` gave " + o.what());
  }
  void expect_failed(const outcome& o, error_kind kind, delivery sent) {
    expect(o.failed(kind, sent), "`send` gave " + o.what() + " instead of " + describe(kind, sent));
  }
  void expect_unknown(const outcome& o) {
    expect(!o.answered() && o.result.error().sent == delivery::unknown,
           "`send` gave " + o.what() + " instead of a failure whose delivery is unknown");
  }
  void expect_not_sent(const outcome& o) {
    expect(!o.answered() && o.result.error().sent == delivery::not_sent,
           "`send` gave " + o.what() + " instead of a failure that is not_sent");
  }

  void expect_retryable(const outcome& o, bool retryable) {
    if (o.answered()) return;
    expect(o.result.error().retryable == retryable,
           std::string{"the failure is "} + (retryable ? "not " : "") + "said to be retryable");
  }

  // Stands before the failures that follow.
  void in(std::string context) { context_ = std::move(context); }

  [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }

 private:
  std::function<any_transport()> make_;
  watchdog* dog_;
  std::atomic<bool> hung_ = false;
  std::optional<any_transport> transport_;
  std::mutex mutex_;
  std::string context_;
  std::vector<std::string> failures_;
};

// What a case needs of the server and the transport.
enum class need : unsigned char {
  nothing,
  wire,  // bytes, connections
  certificates,
  threads,
  another_server,
  multiplexer,
};

struct test_case {
  std::string_view name;
  need needs;
  void (*run)(trial&);
};

struct method_and_body {
  http_method method;
  std::string_view body;
};
inline constexpr method_and_body every_kind_of_request[] = {
    {http_method::get, ""},   {http_method::delete_, ""}, {http_method::post, ""},      {http_method::post, "{}"},
    {http_method::put, "{}"}, {http_method::patch, "{}"}, {http_method::delete_, "{}"},
};

}  // namespace hwc::testing::detail

#endif  // HWC_TESTING_DETAIL_TRIAL_HPP
