// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TRANSPORTS_ANY_HPP
#define HWC_TRANSPORTS_ANY_HPP

#include <hwc/clock.hpp>
#include <hwc/http.hpp>
#include <hwc/multiplexer.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

namespace hwc::inline v0_1 {

// Any blocking transport behind one type, for code that chooses at run time or cannot be a template. It costs a virtual
// call per exchange and keeps what the transport can: its clock, and many exchanges at once. It refuses to compile for
// a transport that many threads may not use, since it says of itself that they may.
//
// Movable, not copyable. A moved-from object may only be assigned or destroyed.
class any_transport {
 public:
  static constexpr bool thread_safe = true;

  // Asks for what looks like a transport, and for the rest inside: whether a class that holds this one can be moved
  // must not depend on whether it can be converted to this one.
  template <class T>
  requires(!std::same_as<T, any_transport> && (detail::has_send<T> || detail::says_asynchronous<T>))
      any_transport(T inner)
      : model_{hold(std::move(inner))} {}

  [[nodiscard]] exchange_result send(const http_request& request, http_response& response,
                                     const exchange_options& options) {
    return model_->send(request, response, options);
  }

  // The held transport's own, or the machine's.
  class held_clock;
  [[nodiscard]] held_clock clock();

  // Whether the held transport has a multiplexer.
  [[nodiscard]] bool can_multiplex() { return model_->can_multiplex(); }

  // The held transport's own, or one exchange at a time.
  class held_multiplexer;
  [[nodiscard]] held_multiplexer multiplex(std::size_t concurrency);

 private:
  struct multiplexer_interface {
    virtual ~multiplexer_interface() = default;
    virtual void start(std::size_t, const http_request&, http_response&, const exchange_options&) = 0;
    virtual std::optional<exchange_completion> next(steady_time, const std::stop_token&) = 0;
    [[nodiscard]] virtual steady_time accepts_from() const = 0;
  };
  struct interface {
    virtual ~interface() = default;
    virtual exchange_result send(const http_request&, http_response&, const exchange_options&) = 0;
    virtual moment now() = 0;
    virtual bool wait_until(steady_time, const std::stop_token&) = 0;
    virtual bool can_multiplex() = 0;
    virtual std::unique_ptr<multiplexer_interface> multiplex(std::size_t) = 0;
  };

  template <class T>
  static std::unique_ptr<interface> hold(T inner) {
    constexpr bool blocks = detail::has_send<T>;
    static_assert(blocks,
                  "hwc: any_transport holds a blocking transport, and this one is asynchronous; take a blocking one, "
                  "hwc::beast::transport for instance, or keep this one in a variable of its own type");
    constexpr bool is_transport = !blocks || transport<T>;
    static_assert(is_transport,
                  "hwc: any_transport holds a movable transport, whose `send` returns `hwc::exchange_result`; see "
                  "<hwc/transport.hpp>");
    constexpr bool is_shared = !transport<T> || is_thread_safe_v<T>;
    static_assert(is_shared,
                  "hwc: any_transport holds only transports that many threads may use; give the transport `static "
                  "constexpr bool thread_safe = true;` if it is one");
    if constexpr (transport<T>)
      return std::make_unique<model<T>>(std::move(inner));
    else
      return nullptr;
  }

  template <multiplexer M>
  struct multiplexer_model final : multiplexer_interface {
    explicit multiplexer_model(M many) : held{std::move(many)} {}
    void start(std::size_t slot, const http_request& request, http_response& response,
               const exchange_options& options) override {
      held.start(slot, request, response, options);
    }
    std::optional<exchange_completion> next(steady_time until, const std::stop_token& stop) override {
      return held.next(until, stop);
    }
    [[nodiscard]] steady_time accepts_from() const override { return detail::accepts_from(held); }
    M held;
  };

  template <class T>
  struct model final : interface {
    explicit model(T inner) : held{std::move(inner)} {}
    exchange_result send(const http_request& request, http_response& response,
                         const exchange_options& options) override {
      return held.send(request, response, options);
    }
    moment now() override {
      decltype(auto) clock = detail::clock_of(held);
      return clock.now();
    }
    bool wait_until(steady_time until, const std::stop_token& stop) override {
      decltype(auto) clock = detail::clock_of(held);
      return clock.wait_until(until, stop);
    }
    bool can_multiplex() override { return detail::can_multiplex(held); }
    std::unique_ptr<multiplexer_interface> multiplex(std::size_t concurrency) override {
      return make(detail::multiplexer_of(held, concurrency));
    }
    template <multiplexer M>
    static std::unique_ptr<multiplexer_interface> make(M many) {
      return std::make_unique<multiplexer_model<M>>(std::move(many));
    }
    T held;
  };

  std::unique_ptr<interface> model_;
};

class any_transport::held_clock {
 public:
  explicit held_clock(interface& of) : of_{&of} {}
  [[nodiscard]] moment now() { return of_->now(); }
  bool wait_until(steady_time until, const std::stop_token& stop) { return of_->wait_until(until, stop); }

 private:
  interface* of_;
};

class any_transport::held_multiplexer {
 public:
  explicit held_multiplexer(std::unique_ptr<multiplexer_interface> held) : held_{std::move(held)} {}
  void start(std::size_t slot, const http_request& request, http_response& response, const exchange_options& options) {
    held_->start(slot, request, response, options);
  }
  [[nodiscard]] std::optional<exchange_completion> next(steady_time until, const std::stop_token& stop) {
    return held_->next(until, stop);
  }
  [[nodiscard]] steady_time accepts_from() const { return held_->accepts_from(); }

 private:
  std::unique_ptr<multiplexer_interface> held_;
};

inline any_transport::held_clock any_transport::clock() { return held_clock{*model_}; }
inline any_transport::held_multiplexer any_transport::multiplex(std::size_t concurrency) {
  return held_multiplexer{model_->multiplex(concurrency)};
}

static_assert(transport<any_transport>);
static_assert(multiplexer<any_transport::held_multiplexer>);
static_assert(clock_source<any_transport::held_clock>);

}  // namespace hwc

#endif  // HWC_TRANSPORTS_ANY_HPP
