// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTING_SCRIPTED_SERVER_HPP
#define HWC_TESTING_SCRIPTED_SERVER_HPP

#include <hwc/http.hpp>

#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::testing {

// What a scripted server does with one request of a connection: it reads, calls `meanwhile`, sends an answer, and
// then …
struct step {
  enum class then : unsigned char {
    keep,   // goes on to the next step with the next request
    close,  // ends the connection in order (FIN); what the client still sends is read, and counted if it is complete
    reset,  // breaks the connection (RST)
    drop,   // as a process that dies with bytes unread: FIN and RST at once, so that writing on fails with EPIPE
    stall,  // does nothing more with the connection until the client closes it or the server stops
  };
  static constexpr auto whole = std::numeric_limits<std::size_t>::max();

  std::string answer{};               // sent byte for byte. Default: empty, nothing is sent
  then afterwards = then::keep;       // default: the connection stays
  std::size_t read = whole;           // bytes of the request to read; 0: acts as soon as it is connected. Default: all
  bool echo = false;                  // answers 200 with the body of the request, instead of `answer`
  bool late = false;                  // holds the answer back until another request is complete, on any connection
  std::function<void()> meanwhile{};  // called before the answer, when earlier ones have left, on the server's thread
};

// The steps of one connection, one for each request. Where it ends, the server goes on as `play` was told.
using script = std::vector<step>;

// 200 with the body "ok", as bytes of HTTP/1.1.
inline constexpr std::string_view ok_answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// An answer as bytes of HTTP/1.1: status, headers, Content-Length and body. The reason phrase is empty.
[[nodiscard]] inline std::string to_wire(const http_response& answer) {
  std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " \r\n";
  for (const auto& [name, value] : answer.headers) {
    text += name;
    text += ": ";
    text += value;
    text += "\r\n";
  }
  return text + "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n" + answer.body;
}

// What a server shows over https, and what a client that trusts the right authority makes of it.
enum class certificate : unsigned char {
  trusted,            // signed by the authority that the client trusts, for this host, valid now
  unknown_authority,  // signed by another one
  wrong_name,         // for another host
  expired,            // until an hour ago
  not_yet_valid,      // from tomorrow on
  old_protocol,       // a good one, but TLS 1.1 is all that the server speaks
  none,               // no TLS at all: scripts act on the bare connection, and see the handshake as a request
};

// A server that misbehaves by script and counts what it received: the other end of a transport under test. It is for
// one test at a time; each begins with `play`. A request counts when it is complete: its head, and as many bytes of
// body as Content-Length says.
//
// <hwc/testing/socket_server.hpp> has one on a loopback socket, <hwc/testing/memory_server.hpp> one in memory, and
// <hwc/openssl/testing/tls_server.hpp> one that speaks TLS.
//
// Threads: all members may be called from any thread, `play` while no other is.
class scripted_server {
 public:
  scripted_server() = default;
  scripted_server(const scripted_server&) = delete;
  scripted_server& operator=(const scripted_server&) = delete;
  virtual ~scripted_server() = default;

  // Drops all connections, forgets all counts, and from now on plays the first script for the first connection, the
  // second for the second and so on; then, and where a script ends, each request gets the step `otherwise`. A server in
  // memory knows no connections: it plays all steps one after the other.
  void play(std::vector<script> scripts, step otherwise = {.answer = std::string{ok_answer}}) {
    restart(std::move(scripts), std::move(otherwise));
  }

  // Where a transport finds it. May change with each `play`.
  [[nodiscard]] virtual http_origin origin() const = 0;

  // From now on the origin refuses connections. `play` ends that.
  virtual void refuse() = 0;

  // Drops the connections that there are, soon, and plays on with those to come. In memory: does nothing, since there
  // an exchange takes no time.
  virtual void hang_up() = 0;

  // A second server of the same kind, with another origin, which whoever trusts this one trusts too. Null: it cannot
  // make one.
  [[nodiscard]] virtual std::unique_ptr<scripted_server> another() const { return nullptr; }

  // Whether scripts are played to the byte. If not, an answer has to be one that HTTP allows, only `stall`, `late` and
  // `meanwhile` are told apart, and a step that reads part of a request means that the rest did not arrive.
  [[nodiscard]] virtual bool on_wire() const = 0;

  // Complete requests received, over all connections.
  [[nodiscard]] virtual std::size_t requests() const = 0;
  // The bytes of a complete request, in order of arrival. An index too high gives an empty text.
  [[nodiscard]] virtual std::string request(std::size_t index) const = 0;
  // Connections accepted; 0 in memory.
  [[nodiscard]] virtual std::size_t connections() const = 0;
  // Waits until so many connections ended: a FIN or RST sent, or the client gone. False after 5 s.
  virtual bool await_ends(std::size_t count) const = 0;

  // From the next `play` on, shows that certificate. False: it cannot, and goes on as before. A server without TLS can
  // show none.
  virtual bool present(certificate) { return false; }

 private:
  virtual void restart(std::vector<script> scripts, step otherwise) = 0;
};

}  // namespace hwc::testing

#endif  // HWC_TESTING_SCRIPTED_SERVER_HPP
