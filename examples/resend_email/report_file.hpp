// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_REPORT_FILE_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_REPORT_FILE_HPP

#include "outcome.hpp"
#include "report.hpp"
#include "report_page.hpp"
#include "row_file.hpp"

#include <hwc/advice.hpp>
#include <hwc/bulk/events.hpp>
#include <hwc/json/write.hpp>
#include <hwc/printable.hpp>

#include <csv.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace tool {

enum class report_format { csv, json, html };

// By the end of the name; none: it has none of those.
inline std::optional<report_format> format_of(const std::filesystem::path& file) {
  const auto end = file.extension();
  if (end == ".csv") return report_format::csv;
  if (end == ".json") return report_format::json;
  if (end == ".html" || end == ".htm") return report_format::html;
  return std::nullopt;
}

// The file of --report: a row for each user of the list, and in JSON and HTML the sum. It is there at the end, whole,
// or not at all. Texts are shown as `hwc::printable` makes them.
class report_file {
 public:
  // Throws if the folder cannot be written to, so that nothing is sent whose report would be lost.
  explicit report_file(std::filesystem::path path)
      : path_{std::move(path)}, part_{path_.string() + ".part"}, out_{part_, std::ios::binary | std::ios::trunc} {
    if (!out_ || std::filesystem::is_directory(path_))
      throw std::runtime_error{"cannot write the report '" + path_.string() + "'; give another --report"};
  }
  report_file(const report_file&) = delete;
  report_file& operator=(const report_file&) = delete;
  ~report_file() {
    std::error_code none;
    if (!is_written_) std::filesystem::remove(part_, none);
  }

  void add(const event& told, const std::optional<std::string>& reason) {
    if (told.what == hwc::bulk::fate::repeated) return;
    const auto line = line_of(told, reason);
    const auto number = [](int of) { return of == 0 ? std::string{} : std::to_string(of); };
    const auto text = [](std::string_view of) { return hwc::printable(of); };
    rows_.add({text(line.user_id), text(line.user_name.value_or("")), line.outcome, number(line.status),
               text(line.error_code), text(line.error_msg), text(line.request_id), number(line.attempts),
               text(line.reason.value_or("")), std::string{advice_on(told)}});
  }

  // A user whose turn did not come.
  void add_not_tried(const job& who) {
    rows_.add({hwc::printable(as_utf8(who.user_id)), hwc::printable(as_utf8(who.user_name)), "not_tried", "", "", "",
               "", "", "", ""});
  }

  // Throws if it cannot be written.
  void write(const report_summary& sum) {
    rows_.rewind();
    switch (*format_of(path_)) {
      case report_format::csv:
        write_csv();
        break;
      case report_format::json:
        write_json(sum);
        break;
      case report_format::html:
        write_html(sum);
        break;
    }
    out_.close();
    std::error_code failed;
    if (out_) std::filesystem::rename(part_, path_, failed);
    if (!out_ || failed) {
      throw std::runtime_error{"the report '" + path_.string() +
                               "' cannot be written: " + (failed ? failed.message() : "is there room?")};
    }
    is_written_ = true;
  }

 private:
  using rows = row_file<std::tuple_size_v<report_row>>;

  static std::string_view advice_on(const event& told) {
    if (told.what == hwc::bulk::fate::unknown_before)
      return "Ask the user whether the email came; --allow-duplicates tries again.";
    return told.why != nullptr ? hwc::advice(*told.why) : "";
  }

  void write_csv() {
    for (std::size_t i = 0; i != report_columns.size(); ++i) write_value(report_columns[i], i);
    out_ << "\r\n";
    for (report_row row; rows_.next(row);) {
      for (std::size_t i = 0; i != row.size(); ++i) write_value(row[i], i);
      out_ << "\r\n";
    }
  }
  // Spreadsheets take what begins like this for a formula; texts of the service must not become one.
  void write_value(std::string_view text, std::size_t column) {
    std::string value{text};
    if (!value.empty() && std::string_view{"=+-@"}.find(value[0]) != std::string_view::npos) value.insert(0, 1, '\'');
    std::string quoted(2 * value.size() + 2, '\0');
    quoted.resize(csv_write(quoted.data(), quoted.size(), value.data(), value.size()));
    if (column != 0) out_ << ',';
    out_ << quoted;
  }

  void write_json(const report_summary& sum) {
    std::string text;
    if (!hwc::json::write(sum, text)) throw std::runtime_error{"the report's summary is not UTF-8"};
    out_ << "{\"summary\":" << text << ",\"users\":[";
    const char* separator = "\n";
    for (report_row row; rows_.next(row); separator = ",\n") {
      const auto number = [](const std::string& of) { return of.empty() ? 0 : std::stoi(of); };
      outcome_line line{.user_id = row[0],
                        .outcome = row[2],
                        .status = number(row[3]),
                        .error_code = row[4],
                        .error_msg = row[5],
                        .request_id = row[6],
                        .attempts = number(row[7])};
      if (!row[1].empty()) line.user_name = row[1];
      if (!row[8].empty()) line.reason = row[8];
      text.clear();
      if (hwc::json::write(line, text)) out_ << separator << text;
    }
    out_ << "\n]}\n";
  }

  void write_html(const report_summary& sum) {
    report_page page{out_};
    page.begin(sum);
    for (report_row row; rows_.next(row);) page.add(row);
    page.end();
  }

  std::filesystem::path path_;
  std::filesystem::path part_;
  std::ofstream out_;
  rows rows_{};
  bool is_written_ = false;
};

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_REPORT_FILE_HPP
