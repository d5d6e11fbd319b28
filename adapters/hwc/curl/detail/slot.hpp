// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_DETAIL_SLOT_HPP
#define HWC_CURL_DETAIL_SLOT_HPP

#include <hwc/curl/detail/classify.hpp>
#include <hwc/curl/detail/easy.hpp>
#include <hwc/curl/detail/multi.hpp>
#include <hwc/curl/detail/settings.hpp>
#include <hwc/http.hpp>
#include <hwc/transport.hpp>

#include <curl/curl.h>

#include <chrono>
#include <stop_token>

namespace hwc::inline v0_1::curl::detail {

// One connection and the blocking driver of its exchanges: an easy handle in a multi handle of its own, as only that
// can be waked up. Used by one thread at a time.
class slot {
 public:
  // One kept connection, so that `origin` says where it leads.
  explicit slot(const settings& common)
      : ok_{multi_.open(1, 0)}, common_{common}, easy_{common.options, multi_.sockets(), false} {}
  slot(const slot&) = delete;
  slot& operator=(const slot&) = delete;

  // False: memory or descriptors ran out, or its last exchange failed, and the slot is of no more use.
  [[nodiscard]] bool usable() const noexcept { return ok_ && easy_.usable(); }

  // errno of the descriptor that could not be made; 0: none, or memory ran out.
  [[nodiscard]] int socket_error() const noexcept { return multi_.socket_error(); }

  // Where the last exchange went, and so where a kept connection leads.
  [[nodiscard]] const http_origin& origin() const noexcept { return easy_.origin(); }

  // See `hwc::transport`. The request has no flaw.
  exchange_result exchange(const http_request& request, http_response& response, const exchange_options& options) {
    easy_.start(request, response, options);
    report r;
    do {
      r = {};
      if (!easy_.attach(multi_.get())) {
        r.code = CURLE_OUT_OF_MEMORY;
        break;
      }
      run(options.stop, r);
      easy_.collect(r);
      // Closes the connection unless the answer was read to its end.
      curl_multi_remove_handle(multi_.get(), easy_.get());
    } while (easy_.again(r));
    // libcurl 7.88 keeps in the handle that it wanted to send a body again, and fails the next exchange for it. After a
    // failure there is no connection to keep either.
    ok_ = ok_ && r.end == ending::libcurl && r.code == CURLE_OK;
    return easy_.verdict(r, common_.proxy);
  }

 private:
  // Moves bytes until libcurl has a result, the deadline passes or the stop token asks.
  void run(const std::stop_token& stop, report& r) {
    const stop_watch wake{stop, waker{multi_.get()}};
    for (;;) {
      if (!multi_.perform()) break;
      if (const auto done = multi_.next_finished()) {
        r.code = done->code;
        return;
      }
      if (const auto why = easy_.overdue(std::chrono::steady_clock::now())) {
        r.end = *why;
        return;
      }
      if (!multi_.wait_until(easy_.deadline())) break;
    }
    r.code = CURLE_OUT_OF_MEMORY;
  }

  multi multi_;
  bool ok_;
  const settings& common_;
  easy easy_;  // goes first
};

}  // namespace hwc::curl::detail

#endif  // HWC_CURL_DETAIL_SLOT_HPP
