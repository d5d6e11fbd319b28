// SPDX-License-Identifier: BSL-1.0
#include <hwc/ini/profile.hpp>

#include <hwc/credentials/chain.hpp>
#include <hwc/credentials/environment.hpp>
#include <hwc/credentials/fixed.hpp>
#include <hwc/credentials/metadata.hpp>
#include <hwc/fake/identity.hpp>

#include "support/fetched.hpp"
#include "support/temporary_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

using hwc::credentials::lack;
using hwc::ini::profile;

namespace {

hwc::result<hwc::credentials::issued<hwc::access_key>> read(std::string_view text) {
  const support::temporary_file file{text};
  return support::fetched<hwc::access_key>(profile{file.path()}, {});
}

// What is wrong with a file of this text, after its name.
std::string problem(std::string_view text) {
  const support::temporary_file file{text};
  const auto got = support::fetched<hwc::access_key>(profile{file.path()}, {});
  REQUIRE(!got.has_value());
  CHECK(got.error().kind == hwc::error_kind::credentials);
  const auto begin = "the profile file '" + file.path() + "' ";
  CHECK(got.error().message.starts_with(begin));
  return got.error().message.substr(begin.size());
}

}  // namespace

TEST_CASE("the keys of [basic], with token and project; other sections and comments aside") {
  const auto got = read(
      "# keys of the operator\r\n"
      "; and another comment\r\n"
      "[global]\nak = WRONG\nsk = wrong\ndomain_id = d\n\n"
      "[basic]\n  ak = AK\n SK=s%k;#=\"x\nsecurity_token = t\nproject_id=p\niam_endpoint = https://iam.example\n");
  CHECK(got->value.ak == "AK");
  CHECK(got->value.sk.reveal() == "s%k;#=\"x");
  CHECK(got->value.security_token.reveal() == "t");
  CHECK(got->project_id == "p");
  CHECK(!got->expires_at);
}

TEST_CASE("a mark of UTF-8 in front, no line end at the end, a token of 40,000 characters") {
  const auto got = read("\xEF\xBB\xBF[basic]\nak=a\nsk=s\nsecurity_token=" + std::string(40'000, 't'));
  CHECK(got->value.security_token.reveal() == std::string(40'000, 't'));
}

TEST_CASE("malformed: line, fault and remedy, and nothing of what the line holds") {
  const auto text = problem("[basic]\nak = a\nsk: n0tshown\n");
  CHECK(
      text.starts_with("is malformed in line 3 ('=' character not found in line); write lines of the form key = "
                       "value, with '=' and not ':'"));
  CHECK(problem("[basic\nak=a\n").starts_with("is malformed in line 1"));
  CHECK(problem("[basic]\nak=a\nak=b\n").starts_with("is malformed in line 3"));
  CHECK(problem("[basic]\n=b\n").starts_with("is malformed in line 2"));
  CHECK(problem(std::string_view{"[basic]\n\0\0\n", 11}).starts_with("is malformed in line 2"));
}

TEST_CASE("incomplete: what lacks is named") {
  CHECK(problem("") == "has no section [basic]; put the keys there");
  CHECK(problem("ak=a\nsk=s\n") == "has no section [basic]; put the keys there");
  CHECK(problem("[global]\nak=a\nsk=s\n") == "has no section [basic]; put the keys there");
  CHECK(problem("[basic]\nsk=s\n") == "lacks ak in its section [basic]; put it there");
  CHECK(problem("[basic]\nak=a\nsk=\n") == "lacks sk in its section [basic]; put it there");
}

TEST_CASE("no file, no right to read it, a folder: the path and what to do") {
  const auto message = [](const std::string& path) {
    return support::fetched<hwc::access_key>(profile{path}, {}).error().message;
  };
  CHECK(
      message("/nowhere/credentials").starts_with("the profile file '/nowhere/credentials' does not exist; write one"));
  CHECK(message("/").find("'/' cannot be read") != std::string::npos);
  CHECK(message("/dev/null").find("'/dev/null' cannot be read: it is no regular file") != std::string::npos);
  const support::temporary_file pipe{""};
  REQUIRE(::unlink(pipe.path().c_str()) == 0);
  REQUIRE(::mkfifo(pipe.path().c_str(), 0600) == 0);
  CHECK(message(pipe.path()).find("cannot be read: it is no regular file") != std::string::npos);
  const support::temporary_file file{"[basic]\nak=a\nsk=s\n"};
  std::filesystem::permissions(file.path(), std::filesystem::perms::none);
  const bool root = ::geteuid() == 0;
  if (root) REQUIRE(::seteuid(65534) == 0);  // whom permissions bind
  const auto refused = message(file.path());
  if (root) REQUIRE(::seteuid(0) == 0);
  CHECK(refused.find("may not be read by this user; change its owner or permissions") != std::string::npos);
}

TEST_CASE("a chain goes on where there is no file or no key in it, and ends where the file is broken") {
  const hwc::credentials::fixed<hwc::access_key> next{hwc::access_key{"NEXT", "s", {}}};
  const auto goes_on = [&](const std::string& path) {
    auto why = lack::absent;
    const auto got = support::fetched<hwc::access_key>(hwc::credentials::chain{profile{path}, next}, {}, &why);
    CHECK((got || why == lack::failed));
    return got.has_value();
  };
  const auto goes_on_after = [&](std::string_view text) { return goes_on(support::temporary_file{text}.path()); };
  CHECK(goes_on("/nowhere/credentials"));
  CHECK(goes_on_after(""));
  CHECK(goes_on_after("[global]\nak=a\nsk=s\n"));
  CHECK(goes_on_after("[basic]\nak=a\n"));
  CHECK(goes_on_after("[basic]\nidp_id=provider\n"));
  CHECK(!goes_on("/"));
  CHECK(!goes_on_after("[basic]\nak=a\nsk: s\n"));
  CHECK(!goes_on_after("[basic]\n" + std::string(2 * 1024 * 1024, ';')));
  CHECK(!goes_on_after("[basic]\nidp_id=provider\nid_token_file=/nowhere/token\n"));
}

TEST_CASE("a file that is too large is not read to its end") {
  CHECK(problem("[basic]\n" + std::string(2 * 1024 * 1024, ';')).starts_with("is larger than 1 MiB"));
}

TEST_CASE("where it is: as the environment says, else in the home folder") {
  const support::temporary_file file{"[basic]\nak=FROMFILE\nsk=s\n"};
  {
    const support::environment variables{{{"HUAWEICLOUD_SDK_CREDENTIALS_FILE", file.path()}}};
    CHECK(support::fetched<hwc::access_key>(profile{}, {})->value.ak == "FROMFILE");
  }
  const support::environment variables{{{"HOME", "/nowhere"}}};
  CHECK(profile::usual_path() == "/nowhere/.huaweicloud/credentials");
  const support::environment homeless{{{"HOME", ""}}};
  CHECK(support::fetched<hwc::access_key>(profile{}, {}).error().message.find("HOME is not set") != std::string::npos);
}

TEST_CASE("an OIDC id token wins over keys: its token and then keys are fetched from the IAM that the file names") {
  const support::temporary_file token{"the id token"};
  const support::temporary_file file{"[basic]\nak=a\nsk=s\nidp_id=provider\nid_token_file=" + token.path() +
                                     "\nproject_id=p\niam_endpoint=https://iam.example\n"};
  const hwc::fake::transport over{
      hwc::fake::identity{{.projects = {{"p", "cn-north-4"}}, .providers = {{"provider", "the id token"}}}}};
  const support::environment variables{{{"HUAWEICLOUD_SDK_IAM_ENDPOINT", "variable.example"}}};
  const hwc::endpoint told{"https://told.example", {}};
  const auto got = support::fetched<hwc::access_key>(profile{file.path(), told}, over).value();
  CHECK(got.value.ak == "ISSUEDKEY2");
  CHECK(got.project_id == "p");
  CHECK(over.requests().at(0).origin.host == "iam.example");

  // Where it names none: the constructor's, then the variable's, then the global one.
  file.write("[basic]\nidp_id=provider\nid_token_file=" + token.path() + "\nproject_id=p\n");
  const auto host = [&](const profile& from) {
    CHECK(support::fetched<hwc::access_key>(from, over).has_value());
    return over.requests().back().origin.host;
  };
  CHECK(host(profile{file.path(), told}) == "told.example");
  CHECK(host(profile{file.path()}) == "variable.example");
  {
    const support::environment usual{{{"HUAWEICLOUD_SDK_CREDENTIALS_FILE", file.path()}}};
    CHECK(host(profile{told}) == "told.example");
    CHECK(host(profile{}) == "iam.myhuaweicloud.com");
  }
}

TEST_CASE(
    "the vendor's order, every combination of presence and absence: environment, profile file, metadata service") {
  const support::temporary_file file{"[basic]\nak=FROMFILE\nsk=s\n"};
  for (unsigned present = 0; present != 8; ++present) {
    CAPTURE(present);
    std::map<std::string, std::string> variables{
        {"HUAWEICLOUD_SDK_CREDENTIALS_FILE", present & 2U ? file.path() : "/no"}};
    if (present & 1U) variables.insert({{"HUAWEICLOUD_SDK_AK", "FROMENV"}, {"HUAWEICLOUD_SDK_SK", "s"}});
    const support::environment set{variables};
    hwc::fake::transport over{hwc::fake::identity{{.server_has_agency = (present & 4U) != 0}}};
    namespace from = hwc::credentials;
    const from::chain all{from::environment{}, profile{}, from::metadata{}};
    const auto got = support::fetched<hwc::access_key>(all, over);
    if (present == 0) {
      const auto& why = got.error().message;
      CHECK(why.find("(1) the environment: set HUAWEICLOUD_SDK_AK") != std::string::npos);
      CHECK(why.find("(2) the profile file '/no' does not exist") != std::string::npos);
      CHECK(why.find("(3) the metadata service: this server has no agency") != std::string::npos);
      continue;
    }
    REQUIRE(got.has_value());
    CHECK(got->value.ak == (present & 1U ? "FROMENV" : present & 2U ? "FROMFILE" : "ISSUEDKEY1"));
    CHECK(over.requests().size() == (present & 3U ? 0U : 2U));
  }
}
