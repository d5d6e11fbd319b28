// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BULK_FILE_JOURNAL_HPP
#define HWC_BULK_FILE_JOURNAL_HPP

#include <hwc/bulk/detail/key_table.hpp>
#include <hwc/bulk/detail/line_file.hpp>
#include <hwc/bulk/journal.hpp>
#include <hwc/error.hpp>
#include <hwc/json/read.hpp>
#include <hwc/json/write.hpp>
#include <hwc/printable.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1::bulk {

// What is noted in a `file_journal`: that an attempt begins, or how it ended.
enum class file_event : unsigned char { begin, not_sent, unknown, sent };
BOOST_DESCRIBE_ENUM(file_event, begin, not_sent, unknown, sent)

// One line of a `file_journal`, as JSON. Fields that are not known, of later versions, are skipped.
struct file_record {
  file_event event = file_event::begin;
  std::string key{};
};
BOOST_DESCRIBE_STRUCT(file_record, (), (event, key))

// Its first line.
struct file_header {
  int version = 0;
  std::string subject{};
};
BOOST_DESCRIBE_STRUCT(file_header, (), (version, subject))

// A journal in a file that only grows: JSON, one record on each line. Needs POSIX.
//
//   auto journal = hwc::bulk::file_journal::open("resend.journal", "resend-email, " + url + ", " + project_id);
//   if (!journal) return journal.error();
//   auto sum = hwc::bulk::run(client, all, &resend_email::user_id, *journal, observer);
//
// A record is written whole or not at all; `begin` is on its medium (fdatasync) when it returns. That an attempt ended
// is written at once, but synced only with the next `begin` or `close`: if a crash of the machine takes it, the key is
// `unknown`. A crash of the process takes nothing.
//
// What a crash left of a last record is cut off when the file is opened; a last record that lacks only its line end is
// kept. What is damaged before the last line is an error that names the line: then neither open it nor send, but mend
// it by hand.
//
// One object has the file at a time, in one process or another: it is locked (flock), and a second one is refused. A
// file system that knows no locks between machines gives none. If a limit is set on the size of files, have SIGXFSZ
// ignored; else it ends the process, which is a crash like any other.
//
// The texts of keys, e.g. user ids, are in the file, which only its owner may read; in memory there are 128 bits of
// each. Errors are `invalid_argument`, name the file, and have the system's reason as their `cause`.
// One thread at a time. A journal moved from may be assigned and destroyed.
class file_journal {
 public:
  static constexpr int version = 1;

  // Opens the journal, or makes one. `subject` says what its keys stand for, the operation with endpoint and project
  // for instance: a journal of another subject is refused, so that nobody is skipped by a list that is not his.
  //
  // Errors: the file is of another subject, of a later version, in use, no journal, damaged before its last line, or
  // not to be read or written.
  [[nodiscard]] static result<file_journal> open(std::string path, std::string_view subject) {
    file_journal made;
    if (auto opened = made.file_.open(std::move(path)); !opened) return std::move(opened).error();
    if (auto read = made.take_up(subject); !read) return std::move(read).error();
    return made;
  }

  void begin_run() { keys_.begin_run(); }
  [[nodiscard]] past meet(std::string_view key) { return keys_.meet(key); }

  // Errors also: the key is not UTF-8, or too long for a record (64 KiB).
  [[nodiscard]] result<void> begin(std::string_view key) {
    if (auto noted = append(file_event::begin, key); !noted) return noted;
    keys_.note(key, past::unknown);
    return file_.sync();
  }
  [[nodiscard]] result<void> end(std::string_view key, outcome what) {
    keys_.note(key, detail::as_past(what));
    return append(what == outcome::sent       ? file_event::sent
                  : what == outcome::not_sent ? file_event::not_sent
                                              : file_event::unknown,
                  key);
  }

  // Syncs what is not yet, and closes the file; so does the destructor, which cannot tell of an error. After that
  // `begin` and `end` fail.
  [[nodiscard]] result<void> close() { return file_.close(); }

  // Calls `told(std::string_view key)` for each key that is `unknown`, once, in the order of their first attempts. The
  // file is read again for it, so that memory holds no texts.
  template <class Told>
  [[nodiscard]] result<void> for_each_unknown(Told told) const {
    boost::unordered_flat_set<detail::fingerprint, detail::fingerprint_hash> seen;
    json::reader reader;
    file_record record;
    return file_.read([&](std::string_view line, std::size_t number, off_t, bool) -> result<void> {
      if (number == 1) return {};
      if (auto read = reader.read_into(line, record); !read) return damaged(number, read.error());
      const auto key = detail::fingerprint_of(record.key);
      if (keys_.find(key) == past::unknown && seen.insert(key).second) told(std::string_view{record.key});
      return {};
    });
  }

  // Keys that it has heard of.
  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }

 private:
  file_journal() = default;

  // Reads what is there, mends the end, and leaves a file that can be written to.
  [[nodiscard]] result<void> take_up(std::string_view subject) {
    std::string first;
    if (auto written = json::write(file_header{version, std::string{subject}}, first); !written) {
      return file_.fail("cannot have that subject: " + to_string(written.error()));
    }
    first += '\n';
    if (first.size() > detail::line_file::longest_line) return file_.fail("cannot have so long a subject");
    std::optional<torn_end> torn;
    bool whole = true;
    json::reader reader;
    auto read = file_.read([&](std::string_view line, std::size_t number, off_t at, bool ended) -> result<void> {
      if (torn) return damaged(torn->number, torn->why);
      whole = ended;
      if (number == 1 && !ended && std::string_view{first}.starts_with(line)) {
        torn = torn_end{at, number, {}};
        return {};
      }
      if (number == 1) return check_header(reader, line, subject);
      auto taken = reader.read_into(line, scratch_);
      if (taken) {
        keys_.note(scratch_.key, past_of(scratch_.event));
        return {};
      }
      const bool is_json = taken.error().code != json::errc::syntax && taken.error().code != json::errc::not_utf8;
      if (is_json) return damaged(number, taken.error());
      torn = torn_end{at, number, std::move(taken).error()};
      return {};
    });
    if (read && torn) read = file_.cut(torn->at);
    if (read && !torn && !whole) read = file_.append("\n");
    if (read && file_.size() == 0) read = file_.append(first);
    if (read) read = file_.sync();
    if (read) read = file_.sync_folder();
    return read;
  }

  [[nodiscard]] result<void> check_header(json::reader& reader, std::string_view line, std::string_view subject) const {
    const auto header = reader.read<file_header>(line);
    if (!header) return file_.fail("is no journal: its first line is none of one; give another path");
    if (header->version > version) {
      return file_.fail("is of version " + std::to_string(header->version) + ", later than this program's " +
                        std::to_string(version) + "; go on with the program that wrote it");
    }
    if (header->subject != subject) {
      return file_.fail("is about \"" + printable(header->subject) + "\" and not about \"" + printable(subject) +
                        "\"; go on as it was begun, for another file does not know who was served");
    }
    return {};
  }

  [[nodiscard]] result<void> append(file_event event, std::string_view key) {
    scratch_.event = event;
    scratch_.key.assign(key);
    line_.clear();
    if (auto written = json::write(scratch_, line_); !written) {
      return file_.fail("cannot hold a key: " + to_string(written.error()));
    }
    if (line_.size() > detail::line_file::longest_line) {
      return file_.fail("cannot hold a key of " + std::to_string(key.size()) + " bytes");
    }
    line_ += '\n';
    return file_.append(line_);
  }

  [[nodiscard]] error damaged(std::size_t number, const json::error& why) const {
    return file_.fail("is damaged in line " + std::to_string(number) + " (" + to_string(why) +
                      "); mend or remove that line, and mind that it may tell of an email that went out");
  }

  [[nodiscard]] static past past_of(file_event event) noexcept {
    return event == file_event::sent ? past::sent : event == file_event::not_sent ? past::not_sent : past::unknown;
  }

  struct torn_end {
    off_t at;
    std::size_t number;
    json::error why;
  };

  detail::line_file file_;
  detail::key_table keys_;
  file_record scratch_;
  std::string line_;
};

static_assert(journal<file_journal>);

}  // namespace hwc::bulk

#endif  // HWC_BULK_FILE_JOURNAL_HPP
