// SPDX-License-Identifier: BSL-1.0
// What the fuzzer starts from and what it once found, as cases for every build.
#include "fuzz/target.hpp"
#include "support/files.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <filesystem>
#include <string>

TEST_CASE("fuzz targets keep their promises over the corpus, which has a folder for each") {
  const auto corpus = support::source_dir() / "tests/fuzz/corpus";
  std::size_t folders = 0;
  for (const auto& folder : std::filesystem::directory_iterator{corpus}) {
    const auto name = folder.path().filename().string();
    CAPTURE(name);
    const auto* target = fuzz::target::find(name);
    REQUIRE(target != nullptr);
    ++folders;
    std::size_t files = 0;
    for (const auto& file : std::filesystem::directory_iterator{folder.path()}) {
      (*target)(support::read_file(file.path()));
      ++files;
    }
    CHECK(files != 0);
    (*target)({});
  }
  std::size_t targets = 0;
  for (const auto* each = fuzz::target::first(); each; each = each->next()) ++targets;
  CHECK(folders == targets);
  CHECK(targets == 9);
}
