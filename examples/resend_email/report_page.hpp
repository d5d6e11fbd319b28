// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_REPORT_PAGE_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_REPORT_PAGE_HPP

#include "report.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

namespace tool {

// The report as one page that needs nothing else: a summary with a picture, and a table that can be narrowed, sorted
// and printed.
class report_page {
 public:
  explicit report_page(std::ostream& out) : out_{out} {}

  void begin(const report_summary& sum) {
    out_ << head << "<title>Emails resent: " << escaped(sum.subject) << "</title>\n"
         << style << "</head>\n<body>\n"
         << "<h1>Emails resent</h1>\n<p>" << escaped(sum.subject) << "<br>" << escaped(sum.begun) << " to "
         << escaped(sum.ended) << "<br>" << escaped(sum.ending) << "</p>\n";
    picture(sum);
    out_ << "<table id=\"users\">\n<thead><tr>"
            "<th><button>User</button></th><th><button>Name</button></th><th><button>Outcome</button></th>"
            "<th><button>What happened</button></th><th><button>What to do</button></th>"
            "<th><button>Request</button></th><th><button>Attempts</button></th></tr></thead>\n<tbody>\n";
  }

  void add(const report_row& row) {
    const auto& [user_id, user_name, outcome, status, code, message, request_id, attempts, reason, advice] = row;
    std::string happened;
    for (const auto* text : {&status, &code, &message}) {
      if (!happened.empty() && !text->empty()) happened += ' ';
      happened += *text;
    }
    if (outcome == "sent" || outcome == "sent_before") happened.clear();
    if (!reason.empty()) happened += "; the reason of the denial: " + reason;
    out_ << "<tr class=\"" << escaped(outcome) << "\"><td>" << escaped(user_id) << "</td><td>" << escaped(user_name)
         << "</td><td>" << in_words(outcome) << "</td><td>" << escaped(happened) << "</td><td>" << escaped(advice)
         << "</td><td>" << escaped(request_id) << "</td><td>" << escaped(attempts) << "</td></tr>\n";
  }

  void end() { out_ << "</tbody>\n</table>\n" << script << "</body>\n</html>\n"; }

 private:
  struct part {
    std::string_view outcome;
    std::uint64_t count;
  };

  static std::string_view in_words(std::string_view outcome) {
    if (outcome == "sent") return "sent";
    if (outcome == "sent_before") return "sent before";
    if (outcome == "not_sent") return "not sent";
    if (outcome == "unknown") return "unknown";
    if (outcome == "unknown_before") return "unknown from before";
    return "not tried";
  }

  // One bar, each part as wide as its share, and the figures, which narrow the table.
  void picture(const report_summary& sum) {
    const std::array parts{
        part{"sent", sum.sent},       part{"sent_before", sum.sent_before},       part{"not_sent", sum.not_sent},
        part{"unknown", sum.unknown}, part{"unknown_before", sum.unknown_before}, part{"not_tried", sum.not_tried}};
    std::uint64_t all = 0;
    for (const auto& each : parts) all += each.count;
    out_ << "<svg role=\"img\" viewBox=\"0 0 1000 40\" preserveAspectRatio=\"none\" aria-label=\"Shares of the "
            "outcomes\">";
    double at = 0;
    for (const auto& each : parts) {
      if (each.count == 0) continue;
      const double width = 1000.0 * static_cast<double>(each.count) / static_cast<double>(all);
      out_ << "<rect class=\"" << each.outcome << "\" x=\"" << at << "\" width=\"" << width
           << "\" height=\"40\"><title>" << in_words(each.outcome) << ": " << each.count << "</title></rect>";
      at += width;
    }
    out_ << "</svg>\n<ul>\n";
    for (const auto& each : parts) {
      if (each.count == 0) continue;
      out_ << "<li><label class=\"" << each.outcome << "\">";
      if (each.outcome != "not_tried") out_ << "<input type=\"checkbox\" checked value=\"" << each.outcome << "\"> ";
      out_ << "<b>" << each.count << "</b> " << in_words(each.outcome) << "</label></li>\n";
    }
    if (sum.repeated != 0) out_ << "<li><b>" << sum.repeated << "</b> named again, served once</li>\n";
    out_ << "</ul>\n";
  }

  static std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text) {
      switch (c) {
        case '&':
          safe += "&amp;";
          break;
        case '<':
          safe += "&lt;";
          break;
        case '>':
          safe += "&gt;";
          break;
        case '"':
          safe += "&quot;";
          break;
        default:
          safe += c;
      }
    }
    return safe;
  }

  static constexpr std::string_view head = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
      content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
)";

  static constexpr std::string_view style = R"(<style>
:root { --sent: #2e7d32; --sent-before: #8bbf8e; --not-sent: #c62828; --unknown: #ef8e00; --rest: #9e9e9e; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color: #222; }
h1 { font-size: 1.5rem; margin: 0 0 .3rem; }
svg { display: block; width: 100%; height: 2.2rem; border-radius: .3rem; background: #eee; }
ul { display: flex; flex-wrap: wrap; gap: .3rem 1.6rem; list-style: none; padding: 0; }
label { border-left: .9rem solid; padding-left: .5rem; cursor: pointer; }
rect.sent { fill: var(--sent); } label.sent { border-color: var(--sent); }
rect.sent_before { fill: var(--sent-before); } label.sent_before { border-color: var(--sent-before); }
rect.not_sent { fill: var(--not-sent); } label.not_sent { border-color: var(--not-sent); }
rect.unknown, rect.unknown_before { fill: var(--unknown); }
label.unknown, label.unknown_before { border-color: var(--unknown); }
rect.unknown_before { opacity: .6; }
rect.not_tried { fill: var(--rest); } label.not_tried { border-color: var(--rest); }
table { border-collapse: collapse; width: 100%; margin-top: 1rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #ddd;
         overflow-wrap: break-word; }
td:nth-child(1), td:nth-child(2) { max-width: 20rem; }
td:nth-child(3), th { white-space: nowrap; }
td:nth-child(n+4) { overflow-wrap: anywhere; }
td:nth-child(6) { font: .85em/1.7 ui-monospace, monospace; min-width: 8rem; }
th { position: sticky; top: 0; background: #fff; }
th button { font: inherit; font-weight: 600; border: 0; background: none; padding: 0; cursor: pointer; }
th[aria-sort=ascending] button::after { content: " \25B2"; }
th[aria-sort=descending] button::after { content: " \25BC"; }
tr.sent td:nth-child(3) { color: var(--sent); }
tr.not_sent td:nth-child(3) { color: var(--not-sent); font-weight: 600; }
tr.unknown td:nth-child(3), tr.unknown_before td:nth-child(3) { color: #a35f00; font-weight: 600; }
@media print {
  body { margin: 0; max-width: none; font-size: 10px; }
  input { display: none; }
  th { position: static; }
  tr { break-inside: avoid; }
  svg, label { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
</style>
)";

  static constexpr std::string_view script = R"(<script>
const body = document.querySelector("#users tbody");
const heads = [...document.querySelectorAll("#users th")];
heads.forEach((head, column) => head.addEventListener("click", () => {
  const up = head.getAttribute("aria-sort") !== "ascending";
  heads.forEach(each => each.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  const compare = new Intl.Collator(undefined, {numeric: true}).compare;
  const rows = [...body.rows].map(row => [row.cells[column].textContent, row]);
  rows.sort((a, b) => (up ? 1 : -1) * compare(a[0], b[0]));
  body.append(...rows.map(each => each[1]));
}));
for (const box of document.querySelectorAll("input")) {
  box.addEventListener("change", () => {
    for (const row of body.getElementsByClassName(box.value)) row.hidden = !box.checked;
  });
}
</script>
)";

  std::ostream& out_;
};

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_REPORT_PAGE_HPP
