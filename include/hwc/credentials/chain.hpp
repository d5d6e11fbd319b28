// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CREDENTIALS_CHAIN_HPP
#define HWC_CREDENTIALS_CHAIN_HPP

#include <hwc/credentials/source.hpp>
#include <hwc/errand.hpp>
#include <hwc/http.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::credentials {

// Sources that are tried one after another until one has credentials. The vendor's SDKs try, in this order:
//
//   hwc::credentials::chain{hwc::credentials::environment{}, hwc::ini::profile{}, hwc::credentials::metadata{}}
//
// The next one is tried only where a source is `absent`: nothing is set up for it. One that is set up but does not
// answer, is broken or is refused ends the run, for the next one may be somebody else, with other rights: a program
// does not change its identity because IAM is out of order for a moment. The SDKs' fourth, pod identity, is not here.
//
// Errors: `credentials`, with what each source that was tried lacked, and why the last one gave nothing. Copies share
// the sources.
template <class T>
class chain final : public source<T> {
 public:
  template <std::derived_from<source<T>>... Sources>
  requires(sizeof...(Sources) > 0) explicit chain(Sources... tried)
      : tried_{std::make_shared<const list>(list_of(std::move(tried)...))} {}

  [[nodiscard]] std::unique_ptr<fetch<T>> begin() const override { return std::make_unique<run>(tried_); }

 private:
  using list = std::vector<std::unique_ptr<const source<T>>>;

  template <class... Sources>
  static list list_of(Sources... tried) {
    list all;
    (all.push_back(std::make_unique<const Sources>(std::move(tried))), ...);
    return all;
  }

  class run final : public fetch<T> {
   public:
    explicit run(std::shared_ptr<const list> tried) : tried_{std::move(tried)} {}

    [[nodiscard]] errand_action start(moment now) override { return try_next(now); }
    [[nodiscard]] errand_action answered(const http_response& answer, moment now) override {
      return go_on(current_->answered(answer, now), now);
    }
    [[nodiscard]] errand_action failed(const transport_error& why, moment now) override {
      return go_on(current_->failed(why, now), now);
    }
    [[nodiscard]] const http_request& request() const noexcept override { return current_->request(); }
    [[nodiscard]] std::chrono::milliseconds timeout() const noexcept override { return current_->timeout(); }

   private:
    errand_action try_next(moment now) {
      current_ = (*tried_)[next_++]->begin();
      return go_on(current_->start(now), now);
    }

    errand_action go_on(errand_action what, moment now) {
      if (what == errand_action::send) return what;
      auto got = current_->take();
      if (got) return this->found(*std::move(got));
      if (!reasons_.empty()) reasons_ += "; ";
      reasons_ += '(' + std::to_string(next_) + ") " + got.error().message;
      const auto why = current_->why();
      if (why == lack::absent && next_ != tried_->size()) return try_next(now);
      return this->lacking("no credentials were found. " + reasons_, why);
    }

    std::shared_ptr<const list> tried_;
    std::size_t next_ = 0;
    std::unique_ptr<fetch<T>> current_{};
    std::string reasons_{};
  };

  std::shared_ptr<const list> tried_;
};

template <class First, class... More>
chain(First, More...) -> chain<typename First::value_type>;

}  // namespace hwc::credentials

#endif  // HWC_CREDENTIALS_CHAIN_HPP
