// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_TEMPORARY_FILE_HPP
#define HWC_TESTS_SUPPORT_TEMPORARY_FILE_HPP

#include <hwc/testing/detail/require.hpp>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace support {

// A file with a text, for as long as it lives.
class temporary_file {
 public:
  explicit temporary_file(std::string_view text) {
    std::string name = (std::filesystem::temp_directory_path() / "hwc-test-XXXXXX").string();
    const int descriptor = ::mkstemp(name.data());
    hwc::testing::detail::require(descriptor != -1, "cannot make a temporary file");
    ::close(descriptor);
    path_ = name;
    write(text);
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  ~temporary_file() { ::unlink(path_.c_str()); }

  void write(std::string_view text) const {
    std::ofstream file{path_, std::ios::binary | std::ios::trunc};
    file << text;
    hwc::testing::detail::require(bool(file.flush()), "cannot write " + path_);
  }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_TEMPORARY_FILE_HPP
