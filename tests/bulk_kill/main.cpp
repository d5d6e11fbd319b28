// SPDX-License-Identifier: BSL-1.0
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "bulk_kill/resend.hpp"

#include <cstdlib>
#include <string_view>

// The tests, or with "resend URL JOURNAL USERS ROOM" what they start and kill.
int main(int argc, char** argv) {
  if (argc == 6 && std::string_view{argv[1]} == "resend") {
    return bulk_kill::resend({.url = argv[2],
                              .journal = argv[3],
                              .users = std::strtoull(argv[4], nullptr, 10),
                              .room = std::strtoull(argv[5], nullptr, 10)});
  }
  return doctest::Context{argc, argv}.run();
}
