// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CALL_BASE_HPP
#define HWC_CALL_BASE_HPP

#include <hwc/call_buffers.hpp>
#include <hwc/call_fsm.hpp>
#include <hwc/call_options.hpp>
#include <hwc/client_state.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/detail/redact.hpp>
#include <hwc/detail/signer_ref.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/errand.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/project_finder.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace hwc::inline v0_1 {

namespace detail {

// Of the answer to an errand, whatever the caller keeps of the operation's.
inline constexpr std::size_t longest_errand_answer = 1024 * 1024;

[[nodiscard]] result<void> check_headers(const http_headers& headers);

}  // namespace detail

// The part of a `call` that is the same for every operation and signer: all of it but what builds the request from the
// operation and reads the answer into its response. Made as a `call` only, see <hwc/call.hpp>.
class call_base {
 public:
  call_base(const call_base&) = delete;
  call_base& operator=(const call_base&) = delete;

  // The exchange that `send` asked for ended, with `response()` filled if it succeeded.
  [[nodiscard]] call_action completed(exchange_result outcome, moment now);

  // The time that `wait` asked for has come.
  [[nodiscard]] call_action woke(moment now);

  // The caller's stop token asked, instead of sending or while waiting. (A stop during an exchange is the transport's
  // to notice; it comes as a `transport_error`.)
  [[nodiscard]] call_action cancelled();

  // What is known of the delivery at this moment, for a driver that cannot go on: an exception came through a call of
  // this.
  [[nodiscard]] delivery sent_so_far() const noexcept { return under_way_ ? delivery::unknown : fsm_.sent_so_far(); }

  // Exchanges begun for the operation, the one that is under way included.
  [[nodiscard]] int attempts_so_far() const noexcept { return fsm_.attempts() + (under_way_ && !counted_ ? 1 : 0); }

  // A driver that cannot go on says so here, and the `call_info` of the options tells what is known.
  void broken_off() noexcept;

  // What to send, and where the answer goes: the operation's own exchange, or one that fetches credentials.
  [[nodiscard]] const http_request& request() const noexcept { return errand_ ? errand_->request() : buffers_.request; }
  [[nodiscard]] http_response& response() noexcept { return buffers_.response; }

  // The limits of the exchange; the driver adds the stop token.
  [[nodiscard]] exchange_options exchange() const;

  // When `wait` ends.
  [[nodiscard]] steady_time wake_at() const noexcept { return fsm_.wake_at(); }

  // Why the call failed, after `finished`; nothing if it did not.
  [[nodiscard]] const std::optional<error>& failure() const noexcept { return fsm_.failure(); }

 protected:
  // What there is to know of an operation's type.
  struct traits {
    bool idempotent;
    bool request_holds_secret;
    bool response_holds_secret;
    bool has_response;          // a success brings something to read
    bool response_may_be_html;  // then a web page is known by its declared type alone
  };

  call_base(const traits& of, const call_options& options, call_buffers& buffers, std::uint64_t seed,
            client_state* state);

  // Leaves no credentials in the buffers, and none of the operation's secrets.
  ~call_base();

  // What came of building the request into `buffers().request`. To be told first, once.
  [[nodiscard]] call_action built(result<void> outcome, const endpoint& where, moment now);

  // Before that: to end, well, when the request is signed.
  void only_rehearse() noexcept { rehearsal_ = true; }

  [[nodiscard]] call_buffers& buffers() noexcept { return buffers_; }

  // What the service may repeat and nobody else is to see.
  [[nodiscard]] detail::redactor secrets() const;

  // After `finished`: fills the `call_info` of the options, and gives the error if the call failed.
  [[nodiscard]] std::optional<error>& report();

 private:
  [[nodiscard]] virtual const detail::signer_ref& signer() const noexcept = 0;

  // Reads the answer of a success, complete, into what `take_result` gives; else why it cannot be read.
  [[nodiscard]] virtual std::optional<std::string> read_response() = 0;

  call_action judge(exchange_result outcome, moment now);
  call_action proceed(moment now);
  std::optional<call_action> find_project(moment now);
  call_action run(std::unique_ptr<errand> next, moment now);
  call_action continue_errand(exchange_result outcome, moment now);
  call_action give_up(const transport_error& why, moment now);
  [[nodiscard]] bool errand_could_do_otherwise(moment now);
  call_action obey(errand_action next, moment now);
  [[nodiscard]] moment service_time(moment now) const;
  [[nodiscard]] bool can_sign_otherwise(const error& why, moment now);
  [[nodiscard]] error unreadable(std::string why) const;
  [[nodiscard]] std::string request_id() const;

  traits traits_;
  call_buffers& buffers_;
  call_info* info_;
  clock_skew* skew_;
  call_fsm fsm_;
  std::unique_ptr<errand> errand_{};          // under way
  std::shared_ptr<project_finder> finder_{};  // while the request lacks its project id
  steady_time errand_deadline_{};
  preparation_ticket ticket_{};
  preparation_ticket finder_ticket_{};
  std::uint64_t generation_ = 0;       // of the credentials that signed
  wall_time::duration signed_skew_{};  // correction of the time that the request was signed for
  wall_time::duration errand_skew_{};  // and of the time that the errand began with
  bool signed_anew_ = false;
  bool errand_again_ = false;
  bool under_way_ = false;  // the operation's own exchange
  bool counted_ = false;    // it is among the attempts
  bool rehearsal_ = false;
};

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/call_base.ipp>
#endif

#endif  // HWC_CALL_BASE_HPP
