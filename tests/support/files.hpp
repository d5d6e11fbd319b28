// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_FILES_HPP
#define HWC_TESTS_SUPPORT_FILES_HPP

#include <hwc/testing/detail/require.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace support {

inline std::filesystem::path source_dir() { return HWC_SOURCE_DIR; }

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  hwc::testing::detail::require(file.is_open(), "cannot read " + path.string());
  return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

// A file of tests/data.
inline std::string read_data(const std::string& name) { return read_file(source_dir() / "tests/data" / name); }

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_FILES_HPP
