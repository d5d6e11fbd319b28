// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_SIGNERS_REFRESHING_HPP
#define HWC_SIGNERS_REFRESHING_HPP

#include <hwc/credentials/source.hpp>
#include <hwc/detail/flight.hpp>
#include <hwc/errand.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/signer.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace hwc::inline v0_1 {

// When a `refreshing_signer` fetches new credentials. Negative times count as zero.
struct refresh_options {
  // So long before the old ones expire, but never sooner than after three quarters of their life. Default: 40 min, the
  // rule of the vendor's SDKs. Zero: when they have expired.
  std::chrono::seconds ahead = std::chrono::minutes{40};

  // So long after a refresh that failed while the old ones are still valid. Default: 1 min. Zero: with the next call.
  std::chrono::seconds pause = std::chrono::minutes{1};

  // So long after a fetch that failed when there are no valid ones; until then calls end with the same failure, so that
  // many calls do not ask in vain as many times. Default: 1 s. Zero: with the next call.
  std::chrono::seconds pause_without = std::chrono::seconds{1};

  // So long after a refusal that counts towards the lock of an account, of a wrong password say. Default: 15 min.
  std::chrono::seconds pause_refused = std::chrono::minutes{15};
};

// Signs like another signer, with credentials from a source, which are fetched before the first call that needs them
// and again before they expire:
//
//   hwc::refreshing_signer<hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256>> signer{
//       hwc::credentials::chain{hwc::credentials::environment{}, hwc::credentials::metadata{}}};
//
// The exchanges that fetching takes are made by a call, over its transport and within its deadline. One call fetches
// for all: the others go on with the old credentials while these are valid, else wait, and share its failure. A refresh
// that fails while the old credentials are valid fails no call. After a 401 a call has credentials that expire fetched
// anew, once, and tries again. What failed is not tried again at once (see `refresh_options`).
//
// `Inner` has `credentials`, the type that its constructor takes. Copies share everything. May be used from many
// threads.
template <signer Inner>
class refreshing_signer {
 public:
  using credentials = typename Inner::credentials;

  // Makes the signer for new credentials, where `Inner` needs more than these.
  using maker = std::function<Inner(const credentials&)>;

  template <std::derived_from<hwc::credentials::source<credentials>> Source>
  explicit refreshing_signer(
      Source from, refresh_options when = {}, maker make = [](const credentials& value) { return Inner{value}; })
      : state_{std::make_shared<state>(std::make_unique<Source>(std::move(from)), when, std::move(make))} {}

  // Errors: those of `Inner`; `credentials` where nothing was fetched yet, which a call does by itself.
  [[nodiscard]] result<void> sign(http_request& request, wall_time now) const {
    return with_current([&](const Inner& with) { return detail::sign(with, request, now); });
  }
  [[nodiscard]] result<void> sign_unscoped(http_request& request, wall_time now) const {
    return with_current([&](const Inner& with) { return detail::sign_unscoped(with, request, now); });
  }

  // See `preparing_signer`.
  [[nodiscard]] result<preparation> prepare(moment now, preparation_ticket& ticket) const {
    return state_->prepare(state_, now, ticket);
  }
  [[nodiscard]] std::uint64_t generation() const {
    const std::lock_guard lock{state_->mutex};
    return state_->generation;
  }
  bool distrust(std::uint64_t generation) const {
    const std::lock_guard lock{state_->mutex};
    // Keys that do not expire will be no better when they are read again.
    if (generation == state_->generation && !state_->expires_at) return false;
    if (generation == state_->generation) state_->distrusted = true;
    return true;
  }

  // The project that the credentials are for, where their source knows it; else empty.
  [[nodiscard]] std::string project_id() const {
    const std::lock_guard lock{state_->mutex};
    return state_->project_id;
  }

 private:
  using fetch = hwc::credentials::fetch<credentials>;
  using issued = hwc::credentials::issued<credentials>;

  struct failed_fetch {
    error message;
    hwc::credentials::lack why;
    steady_time at;
  };

  struct state {
    state(std::unique_ptr<hwc::credentials::source<credentials>> source, refresh_options options, maker how)
        : from{std::move(source)}, when{options}, make{std::move(how)} {}

    [[nodiscard]] std::shared_ptr<const Inner> current() {
      const std::lock_guard lock{mutex};
      return signer;
    }

    [[nodiscard]] bool usable(moment now) const {
      return signer && !distrusted && (!expires_at || now.wall < *expires_at);
    }

    result<preparation> prepare(const std::shared_ptr<state>& self, moment now, preparation_ticket& ticket) {
      const std::lock_guard lock{mutex};
      const bool good = usable(now);
      const bool pauses = failure && now.steady < saturating_add(failure->at, pause_after(failure->why, good));
      if (good && (now.wall < refresh_at || pauses || ticket.fetched)) return preparation{};
      if (pauses) return failure->message;
      std::unique_ptr<refresh> made;
      if (!flight.busy()) made = std::make_unique<refresh>(self);
      std::uint64_t nobody = 0;  // is waited for by who goes on with the old ones
      switch (flight.ask(good ? nobody : ticket.number)) {
        case detail::flight::turn::fetch:
          made->begun = true;
          ticket.fetched = true;
          break;
        case detail::flight::turn::wait:
          return preparation{.wait = !good};
        case detail::flight::turn::failed:
          return flight.failure();
      }
      return preparation{.errand = std::move(made)};
    }

    void accept(issued got, moment now) {
      const auto made = std::make_shared<const Inner>(make(got.value));
      const std::lock_guard lock{mutex};
      signer = made;
      expires_at = got.expires_at;
      refresh_at = wall_time::max();
      if (expires_at) {
        const auto life = std::max(*expires_at - now.wall, wall_time::duration{0});
        refresh_at = *expires_at - std::min<wall_time::duration>(when.ahead, life / 4);
      }
      project_id = std::move(got.project_id);
      distrusted = false;
      failure.reset();
      ++generation;
      flight.land(std::nullopt);
    }

    result<void> refuse(error message, hwc::credentials::lack why, moment now) {
      const std::lock_guard lock{mutex};
      failure = failed_fetch{message, why, now.steady};
      flight.land(message);
      if (usable(now)) return {};
      return message;
    }

    // How long a fetch that failed is not repeated.
    [[nodiscard]] std::chrono::milliseconds pause_after(hwc::credentials::lack why, bool good) const {
      const auto pause = why == hwc::credentials::lack::refused ? when.pause_refused
                         : good                                 ? when.pause
                                                                : when.pause_without;
      return std::max(pause, std::chrono::seconds{0});
    }

    // Neither of what failed: the call that fetched had no time left.
    result<void> leave(error message, moment now) {
      const std::lock_guard lock{mutex};
      flight.abandon();
      if (usable(now)) return {};
      return message;
    }

    const std::unique_ptr<hwc::credentials::source<credentials>> from;
    const refresh_options when;
    const maker make;
    std::mutex mutex;
    std::shared_ptr<const Inner> signer{};
    std::optional<wall_time> expires_at{};
    wall_time refresh_at{};
    std::optional<failed_fetch> failure{};  // of the last fetch, if it failed
    std::string project_id{};
    bool distrusted = false;
    std::uint64_t generation = 0;
    detail::flight flight{};
  };

  // Fetches for all. When it is destroyed before it has delivered, as the call was broken off, another one may.
  class refresh final : public errand {
   public:
    explicit refresh(std::shared_ptr<state> of) : of_{std::move(of)} {}
    ~refresh() override {
      if (!begun) return;
      const std::lock_guard lock{of_->mutex};
      of_->flight.abandon();
    }

    [[nodiscard]] errand_action start(moment now) override {
      run_ = of_->from->begin();
      return run_->start(now);
    }
    [[nodiscard]] errand_action answered(const http_response& answer, moment now) override {
      return run_->answered(answer, now);
    }
    [[nodiscard]] errand_action failed(const transport_error& why, moment now) override {
      return run_->failed(why, now);
    }
    [[nodiscard]] const http_request& request() const noexcept override { return run_->request(); }
    [[nodiscard]] std::chrono::milliseconds timeout() const noexcept override { return run_->timeout(); }
    [[nodiscard]] result<void> deliver(moment now) override {
      auto got = take(now);
      result<void> outcome;
      if (got)
        of_->accept(*std::move(got), now);
      else
        outcome = of_->refuse(std::move(got).error(), run_->why(), now);
      begun = false;
      return outcome;
    }
    [[nodiscard]] result<void> give_up(moment now) override {
      auto got = take(now);
      begun = false;
      return of_->leave(got ? error{.kind = error_kind::timeout} : std::move(got).error(), now);
    }

    bool begun = false;  // it is this one's turn, until it has delivered

   private:
    [[nodiscard]] result<issued> take(moment now) {
      auto got = run_->take();
      if (got && got->expires_at && *got->expires_at <= now.wall) {
        return error{.kind = error_kind::credentials,
                     .message =
                         "the credentials that were fetched have expired already; is the clock of this machine "
                         "right?"};
      }
      return got;
    }

    std::shared_ptr<state> of_;
    std::unique_ptr<fetch> run_{};
  };

  template <class F>
  [[nodiscard]] result<void> with_current(F sign) const {
    const auto with = state_->current();
    if (!with) return error{.kind = error_kind::credentials, .message = "no credentials were fetched yet"};
    return sign(*with);
  }

  std::shared_ptr<state> state_;
};

}  // namespace hwc

#endif  // HWC_SIGNERS_REFRESHING_HPP
