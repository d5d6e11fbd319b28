// SPDX-License-Identifier: BSL-1.0
#include <hwc/advice.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>

#include "support/files.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace {

// The text of the first code block in that language.
std::string first_block(const std::string& text, const std::string& language) {
  const auto begin = text.find("```" + language + "\n");
  if (begin == std::string::npos) return {};
  const auto at = text.find('\n', begin) + 1;
  return text.substr(at, text.find("```", at) - at);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("the README's program: examples/first_call.cpp, word for word, in no more than 15 lines of code") {
  auto source = support::read_file(support::source_dir() / "examples/first_call.cpp");
  source.erase(0, source.find('\n') + 1);  // the licence
  const auto quoted = first_block(support::read_file(support::source_dir() / "README.md"), "cpp");
  CHECK(quoted == source);
  int lines = 0;
  char last = '\n';
  for (const char c : quoted) {
    if (c == '\n' && last != '\n') ++lines;
    last = c;
  }
  CHECK(lines <= 15);
}

TEST_CASE("the code of README and guides: each block stands in a file under examples, word for word") {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator{support::source_dir() / "examples"}) {
    if (entry.path().extension() == ".cpp") all += support::read_file(entry.path());
  }
  for (const auto& [document, least] : {std::pair{"README.md", 2}, std::pair{"examples/README.md", 6}}) {
    auto text = support::read_file(support::source_dir() / document);
    int blocks = 0;
    for (auto block = first_block(text, "cpp"); !block.empty(); block = first_block(text, "cpp")) {
      CHECK_MESSAGE(all.find(block) != std::string::npos, block);
      text.erase(0, text.find(block) + block.size());
      ++blocks;
    }
    CHECK(blocks >= least);
  }
}

TEST_CASE("the README's lines for build files: each stands, with those beside it, in a product that the tests build") {
  for (const auto& [language, wanted] : {std::pair{"cmake", 3}, std::pair{"meson", 1}}) {
    const std::string name = language == std::string{"cmake"} ? "CMakeLists.txt" : "meson.build";
    std::vector<std::string> products;
    for (const auto& entry : std::filesystem::directory_iterator{support::source_dir() / "tests/consume"}) {
      if (std::filesystem::exists(entry.path() / name)) products.push_back(support::read_file(entry.path() / name));
    }
    auto text = support::read_file(support::source_dir() / "README.md");
    int blocks = 0;
    for (auto block = first_block(text, language); !block.empty(); block = first_block(text, language)) {
      const auto lines = lines_of(block);
      const auto has_all = [&](const std::string& product) {
        const auto has = lines_of(product);
        return std::all_of(lines.begin(), lines.end(),
                           [&](const auto& line) { return std::find(has.begin(), has.end(), line) != has.end(); });
      };
      CHECK_MESSAGE(std::any_of(products.begin(), products.end(), has_all), block);
      text.erase(0, text.find(block) + block.size());
      ++blocks;
    }
    CHECK(blocks == wanted);
  }
}

TEST_CASE("the README's table of errors: what hwc::advice says of each, and all of which it says something") {
  const auto text = support::read_file(support::source_dir() / "README.md");
  const auto begin = text.find("## When a call fails");
  REQUIRE(begin != std::string::npos);
  std::istringstream lines{text.substr(begin, text.find("\n## ", begin + 1) - begin)};
  std::set<std::string> rows;
  for (std::string line; std::getline(lines, line);) {
    std::smatch row;
    if (!std::regex_match(line, row, std::regex{"\\| `([^`]+)`(?:, `([^`]+)`)? \\| (.*) \\|"})) continue;
    hwc::error error;
    error.kind = row[2].matched ? hwc::error_kind::unauthorized : hwc::error_kind::bad_request;
    error.sent = hwc::delivery::answered;
    error.code = row[1];
    error.message = row[2];
    CHECK_MESSAGE(hwc::advice(error) == row[3].str(), line);
    rows.insert(row[2].matched ? row[2] : row[1]);
  }
  CHECK(rows.size() == std::size(hwc::detail::advice_by_code) + std::size(hwc::detail::advice_by_text));
}

TEST_CASE("the README's table of options: those that the tool has") {
  const auto options_in = [](const std::string& text, const std::regex& where) {
    std::set<std::string> options;
    for (std::sregex_iterator found{text.begin(), text.end(), where}, end; found != end; ++found)
      options.insert((*found)[1]);
    return options;
  };
  const auto source = support::read_file(support::source_dir() / "examples/resend_email/settings.hpp");
  const auto has = options_in(source, std::regex{"add_(?:option|flag)\\(\\s*\"(--[a-z-]+)\""});
  CHECK(has.size() > 20);
  const auto readme = support::read_file(support::source_dir() / "README.md");
  const auto begin = readme.find("All options:");
  REQUIRE(begin != std::string::npos);
  const auto table = readme.substr(begin, readme.find("What it takes from elsewhere", begin) - begin);
  CHECK(options_in(table, std::regex{"`(--[a-z-]+)[ `]"}) == has);
}

TEST_CASE("the links of the documents: each leads to a file, or to a heading of the same document") {
  for (const std::filesystem::path document :
       {"README.md", "CONTRIBUTING.md", "examples/README.md", "tests/README.md"}) {
    const auto text = support::read_file(support::source_dir() / document);
    for (auto at = text.find("]("); at != std::string::npos; at = text.find("](", at + 2)) {
      const auto target = text.substr(at + 2, text.find(')', at) - at - 2);
      if (target.starts_with("http")) continue;
      CAPTURE(document);
      if (target.starts_with("#")) {
        auto heading = target.substr(1);
        for (auto& c : heading) c = c == '-' ? ' ' : c;
        auto lower = text;
        for (auto& c : lower) c = hwc::to_lower(c);
        CHECK_MESSAGE(lower.find("## " + heading + "\n") != std::string::npos, target);
      } else {
        CHECK_MESSAGE(std::filesystem::exists(support::source_dir() / document.parent_path() / target), target);
      }
    }
  }
}
