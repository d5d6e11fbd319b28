// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_FAULTS_SUBJECT_HPP
#define HWC_TESTS_FAULTS_SUBJECT_HPP

#include <hwc/call_options.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/errand.hpp>
#include <hwc/error.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/http.hpp>
#include <hwc/operation.hpp>
#include <hwc/signer.hpp>
#include <hwc/signers/refreshing.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/time.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace faults {

using hwc::workspace::resend_email;
using outcome = hwc::result<hwc::no_content>;

// What the faults are tried on: a client over each transport.
enum class subject : unsigned char { memory, curl, beast, async };
inline constexpr std::array subjects{subject::memory, subject::curl, subject::beast, subject::async};
inline constexpr std::array over_sockets{subject::curl, subject::beast, subject::async};

[[nodiscard]] constexpr std::string_view name_of(subject who) noexcept {
  constexpr std::string_view names[] = {"in memory", "libcurl", "Beast, blocking", "Beast, asynchronous"};
  return names[static_cast<std::size_t>(who)];
}

// What may appear in no text: the credentials of all calls and of the proxy.
inline constexpr std::string_view token = "c4nary-token", secret_key = "c4nary-secret-key",
                                  password = "c4nary-password";

// Any signer behind one type, and one that fetches its tokens where it is given.
struct any_signer {
  std::function<hwc::result<void>(hwc::http_request&, hwc::wall_time)> with =
      [signs = hwc::token_signer{hwc::secret{std::string{token}}}](hwc::http_request& request, hwc::wall_time now) {
        return signs.sign(request, now);
      };
  std::optional<hwc::refreshing_signer<hwc::token_signer>> refreshing{};
  std::function<void(const hwc::preparation_ticket&)> waits = [](const auto&) {};  // told of each call that has to

  [[nodiscard]] hwc::result<void> sign(hwc::http_request& request, hwc::wall_time now) const {
    return refreshing ? refreshing->sign(request, now) : with(request, now);
  }
  [[nodiscard]] hwc::result<hwc::preparation> prepare(hwc::moment now, hwc::preparation_ticket& ticket) const {
    if (!refreshing) return hwc::preparation{};
    auto next = refreshing->prepare(now, ticket);
    if (next && next->wait) waits(ticket);
    return next;
  }
  [[nodiscard]] std::uint64_t generation() const { return refreshing ? refreshing->generation() : 0; }
  [[nodiscard]] bool distrust(std::uint64_t which) const { return refreshing && refreshing->distrust(which); }
};

// How the transport of a subject is set up, as far as it has one that can be.
struct settings {
  std::string ca_file{};
  std::string ca_path{};
  std::string proxy{};
  std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};
  std::function<void(std::string_view)> log = [](std::string_view) {};  // each line that `hwc::logged` writes
  std::function<std::chrono::seconds()> wall_shift{};  // by which the calendar is off; none: not at all
  std::optional<hwc::fake::transport> memory{};        // what the subject in memory is
};

// A client behind one type.
class any_client {
 public:
  any_client() = default;
  any_client(const any_client&) = delete;
  any_client& operator=(const any_client&) = delete;
  virtual ~any_client() = default;
  virtual outcome send(const resend_email&, const hwc::call_options&) = 0;
  // As one of many calls, which is how libcurl comes to speak HTTP/2. The asynchronous one does the same as `send`.
  virtual outcome send_as_one_of_many(const resend_email&, const hwc::call_options&) = 0;
  // Makes a call of which whoever is told of its end throws, the sink of `send_all` or the handler; whether that came
  // out where it should: of `send_all`, or of the context that runs the handler.
  virtual bool lets_out_what_is_thrown(const resend_email&) = 0;
};

[[nodiscard]] std::unique_ptr<any_client> make_client(subject who, const hwc::endpoint& where, const settings& how,
                                                      any_signer signs);

// A well-behaved service on a given port of 127.0.0.1, over plain http.
class service {
 public:
  explicit service(std::uint16_t port);
  ~service();
  [[nodiscard]] std::size_t requests() const;

 private:
  struct held;
  std::unique_ptr<held> held_;
};

}  // namespace faults

#endif  // HWC_TESTS_FAULTS_SUBJECT_HPP
