// SPDX-License-Identifier: BSL-1.0
#include <hwc/printable.hpp>

#include <doctest/doctest.h>

TEST_CASE("printable: letters of any script stay, what could end a line or steer a terminal does not") {
  CHECK(hwc::printable("") == "");
  CHECK(hwc::printable("a \xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80") == "a \xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  CHECK(hwc::printable("a\r\n\t\x1b[2J\x7f") ==
        "a???"
        "?[2J?");
  CHECK(hwc::printable("\xC2\x9B"
                       "2J") == "?2J");
  CHECK(hwc::printable("\xC2\x85|\xE2\x80\xA8|\xE2\x80\xA9|") == "?|?|?|");
  CHECK(hwc::printable("\xC2\xA0\xE2\x80\xA7") == "\xC2\xA0\xE2\x80\xA7");
  CHECK(hwc::printable("\xC2") == "\xC2");
  CHECK(hwc::printable("\xE2\x80") == "\xE2\x80");
}
