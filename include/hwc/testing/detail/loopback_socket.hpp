// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTING_DETAIL_LOOPBACK_SOCKET_HPP
#define HWC_TESTING_DETAIL_LOOPBACK_SOCKET_HPP

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>

namespace hwc::inline v0_1::testing::detail {

// A TCP socket bound to the IPv4 loopback address and that port, or for 0 to a free one, which `port` then holds. It
// does not listen yet. `flags` as of socket(2). Below 0 on failure, with the reason in errno. Needs POSIX.
inline int loopback_socket(std::uint16_t& port, int flags = 0) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  if (made < 0) return made;
  const int yes = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 || ::bind(made, generic, size) != 0 ||
      ::getsockname(made, generic, &size) != 0) {
    ::close(made);
    return -1;
  }
  port = ntohs(address.sin_port);
  return made;
}

}  // namespace hwc::testing::detail

#endif  // HWC_TESTING_DETAIL_LOOPBACK_SOCKET_HPP
