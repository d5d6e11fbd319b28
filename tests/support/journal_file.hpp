// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_JOURNAL_FILE_HPP
#define HWC_TESTS_SUPPORT_JOURNAL_FILE_HPP

#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <string>

#include "support/files.hpp"

namespace support {

// The path of a file in a folder of its own, for as long as it lives.
class journal_file {
 public:
  journal_file() {
    std::string name = (std::filesystem::temp_directory_path() / "hwc-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"cannot make a temporary folder"};
    folder_ = name;
    path_ = name + "/journal";
  }
  journal_file(const journal_file&) = delete;
  journal_file& operator=(const journal_file&) = delete;
  ~journal_file() { std::filesystem::remove_all(folder_); }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string text() const { return read_file(path_); }

 private:
  std::string folder_;
  std::string path_;
};

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_JOURNAL_FILE_HPP
