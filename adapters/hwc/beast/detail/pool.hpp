// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_POOL_HPP
#define HWC_BEAST_DETAIL_POOL_HPP

#include <hwc/beast/detail/connection.hpp>
#include <hwc/beast/detail/post_alone.hpp>
#include <hwc/beast/detail/settings.hpp>
#include <hwc/beast/detail/turns.hpp>
#include <hwc/beast/detail/waiter.hpp>
#include <hwc/http.hpp>
#include <hwc/transport.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <list>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::beast::detail {

// Connections at rest, the last used at the back: the more often one is used, the less likely it was dropped. `Entry`
// is a pointer to a connection or to something that has one. Any thread.
template <class Entry>
class idle_list {
 public:
  // A list of one, fit for use, or an empty one. With `fresh` what is there for the origin makes room and is closed.
  std::list<Entry> take(const http_origin& origin, std::chrono::milliseconds idle_age, bool fresh) {
    std::list<Entry> taken;
    for (;;) {
      taken.clear();
      {
        const std::lock_guard lock{mutex_};
        const auto found = std::find_if(resting_.rbegin(), resting_.rend(),
                                        [&](const auto& each) { return connection_of(each).origin() == origin; });
        if (found == resting_.rend()) return taken;
        taken.splice(taken.begin(), resting_, std::prev(found.base()));
      }
      auto& found = connection_of(taken.front());
      const auto rest = std::chrono::steady_clock::now() - found.rested_since();
      if (fresh) {
        taken.clear();
        return taken;
      }
      if (rest <= idle_age && found.quiet()) return taken;
    }
  }

  // Takes over a list of one. Where it is one too many, the one that rested longest goes; it is closed after the lock
  // is given up.
  void give_back(std::list<Entry>& used, std::size_t most) {
    std::list<Entry> surplus;
    const std::lock_guard lock{mutex_};
    if (closed_) return;
    resting_.splice(resting_.end(), used);
    if (resting_.size() > most) surplus.splice(surplus.begin(), resting_, resting_.begin());
  }

  // Closes what rests, and what is given back from now on.
  void close() {
    std::list<Entry> all;
    const std::lock_guard lock{mutex_};
    closed_ = true;
    all.swap(resting_);
  }

 private:
  static connection& connection_of(const std::shared_ptr<connection>& entry) { return *entry; }
  template <class Other>
  static connection& connection_of(const Other& entry) {
    return *entry->link;
  }

  std::mutex mutex_;
  bool closed_ = false;
  std::list<Entry> resting_;
};

// The connections that belong to one execution context.
class pool {
 public:
  // With `serialized`, many threads may run the context, and each connection gets a strand of its own.
  pool(asio::any_io_executor where, std::shared_ptr<const settings> all, std::size_t most, bool serialized)
      : executor_{std::move(where)},
        settings_{std::move(all)},
        order_{std::make_shared<turns>(settings_->options.max_connections)},
        most_{most},
        serialized_{serialized} {}

  [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return executor_; }
  [[nodiscard]] const settings& common() const noexcept { return *settings_; }
  [[nodiscard]] const std::shared_ptr<turns>& order() const noexcept { return order_; }

  // On which one handler runs at a time.
  [[nodiscard]] asio::any_io_executor make_executor() const {
    if (serialized_) return asio::make_strand(executor_);
    return executor_;
  }

  // A connection that rests, else a new one, not yet connected. Whoever takes one has a turn. Throws where memory or
  // descriptors ran out.
  std::shared_ptr<connection> take(const http_origin& origin, bool fresh) {
    auto taken = idle_.take(origin, settings_->options.idle_age, fresh);
    if (!taken.empty()) return std::move(taken.front());
    return std::make_shared<connection>(make_executor(), settings_);
  }

  void give_back(connection& used) {
    if (!used.reusable()) return;
    std::list<std::shared_ptr<connection>> one;
    one.push_back(used.shared_from_this());
    idle_.give_back(one, most_);
  }

  // Of a context that goes: afterwards only destruction is allowed. A strand must not outlive its context either.
  void close() {
    idle_.close();
    executor_ = {};
  }

 private:
  asio::any_io_executor executor_;
  std::shared_ptr<const settings> settings_;
  std::shared_ptr<turns> order_;
  std::size_t most_;
  bool serialized_;
  idle_list<std::shared_ptr<connection>> idle_;
};

// Begins an exchange on the connection's executor. Nothing of the connection stays with the caller: the exchange may
// end, and its context go, even before this returns.
inline void start_posted(std::shared_ptr<connection> link, const http_request& request, http_response& response,
                         const exchange_options& options, owned_waiter told) {
  auto executor = link->executor();
  post_alone(std::move(executor),
             [link = std::move(link), &request, &response, options, told = std::move(told)]() mutable {
               link->start(request, response, options, *told.release());
             });
}

// Closes the resting connections of a context that is destroyed while a transport still holds them: sockets must not
// outlive their context.
class pool_keeper final : public asio::execution_context::service {
 public:
  using key_type = pool_keeper;
  static inline asio::execution_context::id id{};

  explicit pool_keeper(asio::execution_context& context) : asio::execution_context::service{context} {}

  static void watch(const std::shared_ptr<pool>& watched) {
    auto& context = asio::query(watched->executor(), asio::execution::context);
    auto& self = asio::use_service<pool_keeper>(context);
    const std::lock_guard lock{self.mutex_};
    std::erase_if(self.pools_, [](const auto& each) { return each.expired(); });
    self.pools_.push_back(watched);
  }

 private:
  void shutdown() override {
    std::vector<std::weak_ptr<pool>> all;
    {
      const std::lock_guard lock{mutex_};
      all.swap(pools_);
    }
    for (const auto& each : all) {
      if (const auto alive = each.lock()) alive->close();
    }
  }

  std::mutex mutex_;
  std::vector<std::weak_ptr<pool>> pools_;
};

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_POOL_HPP
