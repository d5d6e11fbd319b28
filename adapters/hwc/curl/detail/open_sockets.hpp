// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_DETAIL_OPEN_SOCKETS_HPP
#define HWC_CURL_DETAIL_OPEN_SOCKETS_HPP

#include <curl/curl.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#ifndef _WIN32
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#endif

namespace hwc::inline v0_1::curl::detail {

// The sockets that were opened for the connections of one multi handle. When libcurl has picked a connection for a
// request it tells the local port and not the socket, which CURLINFO_ACTIVESOCKET has only after the exchange; this
// finds the one from the other. Sockets that libcurl closes stay in the list until their number comes again, so that it
// never holds more than the process had descriptors; such a one is recognised by having another port or none.
class open_sockets {
 public:
  // A connection, for as long as an exchange has it.
  using place = std::size_t;
  static constexpr place nowhere = std::numeric_limits<place>::max();

  // A new one, which has no port before it connects. May run out of memory.
  void add(curl_socket_t socket) {
    const auto same = std::find_if(list_.begin(), list_.end(), [&](const entry& e) { return e.socket == socket; });
    if (same == list_.end())
      list_.push_back({socket});
    else
      *same = {socket};
  }

  // An exchange is about to use the connection from that port; `made_for_it` is one that was opened for it. Gives where
  // it is, or `nowhere` if that is not clear, as the same port may lead to different peers; or nothing if the
  // connection is not to be used.
  //
  // One that was used before has to be known and quiet: what has come in is its end, or an answer that nobody asked for
  // and that the next request must not get. One that others use at this moment speaks HTTP/2, where answers name their
  // request and something comes in all the time; it has to be open.
  [[nodiscard]] std::optional<place> enter(int port, bool made_for_it) noexcept {
    std::size_t found = 0;
    bool all_quiet = true;
    place last = nowhere;
    for (place i = 0; i != list_.size(); ++i) {
      auto& e = list_[i];
      if (e.port == 0) e.port = local_port(e.socket);
      if (e.port != port || local_port(e.socket) != port) continue;
      all_quiet = all_quiet && nothing_to_read(e.socket);
      last = i;
      ++found;
    }
    const bool one = found == 1;
    const bool shared = one && list_[last].users != 0;
    if (!made_for_it && (found == 0 || !(shared ? open(list_[last].socket) : all_quiet))) return std::nullopt;
    if (!one) return nowhere;
    ++list_[last].users;
    return last;
  }

  // The exchange has ended.
  void leave(place at) noexcept {
    if (at != nowhere && list_[at].users != 0) --list_[at].users;
  }

  // The peer will process no stream of the connection beyond this one.
  void go_away(place at, std::uint32_t last_stream) noexcept {
    if (at != nowhere) list_[at].last_stream = std::min(last_stream, list_[at].last_stream.value_or(last_stream));
  }
  [[nodiscard]] std::optional<std::uint32_t> last_stream(place at) const noexcept {
    return at != nowhere ? list_[at].last_stream : std::nullopt;
  }

 private:
  struct entry {
    curl_socket_t socket;
    int port = 0;           // 0: not known
    std::size_t users = 0;  // exchanges that have it
    std::optional<std::uint32_t> last_stream{};
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

  // Whether the peer has not ended it. What it sent before is still to be read then, and may hide the end from a look
  // at the next byte.
  static bool open(curl_socket_t socket) noexcept {
#ifdef POLLRDHUP
    pollfd state{socket, POLLRDHUP, 0};
    return ::poll(&state, 1, 0) == 0;
#else
    char byte = 0;
    return ::recv(socket, &byte, 1, MSG_PEEK) > 0 || nothing_to_read(socket);
#endif
  }

  std::vector<entry> list_;
};

}  // namespace hwc::curl::detail

#endif  // HWC_CURL_DETAIL_OPEN_SOCKETS_HPP
