// SPDX-License-Identifier: BSL-1.0
// JSON to a described struct and back.
#include <hwc/json.hpp>

#include "fuzz/target.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct leaf {
  std::optional<bool> flag{};
  std::optional<double> number{};
  std::string text{};
  friend bool operator==(const leaf&, const leaf&) = default;
};
BOOST_DESCRIBE_STRUCT(leaf, (), (flag, number, text))

struct tree {
  std::optional<std::int64_t> whole{};
  std::optional<std::uint8_t> small{};
  std::vector<leaf> leaves{};
  std::map<std::string, std::string> names{};
  std::optional<leaf> one{};
  std::vector<std::optional<std::string>> texts{};
  friend bool operator==(const tree&, const tree&) = default;
};
BOOST_DESCRIBE_STRUCT(tree, (), (whole, small, leaves, names, one, texts))

void run(std::string_view input) {
  const auto value = hwc::json::read<tree>(input);
  if (!value) {
    fuzz::require(!to_string(value.error()).empty(), "an error says something");
    return;
  }
  std::string text;
  fuzz::require(hwc::json::write(*value, text).has_value(), "what was read can be written");
  const auto again = hwc::json::read<tree>(text);
  fuzz::require(again && *again == *value, "what was written reads as it was");
  std::string once_more;
  fuzz::require(hwc::json::write(*again, once_more).has_value() && once_more == text, "a value has one text");
}

const fuzz::target target{"json_round_trip", run};

}  // namespace
