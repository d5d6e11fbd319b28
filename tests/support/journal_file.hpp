// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_JOURNAL_FILE_HPP
#define HWC_TESTS_SUPPORT_JOURNAL_FILE_HPP

#include <string>

#include "support/files.hpp"
#include "support/temporary_folder.hpp"

namespace support {

// The path of a file in a folder of its own, for as long as it lives.
class journal_file {
 public:
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string text() const { return read_file(path_); }

 private:
  temporary_folder folder_{};
  std::string path_ = folder_.path() + "/journal";
};

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_JOURNAL_FILE_HPP
