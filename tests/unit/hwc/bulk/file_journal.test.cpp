// SPDX-License-Identifier: BSL-1.0
#include <hwc/bulk/file_journal.hpp>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/journal_file.hpp"

using hwc::bulk::file_journal;
using hwc::bulk::outcome;
using hwc::bulk::past;

namespace {

constexpr std::string_view header = "{\"version\":1,\"subject\":\"test\"}\n";

file_journal open(const support::journal_file& file) {
  auto opened = file_journal::open(file.path(), "test");
  if (!opened) FAIL(to_string(opened.error()));
  return *std::move(opened);
}

void write(const support::journal_file& file, std::string_view text) {
  std::ofstream{file.path(), std::ios::binary | std::ios::trunc} << text;
}

// Why it cannot be opened.
std::string refusal(const support::journal_file& file, std::string_view subject = "test") {
  const auto before = support::read_file(file.path());
  const auto opened = file_journal::open(file.path(), subject);
  if (opened) return "";
  CHECK(opened.error().kind == hwc::error_kind::invalid_argument);
  CHECK(opened.error().message.find(file.path()) != std::string::npos);
  CHECK(file.text() == before);  // left as it is
  return opened.error().message;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::vector<std::string> unknown_keys(const file_journal& notes) {
  std::vector<std::string> keys;
  CHECK(notes.for_each_unknown([&](std::string_view key) { keys.emplace_back(key); }));
  return keys;
}

// A file with every kind of record.
std::string written(const support::journal_file& file) {
  auto notes = open(file);
  CHECK(notes.begin("sent"));
  CHECK(notes.end("sent", outcome::sent));
  CHECK(notes.begin("not sent"));
  CHECK(notes.begin("begun"));
  CHECK(notes.end("not sent", outcome::not_sent));
  CHECK(notes.begin("\xC3\xA4\"\\\n\x01"));
  CHECK(notes.end("\xC3\xA4\"\\\n\x01", outcome::unknown));
  CHECK(notes.close());
  return file.text();
}

}  // namespace

TEST_CASE("a journal in a file: JSON lines, for its owner alone, and all is known when it is opened again") {
  const support::journal_file file;
  const auto text = written(file);
  CHECK(text == std::string{header} +
                    "{\"event\":\"begin\",\"key\":\"sent\"}\n"
                    "{\"event\":\"sent\",\"key\":\"sent\"}\n"
                    "{\"event\":\"begin\",\"key\":\"not sent\"}\n"
                    "{\"event\":\"begin\",\"key\":\"begun\"}\n"
                    "{\"event\":\"not_sent\",\"key\":\"not sent\"}\n"
                    "{\"event\":\"begin\",\"key\":\"\xC3\xA4\\\"\\\\\\n\\u0001\"}\n"
                    "{\"event\":\"unknown\",\"key\":\"\xC3\xA4\\\"\\\\\\n\\u0001\"}\n");
  struct stat about {};
  CHECK(::stat(file.path().c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);
  auto notes = open(file);
  CHECK(notes.size() == 4);
  notes.begin_run();
  CHECK(notes.meet("sent") == past::sent);
  CHECK(notes.meet("sent") == past::repeated);
  CHECK(notes.meet("not sent") == past::not_sent);
  CHECK(notes.meet("begun") == past::unknown);
  CHECK(notes.meet("\xC3\xA4\"\\\n\x01") == past::unknown);
  CHECK(notes.meet("somebody else") == past::none);
  CHECK(unknown_keys(notes) == std::vector<std::string>{"begun", "\xC3\xA4\"\\\n\x01"});
  CHECK(file.text() == text);
}

TEST_CASE("a journal in a file: the last outcome of a key counts, and an unknown key is listed once") {
  const support::journal_file file;
  {
    auto notes = open(file);
    for (const std::string_view key : {"a", "b", "c"}) {
      CHECK(notes.begin(key));
      CHECK(notes.end(key, outcome::unknown));
      CHECK(notes.begin(key));
    }
    CHECK(notes.end("b", outcome::sent));
    CHECK(notes.end("c", outcome::unknown));
    CHECK(unknown_keys(notes) == std::vector<std::string>{"a", "c"});
  }
  auto notes = open(file);
  CHECK(notes.meet("a") == past::unknown);
  CHECK(notes.meet("b") == past::sent);
  CHECK(unknown_keys(notes) == std::vector<std::string>{"a", "c"});
}

TEST_CASE("a journal in a file that is opened by a second object, or by another process: refused until it is closed") {
  const support::journal_file file;
  auto notes = open(file);
  CHECK(has(refusal(file), "in use by another run"));
  const auto moved = std::move(notes);
  CHECK(has(refusal(file), "in use by another run"));
  const auto opens_elsewhere = [&] {
    const auto child = ::fork();
    if (child == 0) ::_exit(file_journal::open(file.path(), "test") ? 0 : 1);
    int status = 0;
    CHECK(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  };
  CHECK_FALSE(opens_elsewhere());
  auto last = open(support::journal_file{});
  CHECK(last.close());
  last = std::move(const_cast<file_journal&>(moved));
  CHECK(has(refusal(file), "in use by another run"));
  CHECK(last.close());
  CHECK(opens_elsewhere());
}

TEST_CASE("a journal in a file that is closed: nothing can be noted any more") {
  const support::journal_file file;
  auto notes = open(file);
  CHECK(notes.close());
  CHECK(notes.close());
  CHECK(has(notes.begin("a").error().message, "is closed"));
  CHECK(has(notes.end("a", outcome::sent).error().message, "is closed"));
  CHECK(file.text() == header);
}

TEST_CASE(
    "a journal of another subject, of a later version, or none at all: refused with what to do, and not touched") {
  const support::journal_file file;
  static_cast<void>(written(file));
  CHECK(refusal(file, "other\n") == "the journal '" + file.path() +
                                        "' is about \"test\" and not about \"other?\"; go on as it was begun, for "
                                        "another file does not know who was served");
  write(file, "{\"version\":2,\"subject\":\"test\"}\n");
  CHECK(has(refusal(file), "go on with the program that wrote it"));
  for (const std::string_view other : {"ada\nbob\n", "ada", "{}\n", "{\"version\":1}\n", "\n",
                                       "{\"version\":1,\"subject\":\"tes", "{\"event\":\"begin\",\"key\":\"a\"}\n"}) {
    CAPTURE(other);
    write(file, other);
    CHECK(refusal(file) == (other.ends_with("tes") ? ""
                                                   : "the journal '" + file.path() +
                                                         "' is no journal: its first line is none of one; give "
                                                         "another path"));
  }
}

TEST_CASE("a journal that cannot be opened: an error with the system's reason") {
  const support::journal_file file;
  const auto missing = file_journal::open(file.path() + "/no/such/folder", "test");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().cause == std::errc::no_such_file_or_directory);
  CHECK(file_journal::open("/", "test").error().cause == std::errc::is_a_directory);
  CHECK(has(file_journal::open("/dev/null", "test").error().message, "no regular file"));
  CHECK(has(file_journal::open(file.path(), "\xFF").error().message, "cannot have that subject"));
  CHECK(has(file_journal::open(file.path(), std::string(70'000, 's')).error().message, "so long a subject"));
}

TEST_CASE("a journal that is cut off at any byte: it opens, forgets no key whose record is whole, and goes on") {
  const support::journal_file file;
  const auto text = written(file);
  for (std::size_t size = 0; size <= text.size(); ++size) {
    CAPTURE(size);
    write(file, text.substr(0, size));
    {
      auto notes = open(file);
      std::size_t whole = 0;  // up to the line end, or just before
      std::map<std::string, past, std::less<>> expected;
      const std::pair<std::string_view, past> records[] = {{"", past::none},
                                                           {"sent", past::unknown},
                                                           {"sent", past::sent},
                                                           {"not sent", past::unknown},
                                                           {"begun", past::unknown},
                                                           {"not sent", past::not_sent},
                                                           {"\xC3\xA4\"\\\n\x01", past::unknown},
                                                           {"\xC3\xA4\"\\\n\x01", past::unknown}};
      for (const auto& [key, known] : records) {
        const auto end = text.find('\n', whole);
        if (end > size) break;
        whole = end + 1;
        if (!key.empty()) expected[std::string{key}] = known;
      }
      CHECK(notes.size() == expected.size());
      for (const auto& [key, known] : expected) CHECK(notes.meet(key) == known);
      CHECK(notes.begin("later"));
    }
    const auto after = file.text();
    CHECK(after.ends_with("}\n{\"event\":\"begin\",\"key\":\"later\"}\n"));
    CHECK(open(file).meet("later") == past::unknown);
  }
}

TEST_CASE("a journal whose last line is no JSON though it ends: that is cut off; anything else there is an error") {
  const support::journal_file file;
  const auto text = written(file);
  const auto mended = [&](const std::string& more) {
    write(file, text + more);
    CHECK(open(file).size() == 4);
    return file.text() == text;
  };
  CHECK(mended(std::string(4096, '\0')));
  CHECK(mended("{\"event\":\"beg\n"));
  CHECK(mended(std::string("{\"event\":\"begin\",\"key\":\"a\0\"}\n", 28)));
  CHECK(mended("{\"event\":\"begin\",\"key\":\"\xC3"));
  for (const std::string_view line : {"{\"event\":\"forget\",\"key\":\"a\"}", "{\"event\":\"begin\"}", "[]", "{}"}) {
    CAPTURE(line);
    write(file, text + std::string{line} + '\n');
    CHECK(has(refusal(file), "is damaged in line 9 ("));
  }
}

TEST_CASE("a journal that is damaged before its last line: an error that names the line, and nothing is changed") {
  const support::journal_file file;
  const auto text = written(file);
  for (const std::string& line :
       {std::string{"{\"event\":\"beg"}, std::string{"{\"event\":\"forget\",\"key\":\"a\"}"}, std::string{},
        std::string(1, '\0'), std::string{"{\"event\":\"begin\",\"key\":\"\xFF\"}"},
        std::string{"{\"event\":\"begin\",\"key\":\"a\"}{\"event\":\"begin\",\"key\":\"b\"}"}}) {
    CAPTURE(line);
    write(file,
          std::string{header} + "{\"event\":\"begin\",\"key\":\"a\"}\n" + line + '\n' + text.substr(header.size()));
    CHECK(has(refusal(file), "is damaged in line 3 ("));
  }
  for (const std::size_t size : {70'000U, 200'000U}) {
    const std::string endless = "{\"event\":\"begin\",\"key\":\"" + std::string(size, 'k') + "\"}\n";
    write(file, text + endless + text.substr(header.size()));
    CHECK(has(refusal(file), "line of more than 65536 bytes, line 9"));
  }
  write(file, text + std::string(200'000, 'k'));
  CHECK(has(refusal(file), "line of more than 65536 bytes, line 9"));
}

TEST_CASE("a journal of a later version's making, with more fields: those are skipped") {
  const support::journal_file file;
  write(file,
        "{\"made\":1,\"version\":1,\"subject\":\"test\"}\n"
        "{\"at\":[1,{}],\"event\":\"begin\",\"key\":\"a\",\"by\":null}\n");
  CHECK(open(file).meet("a") == past::unknown);
}

TEST_CASE("a journal with many records, longer than what is read at once: all are read") {
  const support::journal_file file;
  std::string text{header};
  for (int i = 0; i != 5000; ++i) {
    text += "{\"event\":\"begin\",\"key\":\"" + std::to_string(i) + std::string(static_cast<std::size_t>(i % 97), 'k') +
            "\"}\n";
  }
  const std::string longest(hwc::bulk::detail::line_file::longest_line - 26, 'l');
  text += "{\"event\":\"sent\",\"key\":\"" + longest.substr(0, longest.size() + 26 - 25) + "\"}\n";
  write(file, text);
  auto notes = open(file);
  CHECK(notes.size() == 5001);
  CHECK(unknown_keys(notes).size() == 5000);
  CHECK(file.text() == text);
}

TEST_CASE("a key that no record can hold: an error, and the file is as it was") {
  const support::journal_file file;
  auto notes = open(file);
  CHECK(has(notes.begin("\xFF").error().message, "cannot hold a key"));
  CHECK(has(notes.begin(std::string(70'000, 'k')).error().message, "cannot hold a key of 70000 bytes"));
  CHECK(file.text() == header);
  CHECK(notes.begin(std::string(60'000, 'k')));
}

TEST_CASE("a disk that is full: the record is not there at all, and once there is room the journal goes on") {
  const support::journal_file file;
  const auto text = written(file);
  const auto before = ::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &limit) == 0);
  {
    auto notes = open(file);
    for (std::size_t room = 0; room != 31; ++room) {
      CAPTURE(room);
      const rlimit full{.rlim_cur = text.size() + room, .rlim_max = limit.rlim_max};
      REQUIRE(::setrlimit(RLIMIT_FSIZE, &full) == 0);
      const auto noted = notes.begin("later");
      REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
      REQUIRE_FALSE(noted);
      CHECK(noted.error().cause == std::errc::file_too_large);
      CHECK(file.text() == text);
    }
    CHECK(notes.begin("later"));
    CHECK(notes.end("later", outcome::sent));
  }
  ::signal(SIGXFSZ, before);
  CHECK(open(file).meet("later") == past::sent);
}
