// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_DETAIL_IMPL_ACCOUNTS_IPP
#define HWC_FAKE_DETAIL_IMPL_ACCOUNTS_IPP

#include <hwc/fake/detail/accounts.hpp>
#include <hwc/fake/detail/text_limits.hpp>
#include <hwc/open_enum.hpp>
#include <hwc/timestamp.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::fake::detail {

using hwc::workspace::active_type;

HWC_DECL bool is_reachable(const user& u) { return !u.user_email.empty() || !u.user_phone.empty(); }

HWC_DECL bool is_user_activated(const user& u) {
  return open_enum<active_type>{u.active_type}.known() == active_type::USER_ACTIVATE;
}

HWC_DECL bool contains(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

// --- Creation ---

HWC_DECL std::optional<http_response> refusal_of(const hwc::workspace::create_user& op, const project& in) {
  if (!is_user_name(op.user_name)) return invalid("user_name");
  if (!fits_in(op.user_email, 64)) return invalid("user_email");
  if (!fits_in(op.user_phone, 20)) return invalid("user_phone");
  if (!fits_in(op.description, 255)) return invalid("description");
  if (!fits_in(op.alias_name, 55)) return invalid("alias_name");
  if (!fits_in(op.enterprise_project_id, 255)) return invalid("enterprise_project_id");
  if (!fits_in(op.user_info_map, 255)) return invalid("user_info_map");
  if (!fits_in(op.domain, 255)) return invalid("domain");
  if (op.account_expires && !is_end_of_account(op.account_expires->text())) return invalid("account_expires");
  if (op.password && !has_length(op.password->reveal(), 8, 32)) return invalid("password");
  const auto type = op.active_type.value_or(active_type::USER_ACTIVATE).known();
  if (!type) return invalid("active_type");
  if (*type == active_type::ADMIN_ACTIVATE && !op.password) return invalid("password is needed for ADMIN_ACTIVATE");
  if (*type == active_type::USER_ACTIVATE && op.user_email.value_or("").empty() && op.user_phone.value_or("").empty()) {
    return invalid("USER_ACTIVATE needs user_email or user_phone");
  }
  if (op.group_ids && (op.group_ids->empty() || op.group_ids->size() > 5)) return invalid("group_ids");
  for (const auto& id : op.group_ids.value_or(std::vector<std::string>{})) {
    if (std::none_of(in.groups.begin(), in.groups.end(), [&](const user_group& g) { return g.id == id; })) {
      return failed(400, "WKS.00170208", "The user group does not exist");
    }
  }
  const auto is_named_so = [&](const user& u) {
    return u.user_name == op.user_name && u.domain == op.domain.value_or("");
  };
  if (std::any_of(in.users.begin(), in.users.end(), is_named_so)) {
    return failed(409, "WKS.00211103", "The user name is taken");
  }
  return std::nullopt;
}

HWC_DECL std::string time_of_creation(wall_time now) {
  auto text = timestamp{now}.text();
  return text.insert(text.size() - 1, ".000");
}

// Nothing: the user is the last of the project.
HWC_DECL std::optional<http_response> create(const hwc::workspace::create_user& op, visit& at) {
  if (auto refused = refusal_of(op, at.in)) return refused;
  const auto type = *op.active_type.value_or(active_type::USER_ACTIVATE).known();
  user made{
      .user_name = op.user_name,
      .user_email = op.user_email.value_or(""),
      .user_phone = op.user_phone.value_or(""),
      .active_type = open_enum<active_type>{type}.text(),
      .description = op.description.value_or(""),
      .next_login_change_password = type == active_type::ADMIN_ACTIVATE && op.next_login_change_password.value_or(true),
      .domain = op.domain.value_or(""),
      .account_expires = op.account_expires.value_or(timestamp::never()).text(),
      .enable_change_password = op.enable_change_password.value_or(true),
      .alias_name = op.alias_name.value_or(""),
      .enterprise_project_id = op.enterprise_project_id.value_or(""),
      .user_info_map = op.user_info_map.value_or(""),
      .when_created = time_of_creation(at.now),
      .password = op.password.value_or(secret{})};
  do {
    made.id = at.new_id("5eed");
  } while (at.find_user(made.id) != nullptr);
  for (const auto& group : at.in.groups) {
    if (op.group_ids && contains(*op.group_ids, group.id)) made.group_names.push_back(group.name);
  }
  if (type == active_type::USER_ACTIVATE) at.mail(made, email_reason::created);
  at.in.users.push_back(std::move(made));
  return std::nullopt;
}

HWC_DECL http_response serve(const hwc::workspace::create_user& op, visit& at) {
  if (auto refused = create(op, at)) return *std::move(refused);
  return answered(201, hwc::workspace::created_user{.id = at.in.users.back().id});
}

HWC_DECL http_response serve(const hwc::workspace::batch_create_users& op, visit& at) {
  if (op.users.empty() || op.users.size() > 200) return invalid("users: 1 to 200");
  const auto users_before = at.in.users.size(), emails_before = at.outbox.size();
  for (const auto& one : op.users) {
    auto refused = create(one, at);
    if (!refused) continue;
    at.in.users.resize(users_before);
    at.outbox.resize(emails_before);
    return *std::move(refused);
  }
  return {.status = 200};
}

// --- What there is ---

HWC_DECL http_response serve(const hwc::workspace::list_users& op, visit& at) {
  if (op.limit.value_or(0) < 0) return invalid("limit");
  if (op.offset.value_or(0) < 0) return invalid("offset");
  if (op.active_type && !op.active_type->known()) return invalid("active_type");
  return answered(200, list(at.in.users, op, at.now));
}

HWC_DECL http_response serve(const hwc::workspace::show_user& op, visit& at) {
  const auto* const shown = at.find_user(op.user_id);
  if (shown == nullptr) return no_such_user();
  return answered(200, hwc::workspace::shown_user{.user_detail = as_detail(*shown, at.now)});
}

// --- Changes ---

HWC_DECL http_response serve(const hwc::workspace::update_user& op, visit& at) {
  auto* const changed = at.find_user(op.user_id);
  if (changed == nullptr) return no_such_user();
  if (!fits_in(op.description, 255, 1)) return invalid("description");
  if (!fits_in(op.user_email, 55, 1) || (op.user_email && !is_mailbox(*op.user_email))) return invalid("user_email");
  if (!fits_in(op.user_phone, 20)) return invalid("user_phone");
  if (op.active_type && !op.active_type->known()) return invalid("active_type");
  if (op.account_expires && !is_end_of_account(op.account_expires->text())) return invalid("account_expires");
  const auto set = [](auto& member, const auto& given) {
    if (given) member = *given;
  };
  set(changed->description, op.description);
  set(changed->user_email, op.user_email);
  set(changed->user_phone, op.user_phone);
  if (op.active_type) changed->active_type = open_enum<active_type>{*op.active_type->known()}.text();
  if (op.account_expires) changed->account_expires = op.account_expires->text();
  set(changed->enable_change_password, op.enable_change_password);
  set(changed->next_login_change_password, op.next_login_change_password);
  set(changed->password_never_expired, op.password_never_expired);
  set(changed->disabled, op.disabled);
  set(changed->user_info_map, op.user_info_map);
  return answered(200, hwc::workspace::updated_user{.id = changed->id});
}

HWC_DECL http_response serve(const hwc::workspace::delete_user& op, visit& at) {
  const auto* const gone = at.find_user(op.user_id);
  if (gone == nullptr) return no_such_user();
  at.in.users.erase(at.in.users.begin() + (gone - at.in.users.data()));
  return {.status = 204};
}

HWC_DECL http_response serve(const hwc::workspace::batch_delete_users& op, visit& at) {
  if (op.user_ids.empty() || op.user_ids.size() > 100) return invalid("user_ids: 1 to 100");
  for (const auto& id : op.user_ids) {
    if (!has_length(id, 0, 255)) return invalid("user_ids: up to 255 characters each");
    if (at.find_user(id) == nullptr) return no_such_user();
  }
  std::erase_if(at.in.users, [&](const user& u) { return contains(op.user_ids, u.id); });
  return {.status = 204};
}

HWC_DECL http_response serve(const hwc::workspace::change_user_status& op, visit& at) {
  auto* const changed = at.find_user(op.user_id);
  if (changed == nullptr) return no_such_user();
  switch (op.op_type) {
    case hwc::workspace::user_operation::LOCK:
      changed->locked = true;
      break;
    case hwc::workspace::user_operation::UNLOCK:
      changed->locked = false;
      break;
    case hwc::workspace::user_operation::RESET_PWD:
      if (!is_reachable(*changed)) return invalid("the user has neither mailbox nor phone");
      changed->password = at.new_password();
      at.mail(*changed, email_reason::new_password);
      break;
  }
  return {.status = 204};
}

// --- Passwords and emails ---

HWC_DECL http_response serve(const hwc::workspace::reset_random_password& op, visit& at) {
  auto* const changed = at.find_user(op.user_id);
  if (changed == nullptr) return no_such_user();
  std::string_view ways = op.notification_type ? std::string_view{*op.notification_type} : std::string_view{};
  if (ways.empty() && (op.notification_type || is_user_activated(*changed))) {
    return invalid("notification_type is needed for USER_ACTIVATE, and is email, phone or both");
  }
  const bool is_told = !ways.empty();
  while (!ways.empty()) {
    const auto way = ways.substr(0, ways.find(','));
    ways.remove_prefix(std::min(way.size() + 1, ways.size()));
    const bool has_way = (way == "email" && !changed->user_email.empty()) ||  //
                         (way == "phone" && !changed->user_phone.empty());
    if (!has_way) return invalid("notification_type is no way to the user");
  }
  const auto password = at.new_password();
  changed->password = password;
  if (is_told) at.mail(*changed, email_reason::new_password);
  return answered(200, hwc::workspace::random_password{.password = password});
}

HWC_DECL http_response serve(const hwc::workspace::resend_email& op, visit& at) {
  const auto* const to = at.find_user(op.user_id);
  if (to == nullptr) return no_such_user();
  if (!is_reachable(*to)) return invalid("the user has neither mailbox nor phone");
  if ((op.template_id && !contains(at.in.email_templates, *op.template_id)) ||
      (op.phone_template_id && !contains(at.in.phone_templates, *op.phone_template_id))) {
    return invalid("the template does not exist");
  }
  at.mail(*to, email_reason::resent);
  at.outbox.back().template_id = op.template_id;
  at.outbox.back().phone_template_id = op.phone_template_id;
  return {.status = 200};
}

}  // namespace hwc::fake::detail

#endif  // HWC_FAKE_DETAIL_IMPL_ACCOUNTS_IPP
