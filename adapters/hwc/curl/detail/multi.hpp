// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_DETAIL_MULTI_HPP
#define HWC_CURL_DETAIL_MULTI_HPP

#include <hwc/curl/detail/open_sockets.hpp>
#include <hwc/time.hpp>

#include <curl/curl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

namespace hwc::inline v0_1::curl::detail {

inline long clamp_to_int(std::chrono::milliseconds::rep value) noexcept {
  return static_cast<long>(std::min<std::chrono::milliseconds::rep>(value, std::numeric_limits<int>::max()));
}

// Rounded up, and at least one, as zero means "never" to libcurl.
inline long milliseconds_left(steady_time deadline) {
  const auto left = deadline - std::chrono::steady_clock::now();
  return std::max(clamp_to_int(std::chrono::floor<std::chrono::milliseconds>(left).count() + 1), 1L);
}

// Ends the pause of a multi handle, from any thread.
struct waker {
  CURLM* handle;
  void operator()() const noexcept { curl_multi_wakeup(handle); }
};
using stop_watch = std::stop_callback<waker>;

// A multi handle, which has libcurl's cache of connections and is what can be waked up from another thread.
class multi {
 public:
  multi() = default;
  multi(const multi&) = delete;
  multi& operator=(const multi&) = delete;

  // Makes the handle unless it is there. It keeps so many connections, and has as many as `at_most`, idle ones
  // included; 0: no limit. Those of HTTP/2 are shared. False: memory or descriptors ran out; it can be tried again.
  [[nodiscard]] bool open(std::size_t keep, std::size_t at_most) {
    if (handle_ != nullptr) return true;
    errno = 0;
    std::unique_ptr<CURLM, cleanup> made{curl_multi_init()};
    // Without descriptors for waking up, libcurl goes on but could not be stopped.
    if (made == nullptr || curl_multi_wakeup(made.get()) != CURLM_OK) {
      socket_error_ = errno;
      return false;
    }
    const auto set = [&](CURLMoption option, std::size_t value) {
      const auto number = static_cast<long>(std::min<std::size_t>(value, std::numeric_limits<int>::max()));
      return curl_multi_setopt(made.get(), option, number) == CURLM_OK;
    };
    if (!set(CURLMOPT_MAXCONNECTS, keep) || !set(CURLMOPT_MAX_TOTAL_CONNECTIONS, at_most)) return false;
    if (!set(CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX)) return false;
    handle_ = std::move(made);
    return true;
  }

  // errno of the descriptor that `open` could not make; 0: none, or memory ran out.
  [[nodiscard]] int socket_error() const noexcept { return socket_error_; }

  [[nodiscard]] CURLM* get() const noexcept { return handle_.get(); }
  [[nodiscard]] open_sockets& sockets() noexcept { return sockets_; }

  // Moves bytes without blocking. False: memory ran out.
  [[nodiscard]] bool perform() noexcept {
    int running = 0;
    return curl_multi_perform(get(), &running) == CURLM_OK;
  }

  // Blocks until there is something to do, that time has come, or a `waker` asked. False: memory ran out.
  [[nodiscard]] bool wait_until(steady_time until) noexcept {
    return curl_multi_poll(get(), nullptr, 0, static_cast<int>(milliseconds_left(until)), nullptr) == CURLM_OK;
  }

  // An exchange about which libcurl has a result. It stays attached.
  struct finished {
    CURL* easy;
    CURLcode code;
  };
  [[nodiscard]] std::optional<finished> next_finished() noexcept {
    int left = 0;
    const auto* message = curl_multi_info_read(get(), &left);
    if (message == nullptr) return std::nullopt;
    return finished{message->easy_handle, message->data.result};
  }

 private:
  struct cleanup {
    void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
  };

  open_sockets sockets_;
  std::unique_ptr<CURLM, cleanup> handle_;
  int socket_error_ = 0;
};

}  // namespace hwc::curl::detail

#endif  // HWC_CURL_DETAIL_MULTI_HPP
