// SPDX-License-Identifier: BSL-1.0
// One warm call over a kept connection on loopback, without this library: what it costs at least, and what one would
// write by hand. All send the headers that this library sends; what does not sign has a signature that was made once.
// Path and request are made for each call, as each is for another user; only the plain socket sends one text again and
// again.
#include "bench/by_hand.hpp"
#include "bench/counted.hpp"
#include "bench/curl_headers.hpp"
#include "bench/server_process.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using bench::body, bench::project, bench::server_process;

void expect(bool good) {
  if (!good) throw std::runtime_error{"the call does not work"};
}

std::string host() { return "127.0.0.1:" + std::to_string(server_process::get().port()); }

std::map<std::string, std::string> signed_headers(std::time_t now) {
  auto headers = bench::headers_by_hand(host(), now);
  headers["user-agent"] = "example/1.0";
  return headers;
}

std::map<std::string, std::string> fixed_headers() { return signed_headers(0); }

// --- The floors: a socket ---

class plain_socket {
 public:
  plain_socket() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(server_process::get().port());
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    expect(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  plain_socket(const plain_socket&) = delete;
  plain_socket& operator=(const plain_socket&) = delete;
  ~plain_socket() { ::close(socket_); }

  void exchange(std::string_view request) {
    expect(::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size()));
    std::size_t size = 0;
    do {
      const auto got = ::recv(socket_, in_.data() + size, in_.size() - size, 0);
      expect(got > 0);
      size += static_cast<std::size_t>(got);
    } while (!complete({in_.data(), size}));
  }

 private:
  static bool complete(std::string_view answer) {
    constexpr std::string_view name = "\r\nContent-Length: ";
    const auto blank = answer.find("\r\n\r\n");
    const auto field = answer.find(name);
    if (blank == std::string_view::npos || field == std::string_view::npos) return false;
    std::size_t length = 0;
    std::from_chars(answer.data() + field + name.size(), answer.data() + answer.size(), length);
    expect(answer.starts_with("HTTP/1.1 200"));
    return answer.size() >= blank + 4 + length;
  }

  int socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::array<char, 4096> in_;
};

void posix(benchmark::State& state) {
  server_process::get().place(bench::placement::together);
  plain_socket socket;
  auto request = "POST " + bench::resend_path() + " HTTP/1.1\r\n";
  for (const auto& [name, value] : fixed_headers()) request += name + ": " + value + "\r\n";
  request += "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  bench::measure(state, [&] { socket.exchange(request); });
}
BENCHMARK(posix)->Name("call/floor: POSIX socket")->UseRealTime();

// A request whose texts are made once; then only the date, each second, and the signature are put in.
class careful_request {
 public:
  careful_request()
      : request_{"POST " + bench::resend_path() + " HTTP/1.1\r\nHost: " + host() +
                 "\r\nUser-Agent: example/1.0\r\nContent-Type: application/json\r\nX-Project-Id: " + project +
                 "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nX-Sdk-Date: " + date_ +
                 "\r\nAuthorization: SDK-HMAC-SHA256 Access=" + bench::access_key +
                 ", SignedHeaders=content-type;host;x-project-id;x-sdk-date, Signature=" + std::string(64, '0') +
                 "\r\n\r\n" + body},
        canonical_{"POST\n" + bench::resend_path() + "/\n\ncontent-type:application/json\nhost:" + host() +
                   "\nx-project-id:" + project + "\nx-sdk-date:" + date_ +
                   "\n\ncontent-type;host;x-project-id;x-sdk-date\n" + std::string(64, '0')} {}

  // Valid until the next call.
  const std::string& make(std::time_t now) {
    if (now != now_) set_date(now);
    write_hex(hashes_.sha256(body), canonical_, canonical_.size() - 64);
    write_hex(hashes_.sha256(canonical_), to_sign_, to_sign_.size() - 64);
    write_hex(hashes_.hmac(to_sign_), request_, request_.size() - body.size() - 4 - 64);
    return request_;
  }

 private:
  static void write_hex(const bench::hash& value, std::string& to, std::size_t at) {
    for (const auto byte : value) {
      to[at++] = "0123456789abcdef"[byte >> 4];
      to[at++] = "0123456789abcdef"[byte & 15];
    }
  }

  void set_date(std::time_t now) {
    now_ = now;
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, 17> text;
    std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
    for (auto* const each : {&request_, &canonical_, &to_sign_}) each->replace(each->find(date_), 16, text.data());
    date_ = text.data();
  }

  bench::fetched_hashes hashes_{bench::secret_key};
  std::time_t now_ = 0;
  std::string date_ = "19700101T000000Z";
  std::string request_, canonical_;
  std::string to_sign_ = "SDK-HMAC-SHA256\n" + date_ + '\n' + std::string(64, '0');
};

void careful_posix(benchmark::State& state) {
  server_process::get().place(bench::placement::together);
  plain_socket socket;
  careful_request request;
  bench::measure(state, [&] { socket.exchange(request.make(std::time(nullptr))); });
}
BENCHMARK(careful_posix)->Name("call/floor: POSIX socket, signed with care")->UseRealTime();

// --- Beast ---

void beast(benchmark::State& state) {
  namespace beast = boost::beast;
  using tcp = boost::asio::ip::tcp;
  const auto& server = server_process::get();
  server.place(bench::placement::together);
  boost::asio::io_context io{1};
  beast::tcp_stream stream{io};
  stream.connect(tcp::endpoint{boost::asio::ip::address_v4::loopback(), server.port()});
  stream.socket().set_option(tcp::no_delay{true});
  const auto headers = fixed_headers();
  beast::flat_buffer in;
  bench::measure(state, [&] {
    beast::http::request<beast::http::string_body> request{beast::http::verb::post, bench::resend_path(), 11};
    for (const auto& [name, value] : headers) request.set(name, value);
    request.body() = body;
    request.prepare_payload();
    beast::http::write(stream, request);
    beast::http::response<beast::http::string_body> answer;
    beast::http::read(stream, in, answer);
    expect(answer.result_int() == 200);
  });
}
BENCHMARK(beast)->Name("call/peer: raw Beast")->UseRealTime();

// --- libcurl ---

// An easy handle that is used again and again.
class reused_handle {
 public:
  explicit reused_handle(const server_process& server = server_process::get()) : server_{server.url()} {
    if (!server.ca_file().empty()) curl_easy_setopt(easy_.get(), CURLOPT_CAINFO, server.ca_file().c_str());
    curl_easy_setopt(easy_.get(), CURLOPT_POST, 1L);
    curl_easy_setopt(easy_.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(easy_.get(), CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(easy_.get(), CURLOPT_WRITEFUNCTION, &reused_handle::write);
    curl_easy_setopt(easy_.get(), CURLOPT_WRITEDATA, &answer_);
  }

  void exchange(const bench::curl_headers& headers) {
    answer_.clear();
    curl_easy_setopt(easy_.get(), CURLOPT_URL, (server_ + bench::resend_path()).c_str());
    curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, headers.get());
    expect(curl_easy_perform(easy_.get()) == CURLE_OK);
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    expect(status == 200);
  }

 private:
  static std::size_t write(char* data, std::size_t size, std::size_t count, void* to) {
    static_cast<std::string*>(to)->append(data, size * count);
    return size * count;
  }

  bench::curl_handle easy_{curl_easy_init()};
  const std::string server_;
  std::string answer_;
};

void libcurl(benchmark::State& state) {
  server_process::get().place(bench::placement::together);
  reused_handle handle;
  const auto headers = bench::to_curl_headers(fixed_headers());
  bench::measure(state, [&] { handle.exchange(headers); });
}
BENCHMARK(libcurl)->Name("call/peer: raw libcurl")->UseRealTime();

void signed_libcurl(benchmark::State& state, const server_process& server) {
  server.place(bench::placement::together);
  reused_handle handle{server};
  bench::measure(state, [&] { handle.exchange(bench::to_curl_headers(signed_headers(std::time(nullptr)))); });
}
void plain_signed_libcurl(benchmark::State& state) { signed_libcurl(state, server_process::get()); }
BENCHMARK(plain_signed_libcurl)->Name("call/peer: libcurl, signed by hand")->UseRealTime();
void secure_signed_libcurl(benchmark::State& state) { signed_libcurl(state, server_process::with_tls()); }
BENCHMARK(secure_signed_libcurl)->Name("tls/peer: libcurl, signed by hand")->UseRealTime();

}  // namespace
