// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_SELECT_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_SELECT_HPP

#include <hwc/printable.hpp>
#include <hwc/workspace/active_type.hpp>
#include <hwc/workspace/list_users.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tool {

// Which users of the service's list are meant, by what it says of each. What it does not say counts as no.
class selection {
 public:
  using user = hwc::workspace::listed_user;
  using active_type = hwc::workspace::active_type;

  // The words, for people.
  static std::string words() {
    std::string all;
    for (const auto& each : tests) all += std::string{each.name} + ", ";
    return all + "each also with not- before it, group=NAME, description=PART";
  }

  // Reads words between commas, all of which must hold. Gives what is wrong, or an empty text.
  [[nodiscard]] std::string read(std::string_view given) {
    while (!given.empty()) {
      const auto word = given.substr(0, given.find(','));
      given.remove_prefix(std::min(word.size() + 1, given.size()));
      if (auto problem = read_word(word); !problem.empty()) return problem;
    }
    return {};
  }

  // What the service is asked for.
  [[nodiscard]] const hwc::workspace::list_users& query() const { return query_; }

  [[nodiscard]] bool matches(const user& one) const {
    // What the service narrowed the list by is looked at again where it says enough.
    const auto& groups = one.group_names;
    if (query_.group_name && groups && std::find(groups->begin(), groups->end(), *query_.group_name) == groups->end())
      return false;
    if (query_.description && one.description && one.description->find(*query_.description) == std::string::npos)
      return false;
    return std::all_of(conditions_.begin(), conditions_.end(),
                       [&](const condition& each) { return each.holds(one) == each.wanted; });
  }

 private:
  using test = bool (*)(const user&);
  struct condition {
    test holds;
    bool wanted;
  };
  struct named_test {
    std::string_view name;
    test holds;
  };

  static bool says(const std::optional<bool>& field) { return field.value_or(false); }

  static constexpr std::array tests{
      named_test{"all", [](const user&) { return true; }},
      named_test{"user-activated", [](const user& u) { return u.active_type == active_type::USER_ACTIVATE; }},
      named_test{"admin-activated", [](const user& u) { return u.active_type == active_type::ADMIN_ACTIVATE; }},
      named_test{"pre-created", [](const user& u) { return says(u.is_pre_user); }},
      named_test{"has-email", [](const user& u) { return u.user_email && !u.user_email->empty(); }},
      named_test{"has-desktop", [](const user& u) { return u.total_desktops.value_or(0) > 0; }},
      named_test{"must-change-password", [](const user& u) { return says(u.next_login_change_password); }},
      named_test{"locked", [](const user& u) { return says(u.locked); }},
      named_test{"disabled", [](const user& u) { return says(u.disabled); }},
      named_test{"expired", [](const user& u) { return says(u.account_expired); }},
      named_test{"can-sign-in",
                 [](const user& u) { return !says(u.locked) && !says(u.disabled) && !says(u.account_expired); }},
  };

  std::string read_word(std::string_view word) {
    if (word.starts_with("group=")) return narrow(query_.group_name, word.substr(6), word);
    if (word.starts_with("description=")) return narrow(query_.description, word.substr(12), word);
    const bool wanted = !word.starts_with("not-");
    const auto name = wanted ? word : word.substr(4);
    const auto* const found =
        std::find_if(tests.begin(), tests.end(), [&](const named_test& each) { return each.name == name; });
    if (found == tests.end()) return unknown(word);
    conditions_.push_back({found->holds, wanted});
    return {};
  }

  static std::string narrow(std::optional<std::string>& by, std::string_view value, std::string_view word) {
    if (value.empty()) return "--select: '" + hwc::printable(word) + "' lacks what comes after the '='";
    if (by) return "--select: '" + hwc::printable(word) + "' is the second of its kind; one is possible";
    by = value;
    return {};
  }

  static std::string unknown(std::string_view word) {
    if (word == "inactive" || word == "active") {
      return "--select: the service does not tell who has signed in; nearest to '" + std::string{word} +
             "' come user-activated, must-change-password and can-sign-in";
    }
    return "--select: '" + hwc::printable(word) + "' is none of " + words();
  }

  hwc::workspace::list_users query_{};
  std::vector<condition> conditions_{};
};

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_SELECT_HPP
