// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_LOOKUP_HPP
#define HWC_BEAST_DETAIL_LOOKUP_HPP

#include <netdb.h>
#include <sys/socket.h>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_category.hpp>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::beast::detail {

using endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

// The addresses of a host, in the order in which the system wants them tried. Blocks.
inline endpoints resolve(const std::string& host, std::uint16_t port, boost::system::error_code& ec) {
  namespace asio = boost::asio;
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* first = nullptr;
  const int failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &first);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{first, &::freeaddrinfo};
  endpoints found;
  if (failure == EAI_AGAIN) {
    ec = asio::error::host_not_found_try_again;
  } else if (failure == EAI_SYSTEM) {
    ec = {errno, boost::system::system_category()};
  } else if (failure == EAI_MEMORY) {
    ec = asio::error::no_memory;
  } else if (failure != 0) {
    ec = asio::error::host_not_found;
  } else {
    for (const auto* each = first; each != nullptr; each = each->ai_next) {
      asio::ip::tcp::endpoint endpoint;
      if (each->ai_addrlen > endpoint.capacity()) continue;
      std::memcpy(endpoint.data(), each->ai_addr, each->ai_addrlen);
      endpoint.resize(each->ai_addrlen);
      endpoint.port(port);
      found.push_back(endpoint);
    }
    if (found.empty()) ec = asio::error::host_not_found;
  }
  return found;
}

// A name lookup that can be abandoned. The system's cannot be broken off, and Asio's resolver waits for it when its
// context is destroyed, far beyond any deadline; here a thread of its own is left to end by itself.
class lookup {
 public:
  using receiver = std::function<void(boost::system::error_code, endpoints)>;

  lookup() = default;
  lookup(const lookup&) = delete;
  lookup& operator=(const lookup&) = delete;
  ~lookup() { abandon(); }

  // `tell` is called once on another thread, and not at all after `abandon` returned; it must not block. Throws where
  // no thread can be started.
  void start(std::string host, std::uint16_t port, receiver tell) {
    abandon();
    state_ = std::make_shared<state>();
    state_->tell = std::move(tell);
    std::thread{[state = state_, host = std::move(host), port] {
      boost::system::error_code ec;
      auto found = resolve(host, port, ec);
      const std::lock_guard lock{state->mutex};
      if (const auto told = std::exchange(state->tell, nullptr)) told(ec, std::move(found));
    }}.detach();
  }

  void abandon() noexcept {
    if (!state_) return;
    receiver dropped;
    const std::lock_guard lock{state_->mutex};
    dropped.swap(state_->tell);
  }

 private:
  struct state {
    std::mutex mutex;
    receiver tell;
  };
  std::shared_ptr<state> state_;
};

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_LOOKUP_HPP
