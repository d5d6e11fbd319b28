// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_PAGES_HPP
#define HWC_PAGES_HPP

#include <hwc/call_options.hpp>
#include <hwc/client.hpp>
#include <hwc/error.hpp>
#include <hwc/operation.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace hwc {

// An operation that lists something in pages, as Workspace does it: members `limit` and `offset` choose the page, and
// of the response `total_count` says how many items there are in all, `Op::items` is the member with those of the page,
// and `Op::item_key` the item's member that tells it from all others. See <hwc/workspace/list_users.hpp>.
template <class Op>
concept paged_operation = operation<Op> && requires(Op op, typename Op::response page) {
  { op.limit } -> std::same_as<std::optional<std::int64_t>&>;
  { op.offset } -> std::same_as<std::optional<std::int64_t>&>;
  { page.total_count } -> std::same_as<std::optional<std::int64_t>&>;
  { ((page.*Op::items)->front().*Op::item_key) } -> std::same_as<std::optional<std::string>&>;
};

// All items of a list, page by page, as a range that is gone through once; a page is asked for when its first item is
// wanted. The client is a blocking one, with `hwc::return_result` or `hwc::throw_on_error`:
//
//   hwc::pages all{client, hwc::workspace::list_users{.group_name = "sales"}};
//   for (const auto& user : all) show(user);
//   if (all.failure()) return *all.failure();  // the list is not complete
//
// The list may change meanwhile: an item that comes again is left out, told by its key, so the keys are kept in memory.
// One that moves to a page that was there already, since others before it went away, is missed.
//
// It ends with the service's total, or with an empty page. A service that goes on with nothing new gives an error
// (`malformed_response`), so it always ends.
//
// Client and options must outlive it; `each` is for every page by itself. One thread at a time.
template <class Client, paged_operation Op>
requires client_of<Client, Op>
class pages {
 public:
  using item =
      typename std::remove_cvref_t<decltype(std::declval<typename Op::response&>().*Op::items)>::value_type::value_type;

  // Items per page where the operation does not say: with users, half of a response's default limit of 1 MiB.
  static constexpr std::int64_t default_limit = 500;

  // `first` says what is listed; its `offset`, if it has one, where to begin.
  pages(Client& client, Op first, call_options each = {})
      : client_{&client}, next_{std::move(first)}, each_{std::move(each)} {
    if (!next_.limit) next_.limit = default_limit;
    if (!next_.offset) next_.offset = 0;
  }
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
      ++of_->at_;
      of_->find_new();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return of_->at_ == of_->page_.size(); }

   private:
    pages* of_;
  };

  // Once. Asks for the first page.
  iterator begin() {
    find_new();
    return iterator{*this};
  }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

  // Why the list ended before all was there; empty when it is complete.
  [[nodiscard]] const std::optional<error>& failure() const noexcept { return failure_; }

 private:
  // Goes to the next item that was not there before, and leaves `at_` at the end if there is none.
  void find_new() {
    for (;; ++at_) {
      if (at_ == page_.size() && (over_ || !turn())) return;
      const auto& key = page_[at_].*Op::item_key;
      const bool is_new = !key || seen_.insert(*key).second;
      fresh_ = fresh_ || (key && is_new);
      if (is_new) return;
    }
  }

  // Gets the next page that has items. False: there is none.
  bool turn() {
    if (!std::exchange(fresh_, false) && asked_) return fail_with("it gives the same items again and again");
    asked_ = true;
    result<typename Op::response> came = client_->send(next_, each_);
    page_.clear();
    at_ = 0;
    if (!came) {
      failure_ = std::move(came).error();
      return false;
    }
    if (auto& items = (*came).*Op::items) page_ = std::move(*items);
    *next_.offset += static_cast<std::int64_t>(page_.size());
    const bool is_last = came->total_count && *next_.offset >= *came->total_count;
    if (page_.empty() && came->total_count && !is_last) return fail_with("it has more items, but does not give them");
    over_ = is_last;
    return !page_.empty();
  }

  bool fail_with(const char* what) {
    page_.clear();
    at_ = 0;
    over_ = true;
    failure_ = error{.kind = error_kind::malformed_response,
                     .message = std::string{"the service's list does not come to its end: "} + what,
                     .sent = delivery::answered};
    return false;
  }

  Client* client_;
  Op next_;
  call_options each_;
  std::vector<item> page_{};
  std::size_t at_ = 0;
  std::unordered_set<std::string> seen_{};
  std::optional<error> failure_{};
  bool asked_ = false;
  bool fresh_ = false;  // the page had an item that was new
  bool over_ = false;
};

}  // namespace hwc

#endif  // HWC_PAGES_HPP
