// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_PAGES_HPP
#define HWC_PAGES_HPP

#include <hwc/call_options.hpp>
#include <hwc/client.hpp>
#include <hwc/error.hpp>
#include <hwc/error_policy.hpp>
#include <hwc/json/mapping.hpp>
#include <hwc/json/write.hpp>
#include <hwc/operation.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <stop_token>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

namespace hwc::inline v0_1 {

// An operation that lists something in pages, as Workspace does it: members `limit` and `offset`, optional integers,
// choose the page; of the response `total_count`, an optional integer, says how many items there are in all, and
// `Op::items` points to the member with those of the page, an optional vector. `Op::item_key`, if there is one, points
// to the item's member that tells it from all others: a std::string, an integer or an optional of either. See
// <hwc/workspace/list_users.hpp>.
template <class Op>
concept paged_operation = operation<Op> && requires(Op op, typename Op::response page) {
  requires json::detail::integer<typename decltype(op.limit)::value_type>;
  requires json::detail::integer<typename decltype(op.offset)::value_type>;
  requires json::detail::integer<typename decltype(page.total_count)::value_type>;
  (page.*Op::items)->front();
};

namespace detail {

template <class Op>
concept has_item_key = requires {
  Op::item_key;
};

// The text of an item's key; nothing where the service did not say it.
template <class Key>
[[nodiscard]] std::optional<std::string> key_text(const Key& key) {
  if constexpr (json::detail::string<Key>)
    return key;
  else if constexpr (json::detail::integer<Key>)
    return std::to_string(key);
  else
    return key ? key_text(*key) : std::nullopt;
}

template <class Key, class Bare = std::remove_cvref_t<Key>>
struct value_of {
  using type = Bare;
};
template <class Key, class Value>
struct value_of<Key, std::optional<Value>> {
  using type = Value;
};
template <class Key>
using value_of_key = typename value_of<Key>::type;

template <class Op>
constexpr bool check_item_key() {
  if constexpr (has_item_key<Op>) {
    using item = std::remove_cvref_t<decltype((std::declval<typename Op::response&>().*Op::items)->front())>;
    constexpr bool good = requires(const item& of) {
      requires json::detail::string<value_of_key<decltype(of.*Op::item_key)>> ||
          json::detail::integer<value_of_key<decltype(of.*Op::item_key)>>;
    };
    static_assert(
        good,
        "hwc: `item_key` must point to a member of the list's item, a std::string, an integer, or an optional "
        "of these");
    return good;
  } else {
    return true;
  }
}

// The way through the pages of a list, without I/O: what to ask for next, and what is new in what comes.
template <paged_operation Op>
class page_walk {
  using items_type = std::remove_cvref_t<decltype(std::declval<typename Op::response&>().*Op::items)>;

 public:
  using page = typename items_type::value_type;

  // Items per page where the operation does not say: with users, half of a response's default limit of 1 MiB.
  static constexpr std::int64_t default_limit = 500;

  explicit page_walk(Op first) : next_{std::move(first)} {
    if (!next_.limit) next_.limit = default_limit;
    if (!next_.offset) next_.offset = 0;
  }

  // What gets the next page, as long as it is not over.
  [[nodiscard]] const Op& next() const noexcept { return next_; }
  [[nodiscard]] bool over() const noexcept { return over_; }

  // Takes what came of it, and gives the items that were not there before: none, and then it is over, if that was all
  // or it failed.
  page take(result<typename Op::response> came) {
    if (!came) {
      fail(std::move(came).error());
      return {};
    }
    page items;
    if (auto& given = (*came).*Op::items) items = std::move(*given);
    using offset = std::remove_cvref_t<decltype(*next_.offset)>;
    next_.offset = static_cast<offset>(*next_.offset + static_cast<offset>(items.size()));
    const auto& total = came->total_count;
    over_ = total ? std::cmp_greater_equal(*next_.offset, *total) : items.empty();
    if (items.empty() && !over_) {
      never_ends("it has more items, but does not give them");
      return {};
    }
    if (has_none_new(items) && !over_) never_ends("it gives the same items again and again");
    return items;
  }

  [[nodiscard]] const std::optional<error>& failure() const noexcept { return failure_; }

 private:
  // Leaves out what was there before, told by its key. One without a key stays, but is no sign that the list goes on.
  bool has_none_new(page& items) requires has_item_key<Op> {
    bool found = false;
    std::erase_if(items, [&](const auto& item) {
      auto key = key_text(item.*Op::item_key);
      if (!key) return false;
      const bool fresh = seen_.insert(*std::move(key)).second;
      found = found || fresh;
      return !fresh;
    });
    return !found;
  }

  // Where no item can be told from another like it, all stay. Pages that were there before are a sign that the list
  // does not go on, and are given but where they are of one item.
  bool has_none_new(page& items) {
    std::string whole;
    if (json::write(items, whole) && seen_.insert(std::move(whole)).second) return false;
    constexpr int alike = 100;
    if (items.size() == 1 && ++repeated_ != alike) return false;
    items.clear();
    return true;
  }

  void fail(error why) {
    over_ = true;
    failure_ = std::move(why);
  }
  void never_ends(const char* what) {
    fail({.kind = error_kind::malformed_response,
          .message = std::string{"the service's list does not come to its end: "} + what,
          .sent = delivery::answered});
  }

  Op next_;
  std::unordered_set<std::string> seen_{};
  std::optional<error> failure_{};
  int repeated_ = 0;
  bool over_ = false;
};

// Says what is wrong with an operation that is none of a list, or a client that cannot be used, and stands in for the
// way through it.
struct no_walk {
  using page = std::vector<no_content>;
  static constexpr std::int64_t default_limit = 0;
  template <class Op>
  explicit no_walk(const Op&) {}
  [[nodiscard]] static bool over() { return true; }
  [[nodiscard]] const std::optional<error>& failure() const noexcept { return none_; }

 private:
  std::optional<error> none_{};
};

template <class Op, bool client_fits>
constexpr bool check_pages() {
  constexpr bool paged = paged_operation<Op>;
  static_assert(paged,
                "hwc: only an operation that lists something in pages has pages: with `items` and optional integers "
                "`limit` and `offset`, and `total_count` in its response; see <hwc/pages.hpp>");
  static_assert(!paged || client_fits,
                "hwc: hwc::pages needs a client with `send`, and hwc::async_pages one with `async_send`; see "
                "<hwc/pages.hpp>");
  if constexpr (paged)
    return check_item_key<Op>() && client_fits;
  else
    return false;
}

template <class Op, bool usable>
struct walk_of {
  using type = no_walk;
};
template <class Op>
struct walk_of<Op, true> {
  using type = page_walk<Op>;
};

}  // namespace detail

// All items of a list, page by page, as a range that is gone through once; a page is asked for when its first item is
// wanted. The client is a blocking one. With `hwc::throw_on_error` an incomplete list is thrown, otherwise told:
//
//   hwc::pages all{client, hwc::workspace::list_users{.group_name = "sales"}};
//   for (const auto& user : all) show(user);
//   if (all.failure()) return *all.failure();  // the list is not complete
//
// The list may change meanwhile: an item that comes again is left out, told by its key, so the keys are kept in memory;
// where the operation names no key, it comes twice. One that moves to a page that was there already, since others
// before it went away, is missed.
//
// It ends with the service's total, or with an empty page. A service that goes on with nothing new gives an error
// (`malformed_response`), and so does one that has more but does not give it.
//
// Client and options must outlive it; `each` is for every page by itself. One thread at a time.
template <class Client, class Op>
class pages {
  using walk = typename detail::walk_of<Op, detail::check_pages<Op, client_of<Client, Op>>()>::type;

 public:
  using item = typename walk::page::value_type;
  static constexpr std::int64_t default_limit = walk::default_limit;

  // `first` says what is listed; its `offset`, if it has one, where to begin, and its `limit` how many to a page:
  // without one, `default_limit`.
  pages(Client& client, Op first, call_options each = {})
      : client_{&client}, walk_{std::move(first)}, each_{std::move(each)} {}
  pages(const pages&) = delete;
  pages& operator=(const pages&) = delete;

  class iterator {
   public:
    using value_type = item;
    using difference_type = std::ptrdiff_t;

    explicit iterator(pages& of) : of_{&of} {}
    // The item may be moved from.
    item& operator*() const { return of_->page_[of_->at_]; }
    item* operator->() const { return &**this; }
    iterator& operator++() {
      if (++of_->at_ == of_->page_.size()) of_->turn();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return of_->at_ == of_->page_.size(); }

   private:
    pages* of_;
  };

  // Once. Asks for the first page.
  iterator begin() {
    turn();
    return iterator{*this};
  }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

  // Why the list ended before all was there; empty when it is complete.
  [[nodiscard]] const std::optional<error>& failure() const noexcept { return walk_.failure(); }

 private:
  void turn() {
    page_.clear();
    at_ = 0;
    if constexpr (!std::is_same_v<walk, detail::no_walk>) {
      while (page_.empty() && !walk_.over()) page_ = walk_.take(ask());
#ifndef HWC_NO_EXCEPTIONS
      constexpr bool throws =
          std::is_same_v<std::remove_cvref_t<decltype(client_->send(walk_.next(), each_))>, typename Op::response>;
      if constexpr (throws) {
        if (walk_.failure()) throw exception{*walk_.failure()};
      }
#endif
    }
  }

  // The result, whatever a `client` makes of it; what stands in for one gives it by itself.
  result<typename Op::response> ask() {
    if constexpr (requires { client_->send_by(return_result{}, walk_.next(), each_); })
      return client_->send_by(return_result{}, walk_.next(), each_);
    else
      return client_->send(walk_.next(), each_);
  }

  Client* client_;
  walk walk_;
  call_options each_;
  typename walk::page page_{};
  std::size_t at_ = 0;
};

// The same over an asynchronous client, page by page:
//
//   hwc::async_pages all{client, hwc::workspace::list_users{}};
//   while (!all.over()) {
//     auto page = co_await all.async_next(boost::asio::use_awaitable);   // hwc::result<std::vector<listed_user>>
//     if (!page) co_return page.error();
//     for (const auto& user : *page) show(user);
//   }
//
// Client, options and this object must outlive what it began, and one page is asked for at a time.
template <class Client, class Op>
class async_pages {
  using walk = typename detail::walk_of<Op, detail::check_pages<Op, async_client_of<Client, Op>>()>::type;

 public:
  using page = typename walk::page;
  static constexpr std::int64_t default_limit = walk::default_limit;

  // See `pages`.
  async_pages(Client& client, Op first, call_options each = {})
      : client_{&client}, walk_{std::move(first)}, each_{std::move(each)} {}
  async_pages(const async_pages&) = delete;
  async_pages& operator=(const async_pages&) = delete;

  // Whether there is no further page: the list is complete, or a page did not come.
  [[nodiscard]] bool over() const noexcept { return walk_.over(); }

  // Gets the next page. It completes as `void(hwc::result<page>)`, whatever the client's error policy, with the items
  // that were not there before. There are some unless that was the last page; when it is over there are none, or the
  // error once more, and nothing is sent. What is said of `client::async_send` holds.
  template <class Token>
  auto async_next(Token&& token) requires(!std::is_same_v<walk, detail::no_walk>) {
    auto options = each_;
    if (over()) {
      std::stop_source ended;
      ended.request_stop();
      options.stop = ended.get_token();
    }
    return client_->async_send_by(taking{&walk_}, Op{walk_.next()}, options, std::forward<Token>(token));
  }

 private:
  // An error policy that makes a page of a response.
  struct taking {
    walk* by;
    result<page> complete(result<typename Op::response> came) const {
      page items;
      if (!by->over()) items = by->take(std::move(came));
      if (by->failure()) return *by->failure();
      return items;
    }
  };

  Client* client_;
  walk walk_;
  call_options each_;
};

}  // namespace hwc

#endif  // HWC_PAGES_HPP
