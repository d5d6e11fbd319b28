// SPDX-License-Identifier: BSL-1.0
#include "checks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "support/files.hpp"

namespace {

using house::tree;

// The checkout, as far as the rules look at it.
const tree& checkout() {
  static const tree files = [] {
    constexpr std::array read{".hpp", ".ipp", ".cpp", ".txt", ".md", ".sh"};
    tree found;
    const auto top = support::source_dir();
    for (const auto* folder : {"include", "adapters", "examples", "tests"}) {
      for (const auto& entry : std::filesystem::recursive_directory_iterator{top / folder}) {
        const auto& path = entry.path();
        if (!entry.is_regular_file() || std::find(read.begin(), read.end(), path.extension()) == read.end()) continue;
        found.emplace(path.lexically_relative(top).generic_string(), support::read_file(path));
      }
    }
    if (std::filesystem::exists(top / "README.md")) found.emplace("README.md", support::read_file(top / "README.md"));
    return found;
  }();
  return files;
}

void expect_none(const house::complaints& found) {
  for (const auto& complaint : found) FAIL_CHECK(complaint);
}

// Exactly one complaint, at that place, with those words.
void expect(const house::complaints& found, std::string_view place, std::string_view words) {
  INFO("wanted at " << place << ": " << words);
  std::string all;
  for (const auto& complaint : found) all += "\n  " + complaint;
  CAPTURE(all);
  REQUIRE(found.size() == 1);
  CHECK(found[0].starts_with(std::string{place} + ": "));
  CHECK(found[0].find(words) != std::string::npos);
}

std::string header(const std::string& guard, const std::string& body = "") {
  return "// SPDX-License-Identifier: BSL-1.0\n#ifndef " + guard + "\n#define " + guard + "\n" + body + "#endif  // " +
         guard + "\n";
}

}  // namespace

TEST_CASE("the checkout is read: headers, adapters, tests and lists are there") {
  for (const auto* path : {"include/hwc/call_fsm.hpp", "include/hwc/json/impl/source.ipp",
                           "adapters/hwc/curl/transport.hpp", "tests/main.cpp", "tests/unit.txt"}) {
    CAPTURE(path);
    CHECK(checkout().contains(path));
  }
}

TEST_CASE("the checkout: no include runs up a floor") { expect_none(house::check_floors(checkout())); }
TEST_CASE("the checkout: no circle of includes") { expect_none(house::check_circles(checkout())); }
TEST_CASE("the checkout: the call does no I/O") { expect_none(house::check_call_does_no_io(checkout())); }
TEST_CASE("the checkout: third parties are where they belong") { expect_none(house::check_third_parties(checkout())); }
TEST_CASE("the checkout: separate compilation keeps libraries from users' files") {
  expect_none(house::check_separate_compilation(checkout()));
}
TEST_CASE("the checkout: header anatomy") { expect_none(house::check_anatomy(checkout())); }
TEST_CASE("the checkout: the inline namespace is that of the version") {
  expect_none(house::check_version_namespace(checkout()));
}
TEST_CASE("the checkout: every test source is listed") { expect_none(house::check_lists(checkout())); }
TEST_CASE("the checkout: no document or example names detail") {
  expect_none(house::check_no_detail_shown(checkout()));
}

TEST_CASE("floors: an include that runs up is reported, one that runs down is not") {
  expect(house::check_floors({{"include/hwc/error.hpp", "\n#include <hwc/client.hpp>\n"},
                              {"include/hwc/client.hpp", "#include <hwc/error.hpp>\n"}}),
         "include/hwc/error.hpp:2", "hwc/client.hpp, which is on a higher floor");
}

TEST_CASE("floors: quotes and blanks do not hide an include") {
  expect(house::check_floors(
             {{"include/hwc/fake/transport.hpp", "  #  include \"hwc/client.hpp\"\n"}, {"include/hwc/client.hpp", ""}}),
         "include/hwc/fake/transport.hpp:1", "higher floor");
}

TEST_CASE("floors: the core that includes an adapter is reported") {
  expect(house::check_floors(
             {{"include/hwc/client.hpp", "#include <hwc/curl/error.hpp>\n"}, {"adapters/hwc/curl/error.hpp", ""}}),
         "include/hwc/client.hpp:1", "higher floor");
}

TEST_CASE("floors: adapters include one another only where the plan says so") {
  const tree files{{"adapters/hwc/beast/a.hpp", "#include <hwc/openssl/b.hpp>\n#include <hwc/beast/c.hpp>\n"},
                   {"adapters/hwc/beast/c.hpp", ""},
                   {"adapters/hwc/openssl/b.hpp", ""}};
  expect(house::check_floors(files), "adapters/hwc/beast/a.hpp:1", "another adapter");
  const std::array rooms{house::room{"hwc/beast/", house::floor::adapters, "hwc/openssl/"},
                         house::room{"hwc/openssl/", house::floor::adapters}};
  expect_none(house::check_floors(files, rooms));
}

TEST_CASE("floors: a header that the plan does not know is told where to go") {
  expect(house::check_floors({{"include/hwc/novelty.hpp", ""}}), "include/hwc/novelty.hpp:1", "add it to house::plan");
}

TEST_CASE("floors: a header under the wrong root is reported") {
  expect(house::check_floors({{"adapters/hwc/json/fast.hpp", ""}}), "adapters/hwc/json/fast.hpp:1", "under include/");
  expect(house::check_floors({{"include/hwc/curl/fast.hpp", ""}}), "include/hwc/curl/fast.hpp:1", "under adapters/");
}

TEST_CASE("floors: an include of a header that does not exist is reported") {
  expect(house::check_floors({{"include/hwc/error.hpp", "#include <hwc/gone.hpp>\n"}}), "include/hwc/error.hpp:1",
         "does not exist");
}

TEST_CASE("circles: a circle of three is reported once, with its way") {
  expect(house::check_circles({{"include/hwc/error.hpp", "#include <hwc/http.hpp>\n"},
                               {"include/hwc/http.hpp", "#include <hwc/url.hpp>\n"},
                               {"include/hwc/url.hpp", "#include <hwc/error.hpp>\n"}}),
         "include/hwc/error.hpp:1",
         "include/hwc/error.hpp -> include/hwc/http.hpp -> include/hwc/url.hpp -> include/hwc/error.hpp");
}

TEST_CASE("circles: two ways to one header are none, nor is a file of definitions that includes its own header") {
  expect_none(house::check_circles({{"include/hwc/a.hpp", "#include <hwc/b.hpp>\n#include <hwc/c.hpp>\n"},
                                    {"include/hwc/b.hpp", "#include <hwc/c.hpp>\n"},
                                    {"include/hwc/c.hpp", ""}}));
  const std::string down = "#include <hwc/json/impl/source.ipp>\n";
  expect_none(house::check_circles({{"include/hwc/json/source.hpp", down},
                                    {"include/hwc/json/impl/source.ipp", "#include <hwc/json/source.hpp>\n"}}));
  expect(house::check_circles({{"include/hwc/json/other.hpp", down},
                               {"include/hwc/json/impl/source.ipp", "#include <hwc/json/other.hpp>"}}),
         "include/hwc/json/impl/source.ipp:1", "includes itself");
}

TEST_CASE("call without I/O: what it must not reach is reported, however far down") {
  for (const std::string banned : {"thread", "mutex", "condition_variable", "random", "future", "unistd.h",
                                   "sys/socket.h", "netinet/in.h", "hwc/clock.hpp", "boost/asio/buffer.hpp",
                                   "boost/beast/http.hpp", "curl/curl.h", "openssl/evp.h", "hwc/curl/error.hpp"}) {
    CAPTURE(banned);
    expect(house::check_call_does_no_io({{"include/hwc/call.hpp", "#include <hwc/call_options.hpp>\n"},
                                         {"include/hwc/call_fsm.hpp", "#include <string>\n"},
                                         {"include/hwc/call_options.hpp", "#include <hwc/error.hpp>\n"},
                                         {"include/hwc/error.hpp", "#include <string>\n#include <" + banned + ">\n"}}),
           "include/hwc/error.hpp:2", "<" + banned + "> reaches");
  }
}

TEST_CASE("call without I/O: a clock that is read is reported, also below it") {
  expect(house::check_call_does_no_io({{"include/hwc/call.hpp", "#include <hwc/time.hpp>\n"},
                                       {"include/hwc/call_fsm.hpp", ""},
                                       {"include/hwc/time.hpp", "\nauto t = std::chrono::steady_clock::now();\n"}}),
         "include/hwc/time.hpp:2", "reads no clock");
}

TEST_CASE("call without I/O: the second root is looked at too, and a missing root is reported") {
  expect(
      house::check_call_does_no_io({{"include/hwc/call.hpp", ""}, {"include/hwc/call_fsm.hpp", "#include <mutex>\n"}}),
      "include/hwc/call_fsm.hpp:1", "<mutex>");
  expect(house::check_call_does_no_io({{"include/hwc/call.hpp", ""}}), "include/hwc/call_fsm.hpp:1", "is missing");
}

TEST_CASE("third parties: heavy standard headers are reported in core and adapters") {
  for (const std::string heavy : {"iostream", "regex", "format"}) {
    CAPTURE(heavy);
    const auto text = "#include <" + heavy + ">\n";
    expect(house::check_third_parties({{"include/hwc/error.hpp", text}}), "include/hwc/error.hpp:1", heavy);
    expect(house::check_third_parties({{"adapters/hwc/curl/error.hpp", text}}), "adapters/hwc/curl/error.hpp:1", heavy);
    expect_none(house::check_third_parties({{"examples/error.hpp", text}}));
  }
}

TEST_CASE("third parties: simdjson belongs to one file, and the core needs no library beside its own four") {
  const std::string simdjson = "#include <simdjson.h>\n";
  expect_none(house::check_third_parties({{"include/hwc/json/impl/source_state.ipp", simdjson}}));
  expect(house::check_third_parties({{"include/hwc/json/read.hpp", simdjson}}), "include/hwc/json/read.hpp:1",
         "only include/hwc/json/impl/source_state.ipp");
  expect_none(house::check_third_parties({{"include/hwc/operation.hpp", "#include <boost/describe/class.hpp>\n"}}));
  expect_none(house::check_third_parties({{"include/hwc/testing/socket_server.hpp", "#include <sys/socket.h>\n"}}));
  expect(house::check_third_parties({{"include/hwc/testing/memory_server.hpp", "#include <sys/socket.h>\n"}}),
         "include/hwc/testing/memory_server.hpp:1", "<sys/socket.h>, which the core must not need");
  for (const std::string of_journals : {"fcntl.h", "boost/unordered/unordered_flat_map.hpp", "boost/uuid/uuid.hpp"}) {
    const auto text = "#include <" + of_journals + ">\n";
    expect_none(house::check_third_parties({{"include/hwc/bulk/file_journal.hpp", text}}));
    expect(house::check_third_parties({{"include/hwc/operation.hpp", text}}), "include/hwc/operation.hpp:1",
           "the core must not need");
  }
  expect(house::check_third_parties({{"include/hwc/operation.hpp", "#include <boost/hana.hpp>\n"}}),
         "include/hwc/operation.hpp:1", "<boost/hana.hpp>, which the core must not need");
}

TEST_CASE("separate compilation: a library that a header for users reaches is reported, unless by definitions alone") {
  const std::string curl = "#include <curl/curl.h>\n";
  for (const std::string user : {"adapters/hwc/curl/transport.hpp", "include/hwc/client.hpp"}) {
    expect(house::check_separate_compilation({{user, "\n" + curl}}), user + ":2", "<curl/curl.h> belongs into an .ipp");
    const std::string indirect = "adapters/hwc/curl/detail/easy.hpp";
    expect(house::check_separate_compilation({{user, "#include <hwc/curl/detail/easy.hpp>\n"}, {indirect, curl}}),
           indirect + ":1", user + " -> " + indirect);
    expect_none(house::check_separate_compilation({{user, "#include <hwc/curl/impl/transport.ipp>\n"},
                                                   {"adapters/hwc/curl/impl/transport.ipp", curl},
                                                   {"adapters/hwc/curl/src.hpp", curl},
                                                   {"adapters/hwc/curl/testing/server.hpp", curl}}));
  }
  for (const std::string other : {"simdjson.h", "openssl/evp.h", "boost/property_tree/ptree.hpp"}) {
    const auto text = "#include <" + other + ">\n";
    expect(house::check_separate_compilation({{"include/hwc/error.hpp", text}}), "include/hwc/error.hpp:1", other);
    expect_none(house::check_separate_compilation({{"adapters/hwc/beast/transport.hpp", text}}));
  }
}

TEST_CASE("anatomy: guards follow the path") {
  CHECK(house::guard_of("include/hwc/http_date.hpp") == "HWC_HTTP_DATE_HPP");
  CHECK(house::guard_of("adapters/hwc/curl/error.hpp") == "HWC_CURL_ERROR_HPP");
  CHECK(house::guard_of("tests/support/files.hpp") == "HWC_TESTS_SUPPORT_FILES_HPP");
  CHECK(house::guard_of("include/hwc/json/impl/source.ipp") == "HWC_JSON_IMPL_SOURCE_IPP");
  expect_none(house::check_anatomy({{"include/hwc/url.hpp", header("HWC_URL_HPP", "#define HWC_URL 1\n")}}));
}

TEST_CASE("the version's namespace: another one, or none, is reported") {
  const house::tree good{{"include/hwc/version.hpp", "#define HWC_VERSION_STRING \"1.2.34\"\n"},
                         {"include/hwc/url.hpp", "namespace hwc::inline v1_2 {\n"},
                         {"include/hwc/json/read.hpp", "namespace hwc::inline v1_2::json {\n"},
                         {"tests/support/files.hpp", "namespace hwc::tests {\n"}};
  expect_none(house::check_version_namespace(good));
  for (const std::string wrong : {"namespace hwc {", "namespace hwc::json {", "namespace hwc::inline v1_20 {"}) {
    auto files = good;
    files["include/hwc/url.hpp"] = "\n" + wrong + "\n";
    expect(house::check_version_namespace(files), "include/hwc/url.hpp:2", "namespace hwc::inline v1_2");
  }
}

TEST_CASE("anatomy: a missing licence, a wrong guard and a stale end of guard are reported") {
  const std::string url = "include/hwc/url.hpp";
  const auto good = header("HWC_URL_HPP");
  expect(house::check_anatomy({{"tests/unit/a.test.cpp", "#include <hwc/url.hpp>\n"}}), "tests/unit/a.test.cpp:1",
         "SPDX");
  expect(house::check_anatomy({{url, "//" + good}}), url + ":1", "SPDX");
  auto wrong = good;
  wrong.replace(wrong.find("#ifndef HWC_URL"), 15, "#ifndef HWC_URI");
  expect(house::check_anatomy({{url, wrong}}), url + ":2", "#ifndef HWC_URL_HPP");
  wrong = good;
  wrong.replace(wrong.find("#define HWC_URL"), 15, "#define HWC_URI");
  expect(house::check_anatomy({{url, wrong}}), url + ":3", "#define HWC_URL_HPP");
  wrong = good;
  wrong.replace(wrong.find("// HWC_URL"), 10, "// HWC_URI");
  expect(house::check_anatomy({{url, wrong}}), url + ":4", "#endif  // HWC_URL_HPP");
}

TEST_CASE("anatomy: using namespace, pragma once and foreign macros are reported, comments are not") {
  const auto with = [](const std::string& body) {
    return house::check_anatomy({{"include/hwc/url.hpp", header("HWC_URL_HPP", body)}});
  };
  expect(with("using namespace std;\n"), "include/hwc/url.hpp:4", "using namespace");
  expect(with("#pragma once\n"), "include/hwc/url.hpp:4", "#pragma once");
  expect(with("# define MAX 1\n"), "include/hwc/url.hpp:4", "HWC_");
  expect_none(with("// no using namespace here\n"));
}

TEST_CASE("anatomy: a header of more than 400 lines is reported") {
  const auto of = [](std::size_t lines) {
    return house::check_anatomy({{"include/hwc/url.hpp", header("HWC_URL_HPP", std::string(lines - 4, '\n'))}});
  };
  expect_none(of(400));
  expect(of(401), "include/hwc/url.hpp:401", "at most 400 lines");
}

TEST_CASE("lists: a source that none names is reported, unless it is exempt") {
  expect(house::check_lists({{"tests/unit.txt", "unit/a.test.cpp\n"},
                             {"tests/unit/a.test.cpp", ""},
                             {"tests/unit/b.test.cpp", ""},
                             {"tests/main.cpp", ""},
                             {"tests/consume/cmake/main.cpp", ""}}),
         "tests/unit/b.test.cpp:1", "no list");
}

TEST_CASE("lists: an entry that does not exist, one out of order and one repeated are reported") {
  const auto with = [](const std::string& list) {
    return house::check_lists({{"tests/unit.txt", list}, {"tests/a.cpp", ""}, {"tests/b.cpp", ""}});
  };
  expect_none(with("a.cpp\nb.cpp\n"));
  expect(with("a.cpp\nb.cpp\nc.cpp\n"), "tests/unit.txt:3", "`c.cpp` does not exist");
  expect(with("b.cpp\na.cpp\n"), "tests/unit.txt:2", "not in its place");
  expect(with("a.cpp\na.cpp\nb.cpp\n"), "tests/unit.txt:2", "repeated");
}

TEST_CASE("documents: detail in the README or an example is reported, in the library it is not") {
  expect(house::check_no_detail_shown({{"README.md", "text\nhwc::detail::wipe\n"}}), "README.md:2", "detail");
  expect(house::check_no_detail_shown({{"examples/a.cpp", "#include <hwc/curl/detail/slot.hpp>\n"}}),
         "examples/a.cpp:1", "detail");
  expect_none(house::check_no_detail_shown({{"include/hwc/url.hpp", "detail::wipe\n"}, {"README.md", "in detail\n"}}));
}
