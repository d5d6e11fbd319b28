// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IAM_POLICY_HPP
#define HWC_IAM_POLICY_HPP

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>

namespace hwc::inline v0_1 {
namespace detail {

template <class Op>
concept has_iam_action = requires {
  { Op::iam_action } -> std::convertible_to<std::string_view>;
};

template <class Op>
constexpr bool check_iam_action() {
  constexpr bool named = has_iam_action<Op>;
  static_assert(named,
                "hwc: the operation has no `static constexpr std::string_view iam_action`; where the service's "
                "documentation names no action for it, leave it out and allow it by hand");
  return named;
}

// Tells `take` the policy piece by piece. Each action stands there once, where it comes first.
template <class Take, std::size_t Count>
constexpr void write_iam_policy(const std::array<std::string_view, Count>& actions, Take take) {
  take(R"({"Version":"5.0","Statement":[{"Effect":"Allow","Action":[)");
  for (std::size_t i = 0; i != Count; ++i) {
    bool again = false;
    for (std::size_t j = 0; j != i; ++j) again = again || actions[j] == actions[i];
    if (again) continue;
    take(i == 0 ? "\"" : ",\"");
    take(actions[i]);
    take("\"");
  }
  take("]}]}");
}

template <class... Ops>
inline constexpr auto iam_policy_text = [] {
  constexpr std::array<std::string_view, sizeof...(Ops)> actions{std::string_view{Ops::iam_action}...};
  constexpr std::size_t size = [&] {
    std::size_t sum = 0;
    write_iam_policy(actions, [&](std::string_view piece) { sum += piece.size(); });
    return sum;
  }();
  std::array<char, size> text{};
  std::size_t at = 0;
  write_iam_policy(actions, [&](std::string_view piece) {
    for (const char c : piece) text[at++] = c;
  });
  return text;
}();

}  // namespace detail

// The identity policy that allows these operations and nothing else, as IAM takes it: JSON, made at compile time.
//
//   std::cout << hwc::iam_policy<hwc::workspace::resend_email, hwc::workspace::list_users>();
//
// It allows them on all resources; whoever wants less adds "Resource" or "Condition" (Identity and Access Management
// user guide, "Identity Policy Grammar"). The text lasts for ever.
template <class... Ops>
[[nodiscard]] constexpr std::string_view iam_policy() {
  static_assert(sizeof...(Ops) != 0, "hwc: name the operations: hwc::iam_policy<hwc::workspace::resend_email>()");
  if constexpr (sizeof...(Ops) != 0 && (detail::check_iam_action<Ops>() && ...)) {
    constexpr const auto& text = detail::iam_policy_text<Ops...>;
    return {text.data(), text.size()};
  } else {
    return {};
  }
}

}  // namespace hwc

#endif  // HWC_IAM_POLICY_HPP
