// SPDX-License-Identifier: BSL-1.0
#include "faults/subject.hpp"

#include <hwc/beast/async_transport.hpp>
#include <hwc/beast/server.hpp>
#include <hwc/beast/transport.hpp>
#include <hwc/client.hpp>
#include <hwc/clock.hpp>
#include <hwc/curl/transport.hpp>
#include <hwc/error_policy.hpp>
#include <hwc/transport.hpp>
#include <hwc/transports/any.hpp>
#include <hwc/transports/logged.hpp>

#include "support/awaited.hpp"

#include <boost/asio/io_context.hpp>

#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <utility>
#include <vector>

namespace faults {
namespace {

using log_sink = std::function<void(std::string_view)>;

// A transport on a machine whose calendar is off.
struct shifted {
  static constexpr bool thread_safe = true;
  struct time_source {
    hwc::any_transport::held_clock held;
    const std::function<std::chrono::seconds()>* shift;
    [[nodiscard]] hwc::moment now() {
      auto now = held.now();
      if (*shift) now.wall += (*shift)();
      return now;
    }
    bool wait_until(hwc::steady_time until, const std::stop_token& stop) { return held.wait_until(until, stop); }
  };
  hwc::any_transport inner;
  std::function<std::chrono::seconds()> shift;

  hwc::exchange_result send(const hwc::http_request& request, hwc::http_response& response,
                            const hwc::exchange_options& options) {
    return inner.send(request, response, options);
  }
  [[nodiscard]] time_source clock() { return {inner.clock(), &shift}; }
  [[nodiscard]] bool can_multiplex() { return inner.can_multiplex(); }
  [[nodiscard]] auto multiplex(std::size_t concurrency) { return inner.multiplex(concurrency); }
};

class blocking final : public any_client {
 public:
  blocking(const hwc::endpoint& where, hwc::any_transport over, any_signer signs)
      : client_{where, std::move(over), std::move(signs)} {}
  outcome send(const resend_email& op, const hwc::call_options& options) override { return client_.send(op, options); }
  outcome send_as_one_of_many(const resend_email& op, const hwc::call_options& options) override {
    std::optional<outcome> told;
    client_.send_all(std::vector{op}, [&](const resend_email&, outcome of) { told.emplace(std::move(of)); },
                     {.concurrency = 1, .each = options});
    return std::move(told).value();
  }
  bool lets_out_what_is_thrown(const resend_email& op) override {
    try {
      client_.send_all(std::vector{op}, [](const resend_email&, const outcome&) { throw std::runtime_error{"sink"}; });
    } catch (const std::runtime_error&) {
      return true;
    }
    return false;
  }

 private:
  hwc::client<hwc::any_transport, any_signer, hwc::return_result> client_;
};

class asynchronous final : public any_client {
 public:
  asynchronous(const hwc::endpoint& where, const settings& how, any_signer signs)
      : client_{where,
                {hwc::tests::awaited{{.ca_file = how.ca_file,
                                      .ca_path = how.ca_path,
                                      .connect_timeout = how.connect_timeout,
                                      .proxy = how.proxy}},
                 how.log},
                std::move(signs)} {}
  outcome send(const resend_email& op, const hwc::call_options& options) override {
    const auto told = std::make_shared<std::promise<outcome>>();
    client_.async_send(op, options, [told](outcome of) { told->set_value(std::move(of)); });
    return told->get_future().get();
  }
  outcome send_as_one_of_many(const resend_email& op, const hwc::call_options& options) override {
    return send(op, options);
  }
  // With a context of its own, which this thread runs.
  bool lets_out_what_is_thrown(const resend_email& op) override {
    boost::asio::io_context io;
    hwc::client own{client_.where(), hwc::beast::async_transport{io}, any_signer{}, hwc::return_result{}};
    own.async_send(op, [](const outcome&) { throw std::runtime_error{"handler"}; });
    try {
      io.run();
    } catch (const std::runtime_error&) {
      return true;
    }
    return false;
  }

 private:
  hwc::client<hwc::logged<hwc::tests::awaited, log_sink>, any_signer, hwc::return_result> client_;
};

hwc::any_transport transport_of(subject who, const settings& how) {
  if (who == subject::memory) return how.memory.value();
  if (who == subject::curl) {
    return hwc::curl::transport{
        {.ca_file = how.ca_file, .ca_path = how.ca_path, .connect_timeout = how.connect_timeout, .proxy = how.proxy}};
  }
  return hwc::beast::transport{
      {.ca_file = how.ca_file, .ca_path = how.ca_path, .connect_timeout = how.connect_timeout, .proxy = how.proxy}};
}

}  // namespace

std::unique_ptr<any_client> make_client(subject who, const hwc::endpoint& where, const settings& how,
                                        any_signer signs) {
  if (who == subject::async) return std::make_unique<asynchronous>(where, how, std::move(signs));
  return std::make_unique<blocking>(
      where, hwc::logged<shifted, log_sink>{{transport_of(who, how), how.wall_shift}, how.log}, std::move(signs));
}

struct service::held {
  hwc::beast::server server;
};
service::service(std::uint16_t port)
    : held_{new held{{[](const hwc::http_request&) { return hwc::http_response{.status = 204}; }, "127.0.0.1", port}}} {
}
service::~service() = default;
std::size_t service::requests() const { return held_->server.requests(); }

}  // namespace faults
