// SPDX-License-Identifier: BSL-1.0
#include <hwc/bulk/memory_journal.hpp>

#include <doctest/doctest.h>

using hwc::bulk::outcome;
using hwc::bulk::past;

TEST_CASE("a journal in memory: what became of a key, and whether it was met in this run") {
  hwc::bulk::memory_journal notes;
  notes.begin_run();
  CHECK(notes.meet("a") == past::none);
  CHECK(notes.meet("a") == past::repeated);
  CHECK(notes.begin("a"));
  CHECK(notes.end("a", outcome::sent));
  CHECK(notes.meet("a") == past::repeated);
  CHECK(notes.meet("b") == past::none);
  CHECK(notes.begin("b"));
  CHECK(notes.meet("c") == past::none);
  CHECK(notes.begin("c"));
  CHECK(notes.end("c", outcome::not_sent));
  CHECK(notes.meet("d") == past::none);
  CHECK(notes.begin("d"));
  CHECK(notes.end("d", outcome::unknown));
  CHECK(notes.meet("e") == past::none);
  notes.begin_run();
  CHECK(notes.meet("a") == past::sent);
  CHECK(notes.meet("b") == past::unknown);
  CHECK(notes.meet("c") == past::not_sent);
  CHECK(notes.meet("d") == past::unknown);
  CHECK(notes.meet("e") == past::none);
  CHECK(notes.meet("") == past::none);
  CHECK(notes.size() == 6);
}

TEST_CASE("a journal in memory that is told of keys it did not meet: it knows them all the same") {
  hwc::bulk::memory_journal notes;
  CHECK(notes.begin("a"));
  CHECK(notes.meet("a") == past::unknown);
}
