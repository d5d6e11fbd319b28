// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_TEMPORARY_FOLDER_HPP
#define HWC_TESTS_SUPPORT_TEMPORARY_FOLDER_HPP

#include <hwc/testing/detail/require.hpp>

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace support {

// A folder, empty at first, for as long as it lives.
class temporary_folder {
 public:
  temporary_folder() : path_{(std::filesystem::temp_directory_path() / "hwc-test-XXXXXX").string()} {
    hwc::testing::detail::require(::mkdtemp(path_.data()) != nullptr, "cannot make a temporary folder");
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_TEMPORARY_FOLDER_HPP
