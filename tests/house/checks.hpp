// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_HOUSE_CHECKS_HPP
#define HWC_TESTS_HOUSE_CHECKS_HPP

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The rules of the house, each a function from the files of a source tree to complaints ("file:line: what is wrong").
namespace house {

using tree = std::map<std::string, std::string, std::less<>>;  // text by path from the top of the checkout
using complaints = std::vector<std::string>;

// The floors, lowest first. A header includes headers of its own floor and of those below.
enum class floor {
  foundations,
  values,
  rules,
  signers,
  endpoints,
  call,
  fake,
  client,
  bulk,
  testing,
  everything,
  adapters
};

struct room {
  std::string_view where;  // a header as it is included, or a folder with its "/"; the longest that fits counts
  floor on;
  std::string_view may_also{};  // adapters only: another adapter's folder that this one may include
};

inline constexpr std::array plan{
    room{"hwc/detail/config.hpp", floor::foundations},
    room{"hwc/detail/character_set.hpp", floor::foundations},
    room{"hwc/detail/wipe.hpp", floor::foundations},
    room{"hwc/time.hpp", floor::foundations},
    room{"hwc/version.hpp", floor::foundations},

    room{"hwc/advice.hpp", floor::values},
    room{"hwc/detail/", floor::values},
    room{"hwc/error.hpp", floor::values},
    room{"hwc/error_body.hpp", floor::values},
    room{"hwc/file.hpp", floor::values},
    room{"hwc/http.hpp", floor::values},
    room{"hwc/http_date.hpp", floor::values},
    room{"hwc/json.hpp", floor::values},
    room{"hwc/json/", floor::values},
    room{"hwc/open_enum.hpp", floor::values},
    room{"hwc/printable.hpp", floor::values},
    room{"hwc/recording.hpp", floor::values},
    room{"hwc/request_flaw.hpp", floor::values},
    room{"hwc/secret.hpp", floor::values},
    room{"hwc/timestamp.hpp", floor::values},
    room{"hwc/url.hpp", floor::values},

    room{"hwc/build_request.hpp", floor::rules},
    room{"hwc/call_options.hpp", floor::rules},
    room{"hwc/clock.hpp", floor::rules},
    room{"hwc/detail/signer_ref.hpp", floor::rules},
    room{"hwc/endpoint.hpp", floor::rules},
    room{"hwc/errand.hpp", floor::rules},
    room{"hwc/error_policy.hpp", floor::rules},
    room{"hwc/iam_policy.hpp", floor::rules},
    room{"hwc/multiplexer.hpp", floor::rules},
    room{"hwc/operation.hpp", floor::rules},
    room{"hwc/placement.hpp", floor::rules},
    room{"hwc/project_finder.hpp", floor::rules},
    room{"hwc/retry.hpp", floor::rules},
    room{"hwc/retry_budget.hpp", floor::rules},
    room{"hwc/route.hpp", floor::rules},
    room{"hwc/signer.hpp", floor::rules},
    room{"hwc/token_bucket.hpp", floor::rules},
    room{"hwc/transport.hpp", floor::rules},

    room{"hwc/credentials/", floor::signers},
    room{"hwc/signers/", floor::signers},

    room{"hwc/find_project.hpp", floor::endpoints},
    room{"hwc/iam/", floor::endpoints},
    room{"hwc/sts/", floor::endpoints},
    room{"hwc/workspace/", floor::endpoints},

    room{"hwc/async_call.hpp", floor::call},
    room{"hwc/async_send_all.hpp", floor::call},
    room{"hwc/call.hpp", floor::call},
    room{"hwc/call_base.hpp", floor::call},
    room{"hwc/call_buffers.hpp", floor::call},
    room{"hwc/call_fsm.hpp", floor::call},
    room{"hwc/client_state.hpp", floor::call},
    room{"hwc/clock_skew.hpp", floor::call},
    room{"hwc/detail/buffer_stock.hpp", floor::call},
    room{"hwc/send_all.hpp", floor::call},
    room{"hwc/transports/", floor::call},

    room{"hwc/fake/", floor::fake},

    room{"hwc/client.hpp", floor::client},
    room{"hwc/src.hpp", floor::client},
    room{"hwc/explain.hpp", floor::client},
    room{"hwc/pages.hpp", floor::client},

    room{"hwc/bulk/", floor::bulk},

    room{"hwc/testing/", floor::testing},

    room{"hwc.hpp", floor::everything},
    room{"hwc/hwc.hpp", floor::everything},

    room{"hwc/beast/", floor::adapters},
    room{"hwc/curl/", floor::adapters},
    room{"hwc/ini/", floor::adapters},
    room{"hwc/openssl/", floor::adapters},
};

// --- Reading ---

inline std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

inline std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text;
}

// The rest of a line `#directive rest`; its data() is null for any other line.
inline std::string_view after_directive(std::string_view line, std::string_view directive) {
  line = trimmed(line);
  if (!line.starts_with('#')) return {};
  line = trimmed(line.substr(1));
  if (!line.starts_with(directive)) return {};
  return trimmed(line.substr(directive.size()));
}

struct include {
  std::string_view name;
  std::size_t line;
};

inline std::vector<include> includes_of(std::string_view text) {
  std::vector<include> found;
  std::size_t number = 0;
  for (const auto line : lines_of(text)) {
    ++number;
    const auto rest = after_directive(line, "include");
    if (rest.empty() || (rest[0] != '<' && rest[0] != '"')) continue;
    found.push_back({rest.substr(1, rest.find(rest[0] == '<' ? '>' : '"', 1) - 1), number});
  }
  return found;
}

inline std::string at(std::string_view path, std::size_t line, const std::string& what) {
  return std::string{path} + ":" + std::to_string(line) + ": " + what;
}

inline bool is_header(std::string_view path) { return path.ends_with(".hpp") || path.ends_with(".ipp"); }
inline bool in_core(std::string_view path) { return path.starts_with("include/") && is_header(path); }
inline bool in_adapters(std::string_view path) { return path.starts_with("adapters/") && is_header(path); }
inline bool in_library(std::string_view path) { return in_core(path) || in_adapters(path); }

// include/hwc/http.hpp is included as hwc/http.hpp.
inline std::string_view included_as(std::string_view path) { return path.substr(path.find('/') + 1); }

inline std::string path_of(const tree& files, std::string_view name) {
  for (const auto* root : {"include/", "adapters/"}) {
    auto path = root + std::string{name};
    if (files.contains(path)) return path;
  }
  return {};
}

// The header that a file of definitions completes: hwc/json/impl/source.ipp is of hwc/json/source.hpp. Any other file
// is its own. Either may include the other; the guards make them one.
inline std::string completed_by(std::string_view definitions) {
  std::string name{definitions};
  const auto folder = name.find("/impl/");
  if (folder == std::string::npos || !name.ends_with(".ipp")) return name;
  name.replace(name.size() - 3, 1, "h");
  return name.erase(folder, 5);
}
inline bool completes(std::string_view definitions, std::string_view header) {
  return definitions != header && completed_by(definitions) == header;
}

// --- Floors ---

inline const room* room_of(std::string_view file, std::span<const room> rooms) {
  const auto name = completed_by(file);
  const room* best = nullptr;
  for (const auto& room : rooms) {
    const bool fits = room.where.ends_with('/') ? name.starts_with(room.where) : name == room.where;
    if (fits && (best == nullptr || room.where.size() > best->where.size())) best = &room;
  }
  return best;
}

// No arrow runs up, adapters leave one another alone, and every header has a place.
inline complaints check_floors(const tree& files, std::span<const room> rooms = plan) {
  complaints found;
  for (const auto& [path, text] : files) {
    if (!in_library(path)) continue;
    const auto* own = room_of(included_as(path), rooms);
    if (own == nullptr) {
      found.push_back(at(path, 1, "is on no floor: add it to house::plan in tests/house/checks.hpp"));
      continue;
    }
    if (in_adapters(path) != (own->on == floor::adapters)) {
      found.push_back(at(path, 1, "adapters live under adapters/, all else under include/"));
    }
    for (const auto& [name, line] : includes_of(text)) {
      if (!name.starts_with("hwc/") && name != "hwc.hpp") continue;
      const auto* other = room_of(name, rooms);
      if (path_of(files, name).empty()) {
        found.push_back(at(path, line, "includes " + std::string{name} + ", which does not exist"));
      } else if (other != nullptr && other->on > own->on) {
        found.push_back(at(path, line, "includes " + std::string{name} + ", which is on a higher floor"));
      } else if (other != nullptr && other != own && own->on == floor::adapters && other->on == floor::adapters &&
                 other->where != own->may_also) {
        found.push_back(at(path, line, "includes " + std::string{name} + ", which belongs to another adapter"));
      }
    }
  }
  return found;
}

// Depth-first search for circles of includes.
inline complaints check_circles(const tree& files) {
  complaints found;
  std::set<std::string, std::less<>> done;
  std::vector<std::string> trail;
  const auto visit = [&](const auto& self, const std::string& path) -> void {
    if (done.contains(path)) return;
    if (const auto start = std::find(trail.begin(), trail.end(), path); start != trail.end()) {
      std::string circle;
      for (auto step = start; step != trail.end(); ++step) circle += *step + " -> ";
      found.push_back(at(path, 1, "includes itself: " + circle + path));
      return;
    }
    trail.push_back(path);
    for (const auto& [name, line] : includes_of(files.at(path))) {
      const auto next = path_of(files, name);
      if (!next.empty() && !completes(included_as(path), name)) self(self, next);
    }
    trail.pop_back();
    done.insert(path);
  };
  for (const auto& [path, text] : files) {
    if (in_library(path)) visit(visit, path);
  }
  return found;
}

// --- What may be included ---

// The state machine of a call reaches no thread, clock, socket or random source, however indirectly.
inline complaints check_call_does_no_io(const tree& files) {
  constexpr std::array banned{
      std::string_view{"thread"},      std::string_view{"mutex"},        std::string_view{"condition_variable"},
      std::string_view{"random"},      std::string_view{"future"},       std::string_view{"unistd.h"},
      std::string_view{"poll.h"},      std::string_view{"pthread.h"},    std::string_view{"sys/"},
      std::string_view{"netinet/"},    std::string_view{"arpa/"},        std::string_view{"hwc/clock.hpp"},
      std::string_view{"boost/asio/"}, std::string_view{"boost/beast/"}, std::string_view{"boost/asio.hpp"},
      std::string_view{"curl/"},       std::string_view{"openssl/"},     std::string_view{"boost/beast.hpp"},
      std::string_view{"hwc/beast/"},  std::string_view{"hwc/curl/"},    std::string_view{"hwc/openssl/"},
  };
  complaints found;
  for (const std::string root : {"include/hwc/call.hpp", "include/hwc/call_fsm.hpp"}) {
    if (!files.contains(root)) {
      found.push_back(at(root, 1, "is missing, so this check proves nothing"));
      continue;
    }
    std::set<std::string, std::less<>> seen{root};
    const auto visit = [&](const auto& self, const std::string& path, const std::string& trail) -> void {
      if (const auto clock = files.at(path).find("::now("); clock != std::string::npos) {
        found.push_back(
            at(path,
               1 + static_cast<std::size_t>(std::count(
                       files.at(path).begin(), files.at(path).begin() + static_cast<std::ptrdiff_t>(clock), '\n')),
               "the call's state machine reads no clock: " + trail));
      }
      for (const auto& [name, line] : includes_of(files.at(path))) {
        for (const auto ban : banned) {
          if (ban.ends_with('/') ? name.starts_with(ban) : name == ban) {
            found.push_back(at(path, line, "<" + std::string{name} + "> reaches the call's state machine: " + trail));
          }
        }
        const auto next = path_of(files, name);
        if (!next.empty() && seen.insert(next).second) self(self, next, trail + " -> " + next);
      }
    };
    visit(visit, root, root);
  }
  return found;
}

// Heavy standard headers stay out of the library, simdjson out of all but one file, and the core needs Boost.Describe,
// Boost.Mp11, Boost.System (with Boost.Assert below it) and simdjson, nothing else; one header, for tests, needs POSIX,
// and so does the journal of bulk runs, which needs Boost.Unordered and Boost.Uuid as well.
inline complaints check_third_parties(const tree& files) {
  const auto is_posix = [](std::string_view name) {
    return name.starts_with("netinet/") || name.starts_with("sys/") || name == "fcntl.h" || name == "poll.h" ||
           name == "signal.h" || name == "unistd.h";
  };
  const auto may = [&](std::string_view path, std::string_view name) {
    if (path == "include/hwc/testing/socket_server.hpp" || path == "include/hwc/testing/detail/loopback_socket.hpp") {
      return is_posix(name);
    }
    return path.starts_with("include/hwc/bulk/") &&
           (is_posix(name) || name.starts_with("boost/unordered/") || name.starts_with("boost/uuid/"));
  };
  complaints found;
  for (const auto& [path, text] : files) {
    if (!in_library(path)) continue;
    for (const auto& [name, line] : includes_of(text)) {
      const std::string shown = "<" + std::string{name} + ">";
      if (name == "iostream" || name == "regex" || name == "format") {
        found.push_back(at(path, line, "includes " + shown + ", which costs every user dearly"));
      } else if (name == "simdjson.h") {
        if (path != "include/hwc/json/impl/source_state.ipp") {
          found.push_back(at(path, line, "includes " + shown + "; only include/hwc/json/impl/source_state.ipp may"));
        }
      } else if (in_core(path) && name.find_first_of("/.") != std::string_view::npos && !name.starts_with("hwc/") &&
                 !name.starts_with("boost/describe/") && !name.starts_with("boost/mp11/") &&
                 !name.starts_with("boost/system/") && !name.starts_with("boost/assert/") && !may(path, name)) {
        found.push_back(at(path, line, "includes " + shown + ", which the core must not need"));
      }
    }
  }
  return found;
}

// With HWC_SEPARATE_COMPILATION only the file that includes <hwc/…/src.hpp> meets what the definitions need: no header
// for users reaches it but by an .ipp file. Beast's headers name types of Asio and Beast.
inline complaints check_separate_compilation(const tree& files) {
  constexpr std::array heavy{std::string_view{"simdjson.h"}, std::string_view{"curl/"}, std::string_view{"openssl/"},
                             std::string_view{"boost/property_tree/"}};
  complaints found;
  for (const auto& [root, ignored] : files) {
    if (!in_library(root) || root.ends_with(".ipp") || root.starts_with("adapters/hwc/beast/") ||
        root.ends_with("/src.hpp") || root.find("/detail/") != std::string::npos ||
        root.find("/testing/") != std::string::npos) {
      continue;
    }
    std::set<std::string, std::less<>> seen{root};
    const auto visit = [&](const auto& self, const std::string& path, const std::string& trail) -> void {
      for (const auto& [name, line] : includes_of(files.at(path))) {
        for (const auto each : heavy) {
          if (each.ends_with('/') ? name.starts_with(each) : name == each) {
            found.push_back(at(path, line, "<" + std::string{name} + "> belongs into an .ipp file: " + trail));
          }
        }
        const auto next = name.ends_with(".ipp") ? std::string{} : path_of(files, name);
        if (!next.empty() && seen.insert(next).second) self(self, next, trail + " -> " + next);
      }
    };
    visit(visit, root, root);
  }
  return found;
}

// --- Anatomy ---

// HWC_CURL_ERROR_HPP for adapters/hwc/curl/error.hpp, HWC_TESTS_SUPPORT_FILES_HPP for tests/support/files.hpp.
inline std::string guard_of(std::string_view path) {
  std::string guard{in_library(path) ? included_as(path) : path};
  for (auto& letter : guard) {
    const auto byte = static_cast<unsigned char>(letter);
    letter = std::isalnum(byte) != 0 ? static_cast<char>(std::toupper(byte)) : '_';
  }
  return guard.starts_with("HWC_") ? guard : "HWC_" + guard;
}

// Everything stands in the inline namespace of its version, so that a program can hold two of them.
inline complaints check_version_namespace(const tree& files) {
  const auto version = files.find("include/hwc/version.hpp");
  if (version == files.end()) return {"there is no include/hwc/version.hpp"};
  const std::string_view text = version->second;
  const auto begin = text.find('"', text.find("HWC_VERSION_STRING")) + 1;
  auto inner = "v" + std::string{text.substr(begin, text.rfind('.') - begin)};
  std::replace(inner.begin(), inner.end(), '.', '_');
  const auto wanted = "namespace hwc::inline " + inner;
  complaints found;
  for (const auto& [path, content] : files) {
    if (!in_library(path)) continue;
    std::size_t number = 0;
    for (const auto line : lines_of(content)) {
      ++number;
      if (line.starts_with("namespace hwc") && !line.starts_with(wanted + " {") && !line.starts_with(wanted + "::")) {
        found.push_back(at(path, number, "the namespace must be: " + wanted));
      }
    }
  }
  return found;
}

inline complaints check_anatomy(const tree& files) {
  complaints found;
  for (const auto& file : files) {
    const auto& path = file.first;
    if (!is_header(path) && !path.ends_with(".cpp")) continue;
    const auto lines = lines_of(file.second);
    const auto line_is = [&](std::size_t index, const std::string& wanted) {
      if (index >= lines.size() || lines[index] != wanted) {
        found.push_back(at(path, index + 1, "the line must be: " + wanted));
      }
    };
    line_is(0, "// SPDX-License-Identifier: BSL-1.0");
    if (!is_header(path)) continue;
    const auto guard = guard_of(path);
    line_is(1, "#ifndef " + guard);
    line_is(2, "#define " + guard);
    line_is(std::max<std::size_t>(lines.size(), 1) - 1, "#endif  // " + guard);
    if (!in_library(path)) continue;
    for (std::size_t index = 0; index != lines.size(); ++index) {
      const auto line = lines[index];
      if (line.substr(0, line.find("//")).find("using namespace") != std::string_view::npos) {
        found.push_back(at(path, index + 1, "no `using namespace` in a header"));
      }
      if (after_directive(line, "pragma").starts_with("once")) {
        found.push_back(at(path, index + 1, "a guard instead of #pragma once"));
      }
      if (const auto macro = after_directive(line, "define"); macro.data() != nullptr && !macro.starts_with("HWC_")) {
        found.push_back(at(path, index + 1, "a macro's name begins with HWC_"));
      }
    }
    constexpr std::size_t limit = 400;
    if (in_core(path) && lines.size() > limit) {
      found.push_back(at(path, lines.size(), "a header has at most 400 lines: divide it by its ideas"));
    }
  }
  return found;
}

// --- Lists and documents ---

inline bool is_list(std::string_view path) {
  return path.starts_with("tests/") && path.ends_with(".txt") && path.find('/', 6) == std::string_view::npos &&
         path != "tests/CMakeLists.txt";
}

// Every test source is on a list that the builds read; every entry exists; the lists are sorted, without repetition.
inline complaints check_lists(const tree& files) {
  complaints found;
  std::set<std::string, std::less<>> listed;
  for (const auto& [path, text] : files) {
    if (!is_list(path)) continue;
    const auto lines = lines_of(text);
    for (std::size_t index = 0; index != lines.size(); ++index) {
      const std::string entry{lines[index]};
      listed.insert("tests/" + entry);
      if (!files.contains("tests/" + entry)) found.push_back(at(path, index + 1, "`" + entry + "` does not exist"));
      if (index != 0 && lines[index - 1] == lines[index]) {
        found.push_back(at(path, index + 1, "`" + entry + "` is repeated"));
      } else if (index != 0 && lines[index - 1] > lines[index]) {
        found.push_back(at(path, index + 1, "`" + entry + "` is not in its place: sort with LC_ALL=C"));
      }
    }
  }
  for (const auto& [path, text] : files) {
    // Each program of tests/consume is a project of its own.
    const bool exempt = path == "tests/main.cpp" || path.starts_with("tests/consume/");
    if (path.starts_with("tests/") && path.ends_with(".cpp") && !exempt && !listed.contains(path)) {
      found.push_back(at(path, 1, "no list tests/*.txt names it, so no build compiles it"));
    }
  }
  return found;
}

// What users read and copy names nothing that may change at any time.
inline complaints check_no_detail_shown(const tree& files) {
  complaints found;
  for (const auto& [path, text] : files) {
    if (path != "README.md" && !path.starts_with("examples/")) continue;
    std::size_t number = 0;
    for (const auto line : lines_of(text)) {
      ++number;
      if (line.find("detail::") != std::string_view::npos || line.find("/detail/") != std::string_view::npos) {
        found.push_back(at(path, number, "names `detail`, which users must not"));
      }
    }
  }
  return found;
}

}  // namespace house

#endif  // HWC_TESTS_HOUSE_CHECKS_HPP
