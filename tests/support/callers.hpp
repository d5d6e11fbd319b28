// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_CALLERS_HPP
#define HWC_TESTS_SUPPORT_CALLERS_HPP

#include <hwc/beast/transport.hpp>
#include <hwc/call_options.hpp>
#include <hwc/client.hpp>
#include <hwc/curl/transport.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/error_policy.hpp>
#include <hwc/secret.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/transports/any.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/awaited.hpp"

#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hwc::tests {

// A client and one way to make calls with it, behind one type: for tests that try the same in every way. Many threads
// may use one.
class caller {
 public:
  using result_type = hwc::result<hwc::no_content>;
  using sink = std::function<void(const hwc::workspace::resend_email&, const result_type&, const hwc::call_info&)>;

  caller() = default;
  caller(const caller&) = delete;
  caller& operator=(const caller&) = delete;
  virtual ~caller() = default;

  // Makes the calls and tells of each as it ends. `at_once`: exchanges under way, where that is more than one.
  virtual void call(const std::vector<hwc::workspace::resend_email>& all, const hwc::call_options& options,
                    const sink& tell, std::size_t at_once = 1) = 0;
};

// What they sign with; its token must appear in no text.
inline hwc::token_signer token() { return hwc::token_signer{hwc::secret{"c4nary-token"}}; }

namespace detail {

class one_by_one : public caller {
 public:
  one_by_one(hwc::endpoint where, hwc::any_transport over) : client_{std::move(where), std::move(over), token()} {}
  void call(const std::vector<hwc::workspace::resend_email>& all, const hwc::call_options& options, const sink& tell,
            std::size_t) override {
    for (const auto& op : all) {
      hwc::call_info info;
      auto own = options;
      own.info = &info;
      const auto outcome = client_.send(op, own);
      tell(op, outcome, info);
    }
  }

 protected:
  hwc::client<hwc::any_transport, hwc::token_signer, hwc::return_result> client_;
};

class all_together : public one_by_one {
 public:
  using one_by_one::one_by_one;
  void call(const std::vector<hwc::workspace::resend_email>& all, const hwc::call_options& options, const sink& tell,
            std::size_t at_once) override {
    client_.send_all(all, tell, {.concurrency = at_once, .each = options});
  }
};

// By `async_send`, each call awaited.
class in_turns : public caller {
 public:
  in_turns(hwc::endpoint where, awaited over) : client_{std::move(where), std::move(over), token()} {}
  void call(const std::vector<hwc::workspace::resend_email>& all, const hwc::call_options& options, const sink& tell,
            std::size_t) override {
    for (const auto& op : all) {
      hwc::call_info info;
      auto own = options;
      own.info = &info;
      const auto told = std::make_shared<std::promise<result_type>>();
      client_.async_send(op, own, [told](result_type outcome) { told->set_value(std::move(outcome)); });
      const auto outcome = told->get_future().get();
      tell(op, outcome, info);
    }
  }

 private:
  hwc::client<awaited, hwc::token_signer, hwc::return_result> client_;
};

}  // namespace detail

// All ways. Their transports send no User-Agent, which makes requests short.
struct way {
  const char* name;
  std::unique_ptr<caller> (*make)(hwc::endpoint);
};

inline const way over_curl{"libcurl", [](hwc::endpoint where) -> std::unique_ptr<caller> {
                             return std::make_unique<detail::one_by_one>(std::move(where),
                                                                         hwc::curl::transport{{.user_agent = ""}});
                           }};
inline const way over_beast{"Beast", [](hwc::endpoint where) -> std::unique_ptr<caller> {
                              return std::make_unique<detail::one_by_one>(std::move(where),
                                                                          hwc::beast::transport{{.user_agent = ""}});
                            }};
inline const way over_async_beast{"Beast, asynchronous", [](hwc::endpoint where) -> std::unique_ptr<caller> {
                                    return std::make_unique<detail::in_turns>(std::move(where),
                                                                              awaited{{.user_agent = ""}});
                                  }};
inline const way all_over_curl{"libcurl, send_all", [](hwc::endpoint where) -> std::unique_ptr<caller> {
                                 return std::make_unique<detail::all_together>(
                                     std::move(where), hwc::curl::transport{{.user_agent = ""}});
                               }};
inline const way all_over_beast{"Beast, send_all", [](hwc::endpoint where) -> std::unique_ptr<caller> {
                                  return std::make_unique<detail::all_together>(
                                      std::move(where), hwc::beast::transport{{.user_agent = ""}});
                                }};

}  // namespace hwc::tests

#endif  // HWC_TESTS_SUPPORT_CALLERS_HPP
