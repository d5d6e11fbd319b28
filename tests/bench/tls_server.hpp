// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_BENCH_TLS_SERVER_HPP
#define HWC_TESTS_BENCH_TLS_SERVER_HPP

namespace bench {

// As `serve` of <bench/epoll_server.hpp>, with TLS: the line has the port and the file of an authority, which is
// removed at the end.
[[noreturn]] void serve_tls(int tell);

}  // namespace bench

#endif  // HWC_TESTS_BENCH_TLS_SERVER_HPP
