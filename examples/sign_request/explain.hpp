// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_SIGN_REQUEST_EXPLAIN_HPP
#define HWC_EXAMPLES_SIGN_REQUEST_EXPLAIN_HPP

#include "sign.hpp"
#include "vector.hpp"

#include <hwc/http.hpp>
#include <hwc/printable.hpp>

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

namespace tool {

// The text with its control characters as \xNN: a tab that nobody sees may be what a signature fails on.
inline std::string visible(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string shown;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F) {
      shown += c;
      continue;
    }
    shown += "\\x";
    shown += digits[byte >> 4U];
    shown += digits[byte & 0xFU];
  }
  return hwc::printable(shown);
}

// Shows, to a person who looks for the reason of a mismatch, what was signed and where each part comes from. Of the SK
// it says nothing but that there is white space around it, which is a frequent reason.
class explanation {
 public:
  explanation(std::ostream& out, const signing_vector& vector, const signed_request& made)
      : out_{out}, vector_{vector}, made_{made}, hash_{made.content_header.ends_with("Sm3") ? "SM3" : "SHA-256"} {}

  void write(std::string_view name) const {
    out_ << "== " << visible(name) << ": " << vector_.algorithm << '\n';
    if (padded(vector_.ak)) note("the AK begins or ends with white space, which is signed as a part of it");
    if (padded(vector_.sk)) note("the SK begins or ends with white space, which is a part of the key");
    write_canonical_request();
    write_string_to_sign();
    write_added_headers();
    write_request_line();
    out_ << '\n';
  }

 private:
  void row(std::string_view label, std::string_view text) const {
    constexpr std::size_t width = 22;
    out_ << "  " << visible(label) << std::string(label.size() < width ? width - label.size() : 1, ' ')
         << (text.empty() ? "(an empty line)" : visible(text)) << '\n';
  }
  void note(std::string_view text) const { out_ << "    - " << text << '\n'; }

  static bool padded(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    return !text.empty() && (blank.find(text.front()) != blank.npos || blank.find(text.back()) != blank.npos);
  }

  void write_canonical_request() const {
    const auto lines = lines_of(made_.canonical_request);
    out_ << "Canonical request: " << lines.size() << " lines, no line feed at the end\n";
    row("method", lines[0]);
    row("path", lines[1]);
    note("the request line's path: decoded once, each segment encoded anew, and '/' at the end");
    row("query", lines[2]);
    note(lines[2].empty() ? "there are no parameters" : "sorted by decoded name, then value, and encoded after that");
    for (std::size_t i = 3; i + 3 < lines.size(); ++i) write_header(lines[i]);
    row("end of headers", {});
    row("signed headers", lines[lines.size() - 2]);
    for (const auto& [header, value] : made_.request.headers) {
      if (header.find('_') == std::string_view::npos) continue;
      note("without " + std::string{header} + ": names with an underscore are sent, but not signed");
    }
    row("payload hash", lines.back());
    note(payload_source());
  }

  void write_header(std::string_view line) const {
    row("header", line);
    const auto name = line.substr(0, line.find(':'));
    if (made_.request.headers.find(name) != line.substr(name.size() + 1)) note("without the white space around it");
    if (name == "x-security-token") note("a secret: leave it out where others see this");
  }

  [[nodiscard]] std::string payload_source() const {
    const std::string header{made_.content_header};
    const bool present = made_.request.headers.contains(header);
    if (made_.request.body.empty()) {
      return hash_ + " of nothing, since the body is empty" +
             (present ? "; some SDKs put the value of " + header + " here instead" : "");
    }
    const auto size = std::to_string(made_.request.body.size());
    if (!present) return hash_ + " of the body's " + size + " bytes";
    return "the value of the header " + header + ", not a hash of the body's " + size + " bytes" +
           (was_given(header) ? "" : ", since its Content-Type is neither JSON nor BSON");
  }

  void write_string_to_sign() const {
    const auto lines = lines_of(made_.string_to_sign);
    out_ << "String to sign: " << lines.size() << " lines, no line feed at the end\n";
    row("algorithm", lines[0]);
    row("date", lines[1]);
    note(date_source());
    if (lines.size() == 4) {
      row("scope", lines[2]);
      note("the date's day, region and service");
    }
    row("hash", lines.back());
    note(hash_ + " of the canonical request");
  }

  [[nodiscard]] std::string_view date_source() const {
    if (!was_given("X-Sdk-Date")) return vector_.x_sdk_date ? "from x_sdk_date" : "the time now, since none was given";
    return vector_.x_sdk_date && lines_of(made_.string_to_sign)[1] != *vector_.x_sdk_date
               ? "from the header X-Sdk-Date; x_sdk_date is another, and does not count"
               : "from the header X-Sdk-Date";
  }

  void write_added_headers() const {
    out_ << "Headers that the signer added\n";
    for (const auto& [header, value] : made_.request.headers) {
      if (!was_given(header) && !hwc::same_header_name(header, "Authorization")) row(header, value);
    }
    const auto authorization = made_.authorization();
    row("Authorization", authorization);
    const bool hmac = vector_.algorithm.find("HMAC") != std::string::npos;
    note(!hmac                              ? "the signature is of the string to sign, and another one each time"
         : vector_.algorithm.front() == 'V' ? "the signature is the HMAC of the string to sign; its key follows from "
                                              "AK, SK and scope"
                                            : "the signature is the HMAC of the string to sign; its key is the SK");
    if (const auto* given = find_given("Authorization")) {
      row("instead of the given", *given);
      note(*given == authorization ? "which is the same" : "which is another");
    }
  }

  void write_request_line() const {
    const auto target = made_.target();
    out_ << "Request line\n";
    row(to_string(made_.request.method), target);
    const bool raw = std::any_of(target.begin(), target.end(), [](char c) { return c <= ' ' || c >= '\x7f'; });
    if (raw) note("percent-encode the path's blanks, control and non-ASCII characters before it is sent");
  }

  [[nodiscard]] const std::string* find_given(std::string_view header) const {
    if (!vector_.headers) return nullptr;
    const auto found = std::find_if(vector_.headers->begin(), vector_.headers->end(),
                                    [&](const auto& pair) { return hwc::same_header_name(pair[0], header); });
    return found == vector_.headers->end() ? nullptr : &(*found)[1];
  }
  [[nodiscard]] bool was_given(std::string_view header) const { return find_given(header) != nullptr; }

  std::ostream& out_;
  const signing_vector& vector_;
  const signed_request& made_;
  std::string hash_;
};

}  // namespace tool

#endif  // HWC_EXAMPLES_SIGN_REQUEST_EXPLAIN_HPP
