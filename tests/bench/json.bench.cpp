// SPDX-License-Identifier: BSL-1.0
// Reading and writing JSON: this library beside simdjson used by hand, and beside libraries that map structs too.
#include <hwc/error_body.hpp>
#include <hwc/json/read.hpp>
#include <hwc/json/write.hpp>

#include "bench/counted.hpp"

#include <simdjson.h>
#include <boost/describe/class.hpp>
#include <boost/json/src.hpp>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

void require(bool good) {
  if (!good) throw std::runtime_error{"the measured code does not work"};
}

// --- The body of a refusal, of 600 bytes ---

const std::string refusal =
    R"({"error_code":"WKS.00170312","error_msg":"The policy of the project does not allow this user to resend an email.",)"
    R"("encoded_authorization_message":")" +
    std::string(404, 'e') + R"(","request_id":"2d5c6a8d1f0b4a6c9c3e7f8a9b0c1d2e"})";

// The room behind it that simdjson reads over.
std::string padded(std::string text) {
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  return text;
}

// Into texts of its own, with the four names known and nothing else looked for.
void refusal_by_simdjson(benchmark::State& state) {
  simdjson::ondemand::parser parser;
  const std::string text = padded(refusal);
  bench::measure(state, [&] {
    hwc::error_body out;
    auto document = parser.iterate(text.data(), text.size(), text.capacity());
    for (auto field : document.get_object()) {
      const std::string_view key = field.unescaped_key();
      auto* const into = key == "error_code"                      ? &out.code
                         : key == "error_msg"                     ? &out.message
                         : key == "encoded_authorization_message" ? &out.encoded_authorization_message
                         : key == "request_id"                    ? &out.request_id
                                                                  : nullptr;
      if (into != nullptr) into->assign(std::string_view{field.value()});
    }
    benchmark::DoNotOptimize(out);
  });
}
BENCHMARK(refusal_by_simdjson)->Name("error/floor: simdjson by hand");

void refusal_by_nlohmann(benchmark::State& state) {
  bench::measure(state, [&] {
    const auto document = nlohmann::json::parse(refusal);
    hwc::error_body out{document.at("error_code"),
                        document.at("error_msg"),
                        {},
                        document.at("request_id"),
                        document.at("encoded_authorization_message")};
    benchmark::DoNotOptimize(out);
  });
}
BENCHMARK(refusal_by_nlohmann)->Name("error/peer: nlohmann");

void refusal_by_hwc(benchmark::State& state) {
  hwc::json::source scratch;
  require(hwc::decode_error_body(refusal, scratch).request_id.size() == 32);
  bench::measure(state, [&] {
    auto out = hwc::decode_error_body(refusal, scratch);
    benchmark::DoNotOptimize(out);
  });
}
BENCHMARK(refusal_by_hwc)->Name("error/hwc: decoded");

// --- A list of 1,000 users, of 185 kB ---

struct user {
  std::string id{}, user_name{}, user_email{};
  bool locked{};
  std::int64_t total_desktops{};
  std::vector<std::string> group_names{};
  friend bool operator==(const user&, const user&) = default;
};
BOOST_DESCRIBE_STRUCT(user, (), (id, user_name, user_email, locked, total_desktops, group_names))
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(user, id, user_name, user_email, locked, total_desktops, group_names)

struct user_list {
  std::int64_t total_count{};
  std::vector<user> users{};
  friend bool operator==(const user_list&, const user_list&) = default;
};
BOOST_DESCRIBE_STRUCT(user_list, (), (total_count, users))
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(user_list, total_count, users)

const user_list list = [] {
  user_list made{.total_count = 1000};
  for (int i = 0; i != 1000; ++i) {
    const auto number = std::to_string(100'000 + i);
    made.users.push_back({"8a2c3f9479d5cf360179d622" + number,
                          "user" + number,
                          "user" + number + "@corp.example",
                          i % 7 == 0,
                          i % 3,
                          {"developers", "group-" + std::to_string(i % 10)}});
  }
  return made;
}();
const std::string list_text = [] {
  std::string text;
  require(hwc::json::write(list, text).has_value());
  return text;
}();

void per_second(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(list_text.size()));
}

void list_read_by_simdjson(benchmark::State& state) {
  simdjson::ondemand::parser parser;
  const std::string text = padded(list_text);
  user_list out;
  const auto read = [&] {
    auto document = parser.iterate(text.data(), text.size(), text.capacity());
    for (auto field : document.get_object()) {
      const std::string_view key = field.unescaped_key();
      if (key == "total_count") out.total_count = field.value();
      if (key != "users") continue;
      std::size_t count = 0;
      for (simdjson::ondemand::object object : field.value().get_array()) {
        if (count == out.users.size()) out.users.emplace_back();
        auto& one = out.users[count++];
        for (auto member : object) {
          const std::string_view name = member.unescaped_key();
          if (name == "id") {
            one.id.assign(std::string_view{member.value()});
          } else if (name == "user_name") {
            one.user_name.assign(std::string_view{member.value()});
          } else if (name == "user_email") {
            one.user_email.assign(std::string_view{member.value()});
          } else if (name == "locked") {
            one.locked = member.value();
          } else if (name == "total_desktops") {
            one.total_desktops = member.value();
          } else if (name == "group_names") {
            std::size_t groups = 0;
            for (std::string_view group : member.value().get_array()) {
              if (groups == one.group_names.size()) one.group_names.emplace_back();
              one.group_names[groups++].assign(group);
            }
            one.group_names.resize(groups);
          }
        }
      }
      out.users.resize(count);
    }
  };
  read();
  require(out == list);
  bench::measure(state, [&] {
    read();
    benchmark::DoNotOptimize(out);
  });
  per_second(state);
}
BENCHMARK(list_read_by_simdjson)->Name("read/floor: simdjson by hand");

void list_read_by_boost(benchmark::State& state) {
  require(boost::json::value_to<user_list>(boost::json::parse(list_text)) == list);
  bench::measure(state, [&] {
    auto out = boost::json::value_to<user_list>(boost::json::parse(list_text));
    benchmark::DoNotOptimize(out);
  });
  per_second(state);
}
BENCHMARK(list_read_by_boost)->Name("read/peer: Boost.JSON with Describe");

void list_read_by_nlohmann(benchmark::State& state) {
  require(nlohmann::json::parse(list_text).get<user_list>() == list);
  bench::measure(state, [&] {
    auto out = nlohmann::json::parse(list_text).get<user_list>();
    benchmark::DoNotOptimize(out);
  });
  per_second(state);
}
BENCHMARK(list_read_by_nlohmann)->Name("read/peer: nlohmann");

void list_read_by_hwc(benchmark::State& state) {
  hwc::json::reader reader;
  user_list out;
  require(reader.read_into(list_text, out).has_value() && out == list);
  bench::measure(state, [&] {
    require(reader.read_into(list_text, out).has_value());
    benchmark::DoNotOptimize(out);
  });
  per_second(state);
}
BENCHMARK(list_read_by_hwc)->Name("read/hwc: described struct");

// simdjson 3.0 writes nothing.

void list_written_by_boost(benchmark::State& state) {
  bench::measure(state, [&] {
    auto text = boost::json::serialize(boost::json::value_from(list));
    benchmark::DoNotOptimize(text);
  });
  per_second(state);
}
BENCHMARK(list_written_by_boost)->Name("write/peer: Boost.JSON with Describe");

void list_written_by_nlohmann(benchmark::State& state) {
  bench::measure(state, [&] {
    auto text = nlohmann::json(list).dump();
    benchmark::DoNotOptimize(text);
  });
  per_second(state);
}
BENCHMARK(list_written_by_nlohmann)->Name("write/peer: nlohmann");

void list_written_by_hwc(benchmark::State& state) {
  std::string text;
  bench::measure(state, [&] {
    text.clear();
    require(hwc::json::write(list, text).has_value());
    benchmark::DoNotOptimize(text);
  });
  per_second(state);
}
BENCHMARK(list_written_by_hwc)->Name("write/hwc: described struct");

}  // namespace
