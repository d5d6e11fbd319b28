// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_READ_LIST_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_READ_LIST_HPP

#include <hwc/printable.hpp>

#include <csv.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <functional>
#include <istream>
#include <iterator>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tool {

// Whom to send to, as a list says it.
struct recipient {
  std::string user_id{};  // empty: to be looked up by `user_name`
  std::string user_name{};
  std::optional<std::string> template_id{};  // none: the one for all
};

// What is made of a list. Lines count from 1.
struct list_handler {
  std::function<void(std::size_t line, recipient)> take;
  std::function<void(std::size_t line, std::string what)> complain;
  std::function<void(std::size_t line, std::string what)> give_up;  // what follows cannot be told apart
};

// Rows of CSV (RFC 4180; blanks around a value that is not quoted are no part of it), by libcsv.
class csv_rows {
 public:
  using row_handler = std::function<void(std::size_t line, std::vector<std::string> values)>;

  csv_rows(char delimiter, list_handler& to, row_handler on_row)
      : delimiter_{static_cast<unsigned char>(delimiter)}, to_{to}, on_row_{std::move(on_row)} {
    start();
  }
  csv_rows(const csv_rows&) = delete;
  csv_rows& operator=(const csv_rows&) = delete;
  ~csv_rows() { csv_free(&parser_); }

  // A line without its end. A row ends with it unless a quote is open.
  void read(std::size_t line, std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r");
    if (between_ && (begin == std::string_view::npos || text[begin] == '#')) return;
    if (std::exchange(between_, false)) begun_at_ = line;
    if (!parse(text) || !parse("\n")) {
      to_.give_up(begun_at_, "a quote stands where none may stand" +
                                 (line == begun_at_ ? "" : ", in line " + std::to_string(line)) +
                                 "; in a quoted value write it twice");
      csv_free(&parser_);
      start();
    }
  }

  void finish() {
    if (csv_fini(&parser_, on_value, on_end, this) == 0) return;
    to_.give_up(begun_at_, "a quote is opened and never closed");
  }

 private:
  void start() {
    if (csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI) != 0) throw std::runtime_error{"libcsv cannot be used"};
    csv_set_delim(&parser_, delimiter_);
    values_.clear();
    between_ = true;
  }
  bool parse(std::string_view text) {
    if (csv_parse(&parser_, text.data(), text.size(), on_value, on_end, this) == text.size()) return true;
    if (csv_error(&parser_) != CSV_EPARSE) throw std::bad_alloc{};
    return false;
  }
  static void on_value(void* text, std::size_t size, void* self) {
    static_cast<csv_rows*>(self)->values_.emplace_back(static_cast<const char*>(text), size);
  }
  static void on_end(int, void* self) {
    auto& me = *static_cast<csv_rows*>(self);
    me.between_ = true;
    me.on_row_(me.begun_at_, std::exchange(me.values_, {}));
  }

  unsigned char delimiter_;
  list_handler& to_;
  row_handler on_row_;
  csv_parser parser_{};
  std::vector<std::string> values_{};
  bool between_ = true;  // the next line begins a row
  std::size_t begun_at_ = 0;
};

// Where the columns are that the tool knows; others are passed over.
struct columns {
  std::optional<std::size_t> user_id{};
  std::optional<std::size_t> user_name{};
  std::optional<std::size_t> template_id{};
  std::size_t count = 0;
};

// Column names are told apart without regard to case.
inline bool names(std::string_view column, std::string_view wanted) {
  return std::equal(column.begin(), column.end(), wanted.begin(), wanted.end(),
                    [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

// The columns that a header names.
inline columns columns_of(const std::vector<std::string>& header) {
  const auto find = [&](std::string_view name) -> std::optional<std::size_t> {
    const auto at = std::find_if(header.begin(), header.end(), [&](const auto& each) { return names(each, name); });
    if (at == header.end()) return std::nullopt;
    return static_cast<std::size_t>(std::distance(header.begin(), at));
  };
  return {find("user_id"), find("user_name"), find("template_id"), header.size()};
}

// The separator of a line that names a column of ours, among those that spreadsheets use.
inline std::optional<char> separator_of_header(std::string_view line) {
  for (const char separator : {',', ';', '\t'}) {
    std::string_view rest = line;
    while (!rest.empty()) {
      auto name = rest.substr(0, rest.find(separator));
      rest.remove_prefix(std::min(name.size() + 1, rest.size()));
      while (!name.empty() && std::string_view{" \t\r\""}.find(name.front()) != std::string_view::npos)
        name.remove_prefix(1);
      while (!name.empty() && std::string_view{" \t\r\""}.find(name.back()) != std::string_view::npos)
        name.remove_suffix(1);
      if (names(name, "user_id") || names(name, "user_name")) return separator;
    }
  }
  return std::nullopt;
}

inline void take_row(list_handler& to, std::size_t line, const columns& at, std::vector<std::string>& values) {
  if (values.size() != at.count) {
    to.complain(line, "has " + std::to_string(values.size()) + " values where the header has " +
                          std::to_string(at.count) + " columns");
    return;
  }
  recipient found;
  if (at.user_id) found.user_id = std::move(values[*at.user_id]);
  if (at.user_name) found.user_name = std::move(values[*at.user_name]);
  if (at.template_id && !values[*at.template_id].empty()) found.template_id = std::move(values[*at.template_id]);
  if (found.user_id.empty() && found.user_name.empty())
    to.complain(line, "names no user");
  else
    to.take(line, std::move(found));
}

inline void read_csv(std::istream& file, std::string text, std::size_t line, char separator, list_handler& to) {
  std::optional<columns> at;
  csv_rows rows{separator, to, [&](std::size_t number, std::vector<std::string> values) {
                  if (at)
                    take_row(to, number, *at, values);
                  else
                    at = columns_of(values);
                }};
  do rows.read(line++, text);
  while (std::getline(file, text));
  rows.finish();
}

// Reads a list of users: CSV if its first line names a column `user_id` or `user_name` (and perhaps `template_id`),
// with commas, semicolons or tabs between; else one id per line. Blanks around an id, empty lines, lines that begin
// with
// '#', a byte order mark and the line ends of other systems are no part of it.
inline void read_list(std::istream& file, list_handler to) {
  constexpr std::string_view blank = " \t\r";
  std::size_t line = 0;
  bool first = true;
  for (std::string text; std::getline(file, text);) {
    ++line;
    std::string_view id = text;
    if (line == 1 && id.starts_with("\xEF\xBB\xBF")) id.remove_prefix(3);
    if (line == 1 && (id.starts_with("\xFF\xFE") || id.starts_with("\xFE\xFF"))) {
      to.complain(line, "the file is UTF-16; save it as UTF-8");
      return;
    }
    const auto begin = id.find_first_not_of(blank);
    if (begin == std::string_view::npos || id[begin] == '#') continue;
    if (std::exchange(first, false)) {
      if (const auto separator = separator_of_header(id)) {
        read_csv(file, std::string{id}, line, *separator, to);
        return;
      }
    }
    id = id.substr(begin, id.find_last_not_of(blank) - begin + 1);
    if (id.find_first_of(",;\t") != std::string_view::npos)
      to.complain(line, "'" + hwc::printable(id) +
                            "' is no user id; if this is CSV, its first line must name a column user_id or user_name");
    else
      to.take(line, {.user_id = std::string{id}});
  }
}

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_READ_LIST_HPP
