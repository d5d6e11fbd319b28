// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CREDENTIALS_DETAIL_FILE_HPP
#define HWC_CREDENTIALS_DETAIL_FILE_HPP

#include <hwc/detail/wipe.hpp>
#include <hwc/error.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace hwc::inline v0_1::credentials::detail {

// Reads a small file that may hold secrets, all of it, into memory that is wiped. Errors: what is wrong and what to do,
// to stand after the file's name; where there is no such file, that is the `cause`.
[[nodiscard]] inline result<hwc::detail::wiped_text> read_secret_file(const std::string& path) {
  constexpr std::size_t limit = 1024 * 1024;
  const auto problem = [](std::string what) {
    return error{.kind = error_kind::credentials, .message = std::move(what)};
  };
  struct closer {
    void operator()(std::FILE* file) const noexcept { static_cast<void>(std::fclose(file)); }
  };
  // To open a pipe would block for as long as nobody writes to it, and a device may have no end.
  std::error_code unknown;
  const auto about = std::filesystem::status(path, unknown);
  if (std::filesystem::exists(about) && !std::filesystem::is_regular_file(about))
    return problem("cannot be read: it is no regular file");
  errno = 0;
  const std::unique_ptr<std::FILE, closer> file{std::fopen(path.c_str(), "rb")};
  if (!file) {
    const std::error_code why{errno, std::generic_category()};
    if (why == std::errc::no_such_file_or_directory || why == std::errc::not_a_directory)
      return error{.kind = error_kind::credentials,
                   .message = "does not exist",
                   .cause = make_error_code(std::errc::no_such_file_or_directory)};
    if (why == std::errc::permission_denied)
      return problem("may not be read by this user; change its owner or permissions");
    return problem("cannot be opened: " + why.message());
  }
  // Unbuffered, so that no copy of the text stays behind in the library's buffer.
  static_cast<void>(std::setvbuf(file.get(), nullptr, _IONBF, 0));
  hwc::detail::wiped_text text;
  for (;;) {
    const auto size = text.size();
    text.resize(size + 4096);
    const auto got = std::fread(text.data() + size, 1, 4096, file.get());
    text.resize(size + got);
    if (got == 0) break;
    if (text.size() > limit) return problem("is larger than 1 MiB; is it the right one?");
  }
  if (std::ferror(file.get()) != 0)
    return problem("cannot be read: " + std::error_code{errno, std::generic_category()}.message());
  return text;
}

// The text without the blanks and line ends around it.
[[nodiscard]] inline std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const auto begin = text.find_first_not_of(blank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

}  // namespace hwc::credentials::detail

#endif  // HWC_CREDENTIALS_DETAIL_FILE_HPP
