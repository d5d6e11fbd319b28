// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_DETAIL_OPEN_SOCKETS_HPP
#define HWC_CURL_DETAIL_OPEN_SOCKETS_HPP

#include <curl/curl.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#ifndef _WIN32
#include <netinet/in.h>
#include <sys/socket.h>
#endif

namespace hwc::curl::detail {

// The sockets that were opened for the connections of one multi handle. When libcurl has picked a connection for a
// request it tells the local port and not the socket, which CURLINFO_ACTIVESOCKET has only after the exchange; this
// finds the one from the other. Sockets that libcurl closes stay in the list until their number comes again, so that it
// never holds more than the process had descriptors; such a one is recognised by having another port or none.
class open_sockets {
 public:
  // A new one, which has no port before it connects. May run out of memory.
  void add(curl_socket_t socket) {
    const auto same = std::find_if(list_.begin(), list_.end(), [&](const entry& e) { return e.socket == socket; });
    if (same == list_.end())
      list_.push_back({socket, 0});
    else
      same->port = 0;
  }

  // To be called when one of the new ones has connected.
  void learn_ports() noexcept {
    for (auto& e : list_) {
      if (e.port == 0) e.port = local_port(e.socket);
    }
  }

  // Whether the connection from that port is known, and nothing has come in on it. What has is its end, or an answer
  // that nobody asked for and that the next request must not get. Where ports are the same for different peers, all
  // those connections have to be quiet.
  [[nodiscard]] bool quiet(int port) const noexcept {
    bool found = false;
    for (const auto& e : list_) {
      if (e.port != port || local_port(e.socket) != port) continue;
      if (!nothing_to_read(e.socket)) return false;
      found = true;
    }
    return found;
  }

 private:
  struct entry {
    curl_socket_t socket;
    int port;  // 0: not known
  };

  static int local_port(curl_socket_t socket) noexcept {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
    if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
    return 0;
  }

  static bool nothing_to_read(curl_socket_t socket) noexcept {
    char byte = 0;
#ifdef _WIN32
    // libcurl's sockets do not block.
    return ::recv(socket, &byte, 1, MSG_PEEK) < 0 && WSAGetLastError() == WSAEWOULDBLOCK;
#else
    return ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
#endif
  }

  std::vector<entry> list_;
};

}  // namespace hwc::curl::detail

#endif  // HWC_CURL_DETAIL_OPEN_SOCKETS_HPP
