// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_FIND_PROJECT_IPP
#define HWC_IMPL_FIND_PROJECT_IPP

#include <hwc/find_project.hpp>

#include <hwc/credentials/detail/refusal.hpp>
#include <hwc/detail/flight.hpp>
#include <hwc/detail/redact.hpp>
#include <hwc/detail/web_page.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/errand.hpp>
#include <hwc/error.hpp>
#include <hwc/error_body.hpp>
#include <hwc/http.hpp>
#include <hwc/json/read.hpp>
#include <hwc/project_finder.hpp>
#include <hwc/retry.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>
#include <hwc/url.hpp>

#include <boost/describe/class.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::inline v0_1 {

namespace detail {

// Finds it by name: `GET /v3/projects?name=` of IAM. What was found is kept; a failure is not.
class project_search final : public project_finder, public std::enable_shared_from_this<project_search> {
 public:
  project_search(const endpoint& iam, std::string name)
      : iam_{iam.origin()},
        name_{std::move(name)},
        problem_{iam.problem().empty() ? "" : "the IAM that is to find the project: " + iam.problem()} {}

  [[nodiscard]] const std::string& problem() const noexcept override { return problem_; }
  [[nodiscard]] const std::string* found() const noexcept override {
    return is_found_.load(std::memory_order_acquire) ? &id_ : nullptr;
  }
  [[nodiscard]] result<preparation> prepare(preparation_ticket& ticket) override {
    if (name_.empty()) {
      return error{.kind = error_kind::invalid_argument,
                   .message =
                       "the project id is not given, the credentials do not know it, and without a region it "
                       "cannot be looked up; give it to the endpoint"};
    }
    const std::lock_guard lock{mutex_};
    std::unique_ptr<run> made;
    if (!flight_.busy()) made = std::make_unique<run>(shared_from_this());
    switch (flight_.ask(ticket.number)) {
      case flight::turn::fetch:
        if (found()) {
          flight_.abandon();
          return preparation{};
        }
        made->begun = true;
        return preparation{.errand = std::move(made)};
      case flight::turn::wait:
        return preparation{.wait = true};
      case flight::turn::failed:
        break;
    }
    return flight_.failure();
  }

 private:
  struct listed_project {
    std::string id{};
    std::string name{};
    BOOST_DESCRIBE_CLASS(listed_project, (), (id, name), (), ())
  };
  struct project_list {
    std::vector<listed_project> projects{};
    BOOST_DESCRIBE_CLASS(project_list, (), (projects), (), ())
  };

  // Searches for all. When it is destroyed before it has delivered, as the call was broken off, another one may.
  class run final : public errand {
   public:
    explicit run(std::shared_ptr<project_search> of) : of_{std::move(of)} {}
    ~run() override {
      if (!begun) return;
      const std::lock_guard lock{of_->mutex_};
      of_->flight_.abandon();
    }

    [[nodiscard]] errand_action start(moment) override {
      request_.origin = of_->iam_;
      request_.target = "/v3/projects?name=";
      append_percent_encoded(request_.target, of_->name_);
      return errand_action::send;
    }
    [[nodiscard]] errand_action answered(const http_response& answer, moment) override {
      outcome_ = read(answer);
      return errand_action::finished;
    }
    [[nodiscard]] errand_action failed(const transport_error& why, moment) override {
      outcome_ = error{.kind = why.kind, .message = doing() + ": " + why.message + ", " + remedy, .cause = why.cause};
      return errand_action::finished;
    }
    [[nodiscard]] const http_request& request() const noexcept override { return request_; }
    [[nodiscard]] http_request* to_be_signed() noexcept override { return &request_; }
    [[nodiscard]] std::chrono::milliseconds timeout() const noexcept override { return std::chrono::seconds{10}; }
    [[nodiscard]] result<void> deliver(moment) override {
      const std::lock_guard lock{of_->mutex_};
      begun = false;
      if (!outcome_) {
        of_->flight_.land(outcome_.error());
        return outcome_.error();
      }
      of_->id_ = *outcome_;
      of_->is_found_.store(true, std::memory_order_release);
      of_->flight_.land(std::nullopt);
      return {};
    }
    [[nodiscard]] result<void> give_up(moment) override {
      const std::lock_guard lock{of_->mutex_};
      begun = false;
      of_->flight_.abandon();
      return outcome_.error();
    }

    bool begun = false;  // it is this one's turn, until it has delivered

   private:
    static constexpr const char* remedy = "or give the project id";
    static constexpr std::size_t longest_word = 256;
    static constexpr std::size_t longest_list = 1024;

    [[nodiscard]] std::string doing() const { return "looking up the project id of '" + of_->name_ + "'"; }

    [[nodiscard]] result<std::string> read(const http_response& answer) const {
      const auto refuse = [&](error_kind kind, const std::string& why) {
        return error{.kind = kind,
                     .status = answer.status,
                     .message = doing() + ": " + why + ", " + remedy,
                     .request_id = std::string{answer.headers.find("X-IAM-Trace-Id").value_or("")}};
      };
      if (answer.status < 200 || answer.status > 299 || is_web_page(answer)) {
        const redactor secrets{request_.headers, {}};
        auto why = refuse(rule_for_status(answer.status).kind, {});
        why.message = credentials::detail::refusal(doing(), answer, secrets) + " Or give the project id.";
        why.code = decode_error_body(answer.body).code;
        for (auto* text : {&why.code, &why.request_id}) {
          secrets.apply(*text);
          shorten(*text, longest_word);
        }
        return why;
      }
      if (answer.truncated) return refuse(error_kind::malformed_response, "IAM's answer is incomplete");
      auto list = json::read<project_list>(answer.body);
      if (!list)
        return refuse(error_kind::malformed_response, "IAM's answer cannot be read (" + to_string(list.error()) + ")");
      // Names of sub-projects only begin like this; IAM compares the whole name, and so does this.
      std::vector<std::string> ids;
      std::string all;
      for (auto& one : list->projects) {
        if (one.name != of_->name_ || one.id.empty()) continue;
        all += (ids.empty() ? "" : ", ") + one.id;
        ids.push_back(std::move(one.id));
      }
      shorten(all, longest_list);
      if (ids.size() == 1) return std::move(ids.front());
      if (ids.empty())
        return refuse(error_kind::invalid_argument, "there is no project of this name; check the region");
      return refuse(error_kind::invalid_argument, "there are several of this name (" + all + "); choose one");
    }

    std::shared_ptr<project_search> of_;
    http_request request_{};
    result<std::string> outcome_ = error{};
  };

  const http_origin iam_;
  const std::string name_;
  const std::string problem_;
  std::mutex mutex_;
  flight flight_{};
  std::string id_{};  // written once, before `is_found_`
  std::atomic<bool> is_found_{false};
};

}  // namespace detail

HWC_DECL lazy_project find_project(std::string_view name, std::string_view iam) {
  return lazy_project{std::make_shared<detail::project_search>(endpoint{iam, {}}, std::string{name})};
}

}  // namespace hwc

#endif  // HWC_IMPL_FIND_PROJECT_IPP
