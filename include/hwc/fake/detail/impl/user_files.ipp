// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_DETAIL_IMPL_USER_FILES_IPP
#define HWC_FAKE_DETAIL_IMPL_USER_FILES_IPP

#include <hwc/fake/detail/text_limits.hpp>
#include <hwc/fake/detail/user_files.hpp>
#include <hwc/json/source.hpp>
#include <hwc/open_enum.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::fake::detail {

inline constexpr std::string_view user_list_columns =
    "user_name,domain,user_email,permission_group,desktop_name,desktop_ip,description\r\n";

HWC_DECL std::vector<std::string> take_csv_line(std::string_view& text) {
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  std::size_t at = 0;
  for (; at != text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      // Two quotes inside are one; the second one opens the quotes again.
      if (!is_quoted && at != 0 && text[at - 1] == '"') fields.back() += c;
      is_quoted = !is_quoted;
    } else if (is_quoted) {
      fields.back() += c;
    } else if (c == ',') {
      fields.emplace_back();
    } else if (c == '\n') {
      ++at;
      break;
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  text.remove_prefix(at);
  return fields;
}

HWC_DECL http_response csv_file(std::string_view name, const std::optional<open_enum<hwc::workspace::language>>& in,
                                std::string_view content) {
  const auto language = in.value_or(hwc::workspace::language::en_US).known();
  if (!language) return invalid("language");
  http_response answer{.status = 200, .body = std::string{content}};
  answer.headers.add("Content-Type", "text/csv");
  std::string disposition = "attachment; filename=\"" + std::string{name} + '_';
  disposition += open_enum<hwc::workspace::language>{*language}.text();
  answer.headers.add("Content-Disposition", disposition + ".csv\"");
  return answer;
}

HWC_DECL http_response serve(const hwc::workspace::export_user_list_template& op, visit&) {
  return csv_file("user_list", op.language, user_list_columns);
}

HWC_DECL http_response serve(const hwc::workspace::export_users_template& op, visit&) {
  const auto type = op.active_type.value_or(hwc::workspace::active_type::USER_ACTIVATE).known();
  if (!type) return invalid("active_type");
  return csv_file("users", op.language,
                  *type == hwc::workspace::active_type::USER_ACTIVATE
                      ? "user_name,user_email,user_phone,description\r\n"
                      : "user_name,password,user_email,user_phone,description\r\n");
}

HWC_DECL http_response serve(const hwc::workspace::import_user_list& op, visit& at) {
  std::string_view text{op.file.content};
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::string_view columns_text = user_list_columns;
  const auto columns = take_csv_line(columns_text);
  if (text.empty() || !json::detail::is_utf8(text) || take_csv_line(text) != columns) {
    return answered(200, hwc::workspace::imported_user_list{.error_code = "WKS.00211102",
                                                            .error_msg = "The file is not of the template"});
  }
  std::vector<hwc::workspace::imported_user> good, bad;
  while (!text.empty()) {
    auto fields = take_csv_line(text);
    if (fields == std::vector<std::string>(1)) continue;  // an empty line
    const bool is_whole = fields.size() == columns.size();
    fields.resize(columns.size());
    const auto field = [&](std::size_t index) {
      return fields[index].empty() ? std::nullopt : std::optional{std::move(fields[index])};
    };
    hwc::workspace::imported_user one{.user_name = field(0),
                                      .domain = field(1),
                                      .user_email = field(2),
                                      .permission_group = field(3),
                                      .desktop_name = field(4),
                                      .desktop_ip = field(5),
                                      .description = field(6)};
    const auto is_it = [&](const user& u) {
      return u.user_name == one.user_name && u.domain == one.domain.value_or("");
    };
    const auto known = std::find_if(at.in.users.begin(), at.in.users.end(), is_it);
    if (known != at.in.users.end()) one.id = known->id;
    const bool is_good = is_whole && is_user_name(one.user_name.value_or(""));
    (is_good ? good : bad).push_back(std::move(one));
  }
  const auto count = static_cast<std::int64_t>(good.size() + bad.size());
  return answered(200,
                  hwc::workspace::imported_user_list{
                      .total_count = count, .user_detail_list = std::move(good), .failed_detail_list = std::move(bad)});
}

HWC_DECL http_response serve(const hwc::workspace::export_users& op, visit& at) {
  if (op.active_type && !op.active_type->known()) return invalid("active_type");
  if (op.language && !op.language->known()) return invalid("language");
  return answered(200, hwc::workspace::exported_users{.task_id = at.new_id("7a5c")});
}

}  // namespace hwc::fake::detail

#endif  // HWC_FAKE_DETAIL_IMPL_USER_FILES_IPP
