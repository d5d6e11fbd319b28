// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_WORK_LIST_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_WORK_LIST_HPP

#include "read_list.hpp"
#include "row_file.hpp"

#include <hwc/workspace/resend_email.hpp>

#include <boost/describe/class.hpp>

#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tool {

// One email to resend, and what the user is called if that is known.
struct job : hwc::workspace::resend_email {
  std::string user_name{};
};
BOOST_DESCRIBE_STRUCT(job, (hwc::workspace::resend_email), ())

// Whom to send to, in order, as an input range of jobs that can be gone through several times, one at a time. It is in
// a temporary file, so that it may be long; in memory are only names that are looked up.
class work_list {
 public:
  // `template_id` is for those who name none.
  explicit work_list(std::optional<std::string> template_id) : template_id_{std::move(template_id)} {}

  // `line` is where it stands in the list; 0: in none.
  void add(const recipient& who, std::size_t line) {
    rows_.add({who.user_id, who.user_name, who.template_id ? '=' + *who.template_id : "", std::to_string(line)});
    if (who.user_id.empty() && line != 0) ids_.try_emplace(who.user_name);
  }

  // Without those who are left out.
  [[nodiscard]] std::size_t size() const { return rows_.size() - left_out_; }

  // Names that are to be looked up.
  [[nodiscard]] bool has_names() const { return !ids_.empty(); }

  // As they were added.
  template <class Told>
  void for_each(Told told) {
    rows_.rewind();
    for (rows::row one; rows_.next(one);) {
      recipient who{one[0], one[1], {}};
      if (!one[2].empty()) who.template_id = one[2].substr(1);
      told(who);
    }
  }

  // A user of this name. Several may be called the same.
  void name_is(const std::string& user_name, const std::string& id) {
    const auto of = ids_.find(user_name);
    if (of == ids_.end()) return;
    of->second.push_back(id);
  }

  // Tells `complain(line, what)` of those whose name nobody has, or several. They are left out from then on.
  template <class Complain>
  void check_names(Complain& complain) {
    rows_.rewind();
    for (rows::row one; rows_.next(one);) {
      const auto of = named(one);
      if (of == ids_.end()) continue;
      const auto line = std::stoul(one[3]);
      left_out_ += of->second.size() != 1;
      if (of->second.empty())
        complain(line, "nobody is called '" + of->first + "'");
      else if (of->second.size() > 1)
        complain(line, "several are called '" + of->first + "' (" + of->second[0] + ", " + of->second[1] +
                           "); give the user_id");
    }
  }

  class iterator {
   public:
    using value_type = job;
    using difference_type = std::ptrdiff_t;

    explicit iterator(work_list& of) : of_{&of} { ++*this; }
    const job& operator*() const { return of_->current_; }
    iterator& operator++() {
      at_end_ = !of_->next();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return at_end_; }

   private:
    work_list* of_;
    bool at_end_ = false;
  };

  iterator begin() {
    rows_.rewind();
    return iterator{*this};
  }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }

 private:
  using rows = row_file<4>;  // user_id, user_name, '=' and template_id, line
  using names = std::map<std::string, std::vector<std::string>, std::less<>>;  // with the ids of those called so

  // What is known of a name that is to be looked up.
  [[nodiscard]] names::const_iterator named(const rows::row& one) const {
    return one[0].empty() ? ids_.find(one[1]) : ids_.end();
  }

  bool next() {
    for (rows::row one; rows_.next(one);) {
      const auto of = named(one);
      if (of != ids_.end() && of->second.size() != 1) continue;
      current_.user_id = of != ids_.end() ? of->second[0] : one[0];
      current_.user_name = one[1];
      current_.template_id = one[2].empty() ? template_id_ : one[2].substr(1);
      return true;
    }
    return false;
  }

  std::optional<std::string> template_id_;
  rows rows_{};
  names ids_{};
  std::size_t left_out_ = 0;
  job current_{};
};

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_WORK_LIST_HPP
