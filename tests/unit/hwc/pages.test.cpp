// SPDX-License-Identifier: BSL-1.0
#include <hwc/pages.hpp>

#include <hwc/fake/transport.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/list_notification_records.hpp>
#include <hwc/workspace/list_users.hpp>

#include "support/deferring_transport.hpp"

#include <boost/describe/class.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

using hwc::workspace::list_users;

namespace {

const hwc::endpoint where{"https://workspace.example", "project"};
const hwc::token_signer signer{"token"};

// Pages from a script: each answer is the body of a page.
struct scripted {
  explicit scripted(std::vector<std::string> pages) {
    for (auto& page : pages) transport.expect({.response = {.status = 200, .body = std::move(page)}});
  }
  hwc::fake::transport transport;
  hwc::client<hwc::fake::transport, hwc::token_signer, hwc::return_result> client{where, transport, signer};
};

template <class All>
std::string ids_of(All& all) {
  std::string ids;
  for (const auto& user : all) ids += user.id.value_or("?") + ' ';
  return ids;
}

}  // namespace

static_assert(hwc::paged_operation<list_users>);
static_assert(std::ranges::input_range<
              hwc::pages<hwc::client<hwc::fake::transport, hwc::token_signer, hwc::return_result>, list_users>>);

TEST_CASE("pages: all users of a service, each once and in order, whatever the size of a page") {
  hwc::fake::project project{.id = "project"};
  for (std::size_t i = 0; i != 12; ++i) project.users.push_back({.id = std::to_string(i)});
  for (const int limit : {1, 5, 12, 13}) {
    CAPTURE(limit);
    hwc::fake::workspace service{project, signer};
    hwc::client client{where, hwc::fake::transport{service}, signer};
    hwc::pages all{client, list_users{.limit = limit}};
    CHECK(ids_of(all) == "0 1 2 3 4 5 6 7 8 9 10 11 ");
    CHECK_FALSE(all.failure());
    CHECK(service.requests() == static_cast<std::size_t>((12 + limit - 1) / limit));
  }
}

TEST_CASE("pages: a limit where none is given, and an offset to begin at") {
  scripted whole{{R"({"total_count":9,"users":[{"id":"a"}]})"}};
  hwc::pages all{whole.client, list_users{.group_name = "g", .offset = 8}};
  CHECK(ids_of(all) == "a ");
  CHECK_FALSE(all.failure());
  CHECK(whole.transport.requests().size() == 1);
  CHECK(whole.transport.requests().at(0).target == "/v2/project/users?group_name=g&limit=500&offset=8");
}

TEST_CASE("pages: nothing is asked for before it is wanted, and an empty list is one request") {
  scripted none{{R"({"total_count":0,"users":[]})"}};
  hwc::pages all{none.client, list_users{}};
  CHECK(none.transport.requests().empty());
  CHECK(ids_of(all).empty());
  CHECK_FALSE(all.failure());
  CHECK(none.transport.violations().empty());
}

TEST_CASE("pages: a list that grows and shrinks meanwhile gives nobody twice") {
  scripted grown{
      {R"({"total_count":3,"users":[{"id":"a"},{"id":"b"}]})", R"({"total_count":4,"users":[{"id":"b"},{"id":"c"}]})"}};
  hwc::pages more{grown.client, list_users{.limit = 2}};
  CHECK(ids_of(more) == "a b c ");
  CHECK_FALSE(more.failure());
  CHECK(grown.transport.requests().at(1).target == "/v2/project/users?limit=2&offset=2");

  scripted shrunk{{R"({"total_count":4,"users":[{"id":"a"},{"id":"b"}]})", R"({"total_count":2,"users":[]})"}};
  hwc::pages fewer{shrunk.client, list_users{.limit = 2}};
  CHECK(ids_of(fewer) == "a b ");
  CHECK_FALSE(fewer.failure());
}

TEST_CASE("pages: without a total, until an empty page; items without a key are all given") {
  scripted silent{{R"({"users":[{"id":"a"},{"user_name":"n"}]})", R"({"users":[{"id":"b"},{}]})", "{}"}};
  hwc::pages all{silent.client, list_users{}};
  CHECK(ids_of(all) == "a ? b ? ");
  CHECK_FALSE(all.failure());
  CHECK(silent.transport.requests().size() == 3);
}

TEST_CASE("pages: a service that repeats itself, or stops short of its total, is an error and no loop") {
  const std::string page = R"({"total_count":1000000,"users":[{"id":"a"},{"id":"b"}]})";
  scripted same{{page, page}};
  hwc::pages again{same.client, list_users{}};
  CHECK(ids_of(again) == "a b ");
  REQUIRE(again.failure());
  CHECK(again.failure()->kind == hwc::error_kind::malformed_response);
  CHECK(again.failure()->message.find("again and again") != std::string::npos);
  CHECK(same.transport.requests().size() == 2);

  scripted short_of{{page, R"({"total_count":1000000})"}};
  hwc::pages all{short_of.client, list_users{}};
  CHECK(ids_of(all) == "a b ");
  REQUIRE(all.failure());
  CHECK(all.failure()->message.find("has more items") != std::string::npos);

  scripted nameless{{R"({"users":[{"user_name":"a"}]})"}};
  hwc::pages without{nameless.client, list_users{}};
  CHECK(ids_of(without) == "? ");
  CHECK(without.failure());
}

TEST_CASE("pages: a failure in the middle ends the list and is told") {
  scripted broken{{R"({"total_count":3,"users":[{"id":"a"}]})"}};
  broken.transport.expect({.response = {.status = 403, .body = R"({"error_code":"WKS.00081102"})"}});
  hwc::pages all{broken.client, list_users{}};
  CHECK(ids_of(all) == "a ");
  REQUIRE(all.failure());
  CHECK(all.failure()->kind == hwc::error_kind::forbidden);
}

TEST_CASE("pages: with a policy that throws, a failure is thrown") {
  hwc::fake::transport transport;
  transport.expect({.response = {.status = 404}});
  hwc::client client{where, transport, signer, hwc::throw_on_error{}};
  hwc::pages all{client, list_users{}};
  CHECK_THROWS_AS(all.begin(), hwc::exception);
}

TEST_CASE("pages: items without a key are all given; pages that come again are an error") {
  using hwc::workspace::list_notification_records;
  const auto page = [](const std::string& names) {
    std::string items;
    for (const char name : names) {
      items += std::string{items.empty() ? "" : ","} + R"({"user_name":")" + name + R"(","operate_time":"t"})";
    }
    return R"({"total_count":200,"notification_records":[)" + items + "]}";
  };
  const auto names_of = [](auto& all) {
    std::string names;
    for (const auto& record : all) names += record.user_name.value_or("?");
    return names;
  };
  scripted alike{{page("aab"), page("bc"), page("ab"), page("bc")}};
  hwc::pages all{alike.client, list_notification_records{.limit = 3}};
  CHECK(names_of(all) == "aabbcab");
  REQUIRE(all.failure());
  CHECK(all.failure()->kind == hwc::error_kind::malformed_response);
  CHECK(alike.transport.requests().at(2).target ==
        "/v2/project/users/notification-records?limit=3&offset=5&query_type=DESKTOP");
  CHECK(alike.transport.violations() == "");

  scripted one_by_one{std::vector<std::string>(101, page("a"))};
  hwc::pages same{one_by_one.client, list_notification_records{.limit = 1}};
  CHECK(names_of(same) == std::string(100, 'a'));
  CHECK(same.failure());
  CHECK(one_by_one.transport.violations() == "");
}

TEST_CASE("pages: with a policy that throws, a list that does not come to its end is thrown") {
  hwc::fake::transport t;
  for (int i = 0; i != 2; ++i) {
    t.expect({.response = {.status = 200, .body = R"({"total_count":5,"users":[{"id":"a"}]})"}});
  }
  hwc::client client{where, t, signer};
  hwc::pages all{client, list_users{}};
  CHECK_THROWS_AS(ids_of(all), hwc::exception);
  CHECK(t.violations() == "");
}

namespace {

// A list with numbers for keys, and of other types of integers.
struct numbered {
  int id = 0;
};
BOOST_DESCRIBE_STRUCT(numbered, (), (id))
struct numbered_page {
  std::optional<int> total_count{};
  std::optional<std::vector<numbered>> things{};
};
BOOST_DESCRIBE_STRUCT(numbered_page, (), (total_count, things))
struct list_numbered {
  using response = numbered_page;
  static constexpr auto route = hwc::get("/things");
  static constexpr auto items = &numbered_page::things;
  static constexpr auto item_key = &numbered::id;
  std::optional<std::uint32_t> limit{};
  std::optional<int> offset{};
};
BOOST_DESCRIBE_STRUCT(list_numbered, (), (limit, offset))

// Answers in a way of its own.
struct in_words {
  template <class T>
  std::string complete(const hwc::result<T>& outcome) const {
    return outcome ? "good" : "bad";
  }
};

}  // namespace

TEST_CASE("pages: keys and counts of other integer types, and a client with a policy of its own") {
  hwc::fake::transport t;
  t.expect({.request = "GET /things?limit=500&offset=0",
            .response = {.status = 200, .body = R"({"total_count":4,"things":[{"id":1},{"id":2}]})"}});
  t.expect({.request = "GET /things?limit=500&offset=2",
            .response = {.status = 200, .body = R"({"total_count":4,"things":[{"id":2},{"id":3}]})"}});
  hwc::client client{where, t, signer, in_words{}};
  hwc::pages all{client, list_numbered{}};
  int sum = 0;
  for (const auto& thing : all) sum += thing.id;
  CHECK(sum == 6);
  CHECK_FALSE(all.failure());
  CHECK(t.violations() == "");
}

namespace {

// Pages by handlers, one after the other, and what each gave.
template <class ErrorPolicy>
struct asynchronous {
  explicit asynchronous(std::vector<std::string> pages, ErrorPolicy policy = {})
      : script{std::move(pages)}, client{where, support::deferring_transport{script.transport}, signer, policy} {}

  std::string told_of(list_users first, hwc::call_options each = {}) {
    hwc::async_pages all{client, std::move(first), std::move(each)};
    std::string told;
    do {
      all.async_next([&](hwc::result<std::vector<hwc::workspace::listed_user>> page) {
        if (!page) {
          told += std::string{to_string(page.error().kind)} + ' ';
          return;
        }
        for (const auto& user : *page) told += user.id.value_or("?");
        told += '|';
      });
    } while (!all.over());
    // Nothing more comes, and nothing is asked for.
    const bool failed = told.ends_with(' ');
    all.async_next([&](const hwc::result<std::vector<hwc::workspace::listed_user>>& page) {
      CHECK(page.has_value() == !failed);
      if (page) CHECK(page->empty());
    });
    return told;
  }

  scripted script;
  hwc::client<support::deferring_transport, hwc::token_signer, ErrorPolicy> client;
};

}  // namespace

TEST_CASE("asynchronous pages: the new items of each, up to the total, and then no further request") {
  asynchronous<hwc::return_result> three{{R"({"total_count":5,"users":[{"id":"a"},{"id":"b"}]})",
                                          R"({"total_count":5,"users":[{"id":"b"},{"id":"c"}]})",
                                          R"({"total_count":5,"users":[{"id":"d"}]})"}};
  CHECK(three.told_of({.limit = 2}) == "ab|c|d|");
  CHECK(three.script.transport.requests().at(1).target == "/v2/project/users?limit=2&offset=2");
  CHECK(three.script.transport.requests().size() == 3);
  CHECK(three.script.transport.violations() == "");
}

TEST_CASE(
    "asynchronous pages: a failure, or a list without end, is told of whatever the error policy; and it is over") {
  asynchronous<hwc::throw_on_error> broken{{R"({"total_count":5,"users":[{"id":"a"}]})", "{"}};
  CHECK(broken.told_of({}) == "a|malformed_response ");
  CHECK(broken.script.transport.violations() == "");
  asynchronous<hwc::return_result> again{
      {R"({"total_count":5,"users":[{"id":"a"}]})", R"({"total_count":5,"users":[{"id":"a"}]})"}};
  CHECK(again.told_of({}) == "a|malformed_response ");
  asynchronous<hwc::return_result> empty{{R"({"total_count":0,"users":[]})"}};
  CHECK(empty.told_of({}) == "|");
  std::stop_source stop;
  stop.request_stop();
  asynchronous<hwc::return_result> stopped{{}};
  CHECK(stopped.told_of({}, {.stop = stop.get_token()}) == "cancelled ");
}
