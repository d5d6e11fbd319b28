// SPDX-License-Identifier: BSL-1.0
#include "conformance/wiring.hpp"

#include <hwc/client.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/pages.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/workspace/change_user_status.hpp>
#include <hwc/workspace/create_user.hpp>
#include <hwc/workspace/delete_otp_devices.hpp>
#include <hwc/workspace/delete_user.hpp>
#include <hwc/workspace/export_user_list_template.hpp>
#include <hwc/workspace/import_user_list.hpp>
#include <hwc/workspace/list_otp_devices.hpp>
#include <hwc/workspace/list_users.hpp>
#include <hwc/workspace/resend_email.hpp>
#include <hwc/workspace/show_user.hpp>
#include <hwc/workspace/update_user.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

// Whole scenarios over every transport: each request is complete at the service once, and the service's state is what
// they leave behind.

#define HWC_WIRINGS                                                                                 \
  conformance::in_memory, conformance::curl_plain, conformance::curl_tls, conformance::beast_plain, \
      conformance::beast_tls

namespace {

using namespace hwc::workspace;
using hwc::fake::email_reason;

using access_key_signer = hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256>;
const access_key_signer signer{{"HWCTESTAK0000EXAMPLE", "hwcTestSecretKey/0123456789+abcdefEXAMPLE"}};

std::size_t emails(const hwc::fake::workspace& service, email_reason reason) {
  const auto all = service.outbox();
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const auto& email) { return email.reason == reason; }));
}

}  // namespace

TEST_CASE_TEMPLATE("three users: created, listed by pages, sent emails, one locked, one deleted and then unknown",
                   Wiring, HWC_WIRINGS) {
  hwc::fake::workspace service{{.id = "project"}, signer};
  Wiring wiring{service};
  hwc::client client{wiring.endpoint(), wiring.transport, signer, hwc::return_result{}};
  for (const std::string name : {"ada", "bob", "eve"}) {
    const auto created = client.send(create_user{.user_name = name, .user_email = name + "@workspace.example"});
    REQUIRE_MESSAGE(created.has_value(), to_string(created.error()));
  }
  CHECK(wiring.requests() == 3);
  CHECK(emails(service, email_reason::created) == 3);

  std::vector<std::string> ids, names;
  hwc::pages all{client, list_users{.limit = 2}};
  for (const auto& user : all) {
    ids.push_back(user.id.value());
    names.push_back(user.user_name.value());
  }
  REQUIRE_FALSE(all.failure());
  CHECK(names == std::vector<std::string>{"ada", "bob", "eve"});
  CHECK(wiring.requests() == 5);

  for (const auto& id : ids) CHECK(client.send(resend_email{.user_id = id}));
  CHECK(wiring.requests() == 8);
  CHECK(emails(service, email_reason::resent) == 3);

  CHECK(client.send(change_user_status{.user_id = ids[0], .op_type = user_operation::LOCK}));
  CHECK(client.send(show_user{.user_id = ids[0]})->user_detail->locked == true);
  CHECK(client.send(show_user{.user_id = ids[1]})->user_detail->locked == false);
  CHECK(client.send(delete_user{.user_id = ids[2]}));
  CHECK(wiring.requests() == 12);

  const auto gone = client.send(resend_email{.user_id = ids[2]});
  REQUIRE(gone.has_error());
  CHECK(gone.error().kind == hwc::error_kind::bad_request);
  CHECK(gone.error().code == "WKS.00170312");
  CHECK(gone.error().attempts == 1);
  CHECK(client.send(list_users{})->total_count == 2);
  CHECK(wiring.requests() == 14);
  CHECK(service.requests() == 14);
  CHECK(service.outbox().size() == 6);
}

TEST_CASE_TEMPLATE(
    "bodies that are not a POST's JSON: a PUT, a DELETE with a body, a file that comes and one that goes", Wiring,
    HWC_WIRINGS) {
  hwc::fake::workspace service{
      {.id = "project", .users = {{.id = "u", .user_name = "ada", .otp_devices = {{.id = "1"}, {.id = "2"}}}}}, signer};
  Wiring wiring{service};
  hwc::client client{wiring.endpoint(), wiring.transport, signer, hwc::return_result{}};
  CHECK(client.send(update_user{.user_id = "u", .user_email = "ada@workspace.example"})->id == "u");
  CHECK(client.send(delete_otp_devices{.user_id = "u", .otp_ids = std::vector<std::string>{"1"}}));
  const auto left = client.send(list_otp_devices{.user_id = "u"});
  REQUIRE(left.has_value());
  REQUIRE(left->otp_devices->size() == 1);
  CHECK(left->otp_devices->front().id == "2");
  auto list = client.send(export_user_list_template{.language = language::zh_CN});
  REQUIRE(list.has_value());
  CHECK(list->name == "user_list_zh_CN.csv");
  list->content += "ada,,,,,,\r\n\xE4\xBD\xA0,,,,,,\r\n";
  const auto imported = client.send(import_user_list{.file = *list, .vpc_id = "v & w"});
  REQUIRE_MESSAGE(imported.has_value(), to_string(imported.error()));
  CHECK(imported->total_count == 2);
  CHECK(imported->user_detail_list->at(0).id == "u");
  CHECK(imported->failed_detail_list->at(0).user_name == "\xE4\xBD\xA0");
  CHECK(wiring.requests() == 5);
  CHECK(service.requests() == 5);
}
