// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BULK_DETAIL_LINE_FILE_HPP
#define HWC_BULK_DETAIL_LINE_FILE_HPP

#include <hwc/error.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace hwc::inline v0_1::bulk::detail {

// A file of lines that grows at its end, open for one object alone. Needs POSIX. Errors are `invalid_argument`, name
// the file, and have the system's reason as their `cause`. One thread at a time.
class line_file {
 public:
  static constexpr std::size_t longest_line = std::size_t{64} * 1024;  // bytes, without its end

  line_file() = default;
  line_file(line_file&& other) noexcept
      : path_{std::move(other.path_)},
        descriptor_{std::exchange(other.descriptor_, -1)},
        size_{other.size_},
        unsynced_{other.unsynced_},
        broken_{other.broken_} {}
  line_file& operator=(line_file&& other) noexcept {
    line_file old{std::move(other)};
    std::swap(path_, old.path_);
    std::swap(descriptor_, old.descriptor_);
    std::swap(size_, old.size_);
    std::swap(unsynced_, old.unsynced_);
    std::swap(broken_, old.broken_);
    return *this;
  }
  ~line_file() { static_cast<void>(close()); }

  // Opens or makes the file, readable for its owner only, and locks it.
  [[nodiscard]] result<void> open(std::string path) {
    path_ = std::move(path);
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, S_IRUSR | S_IWUSR);
    if (descriptor_ < 0) return fail("cannot be opened", errno);
    struct stat about {};
    if (::fstat(descriptor_, &about) != 0) return fail("cannot be looked at", errno);
    if (!S_ISREG(about.st_mode)) return fail("is no regular file; give another path");
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return fail("is in use by another run; wait for its end");
      return fail("cannot be locked", errno);
    }
    // Only now: whoever had it locked may have written to it.
    if (::fstat(descriptor_, &about) != 0) return fail("cannot be looked at", errno);
    size_ = about.st_size;
    unsynced_ = true;  // perhaps, by whoever broke off
    return {};
  }

  [[nodiscard]] off_t size() const noexcept { return size_; }

  // Calls `take(line, number, at, ended)` for each line: its text, its number from 1 on, where it begins, and whether
  // it has its end, which only the last one can lack. It gives a `result<void>`; an error ends the reading.
  template <class Take>
  [[nodiscard]] result<void> read(Take take) const {
    std::string text;  // from `at` on
    std::size_t number = 1;
    off_t at = 0;
    for (bool more = true; more;) {
      const auto had = text.size();
      text.resize(had + longest_line);
      const auto got = ::pread(descriptor_, text.data() + had, longest_line, at + static_cast<off_t>(had));
      text.resize(had + static_cast<std::size_t>(got > 0 ? got : 0));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return fail("cannot be read", errno);
      more = got != 0;
      std::size_t begin = 0;
      for (auto end = text.find('\n', had); end != std::string::npos; end = text.find('\n', begin)) {
        const std::string_view line{text.data() + begin, end - begin};
        if (line.size() > longest_line) return too_long(number);
        if (auto taken = take(line, number++, at + static_cast<off_t>(begin), true); !taken) return taken;
        begin = end + 1;
      }
      text.erase(0, begin);
      at += static_cast<off_t>(begin);
      if (text.size() > longest_line) return too_long(number);
    }
    if (text.empty()) return {};
    return take(std::string_view{text}, number, at, false);
  }

  // Writes the line, whose end is a part of it, in one piece; or the file is as before.
  [[nodiscard]] result<void> append(std::string_view line) {
    if (descriptor_ < 0) return fail("is closed");
    if (broken_) return fail("could not be written to its medium before; open it anew");
    unsynced_ = true;
    for (std::size_t done = 0; done != line.size();) {
      const auto wrote = ::write(descriptor_, line.data() + done, line.size() - done);
      if (wrote > 0) {
        done += static_cast<std::size_t>(wrote);
      } else if (wrote == 0 || errno != EINTR) {
        // A part of it is what a full disk leaves.
        const int why = wrote == 0 ? ENOSPC : errno;
        if (auto restored = cut(size_); !restored) broken_ = true;
        return fail("cannot be written to", why);
      }
    }
    size_ += static_cast<off_t>(line.size());
    return {};
  }

  // Drops what follows.
  [[nodiscard]] result<void> cut(off_t size) {
    while (::ftruncate(descriptor_, size) != 0) {
      if (errno != EINTR) return fail("cannot be shortened", errno);
    }
    size_ = size;
    unsynced_ = true;
    return {};
  }

  // Waits until all that was written is on its medium. After an error the system may take it for written, so nothing
  // more is appended.
  [[nodiscard]] result<void> sync() {
    if (descriptor_ < 0) return fail("is closed");
    if (broken_) return fail("could not be written to its medium before; open it anew");
    if (!unsynced_) return {};
    while (::fdatasync(descriptor_) != 0) {
      if (errno == EINTR) continue;
      broken_ = true;
      return fail("cannot be written to its medium", errno);
    }
    unsynced_ = false;
    return {};
  }

  // The same for its name in its folder. A file system that has no such thing is no error.
  [[nodiscard]] result<void> sync_folder() const {
    const auto slash = path_.rfind('/');
    const auto folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path_.substr(0, slash);
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return fail("has a folder that cannot be opened", errno);
    const int why = ::fsync(descriptor) == 0 ? 0 : errno;
    ::close(descriptor);
    if (why != 0 && why != EINVAL && why != ENOTSUP) return fail("has a folder that cannot be written", why);
    return {};
  }

  // Syncs, unlocks and closes. Later calls do nothing.
  [[nodiscard]] result<void> close() {
    if (descriptor_ < 0) return {};
    auto synced = broken_ ? result<void>{} : sync();
    ::close(std::exchange(descriptor_, -1));
    return synced;
  }

  [[nodiscard]] error fail(const std::string& what, int why = 0) const {
    return {.kind = error_kind::invalid_argument,
            .message = "the journal '" + path_ + "' " + what,
            .cause = why == 0 ? std::error_code{} : std::error_code{why, std::generic_category()}};
  }

 private:
  [[nodiscard]] error too_long(std::size_t number) const {
    return fail("has a line of more than " + std::to_string(longest_line) + " bytes, line " + std::to_string(number) +
                "; is it a journal?");
  }

  std::string path_;
  int descriptor_ = -1;
  off_t size_ = 0;
  bool unsynced_ = false;
  bool broken_ = false;  // what is on its medium is not certain
};

}  // namespace hwc::bulk::detail

#endif  // HWC_BULK_DETAIL_LINE_FILE_HPP
