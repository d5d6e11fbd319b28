// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_INI_IMPL_PROFILE_IPP
#define HWC_INI_IMPL_PROFILE_IPP

#include <hwc/detail/config.hpp>

#ifdef HWC_NO_EXCEPTIONS
#error "hwc: hwc::ini::profile needs exceptions, by which Boost.PropertyTree tells of failures; take another source"
#endif

#include <hwc/credentials/detail/file.hpp>
#include <hwc/credentials/detail/settled.hpp>
#include <hwc/credentials/detail/usual_iam.hpp>
#include <hwc/credentials/oidc_token.hpp>
#include <hwc/credentials/source.hpp>
#include <hwc/credentials/temporary_keys.hpp>
#include <hwc/detail/variable.hpp>
#include <hwc/detail/wipe.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/ini/profile.hpp>
#include <hwc/printable.hpp>
#include <hwc/secret.hpp>
#include <hwc/signers/signature_algorithm.hpp>

#include <boost/property_tree/ini_parser.hpp>
#include <boost/property_tree/ptree.hpp>

#include <istream>
#include <memory>
#include <optional>
#include <streambuf>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace hwc::inline v0_1::ini {
namespace detail {

HWC_DECL result<std::optional<section>> read_section(hwc::detail::wiped_text& text, std::string_view name) {
  struct memory : std::streambuf {
    memory(char* begin, char* end) { setg(begin, begin, end); }
  };
  constexpr std::string_view mark = "\xEF\xBB\xBF";  // that some editors put in front of UTF-8
  const std::string_view all{text.data(), text.size()};
  const auto begin = all.starts_with(mark) ? mark.size() : 0;
  memory buffer{text.data() + begin, text.data() + text.size()};
  std::istream in{&buffer};
  boost::property_tree::ptree tree;
  try {
    boost::property_tree::read_ini(in, tree);
  } catch (const boost::property_tree::ini_parser_error& problem) {
    return error{.kind = error_kind::credentials,
                 .message = "is malformed in line " + std::to_string(problem.line()) + " (" + problem.message() +
                            "); write lines of the form key = value, with '=' and not ':', below [basic]"};
  }
  std::optional<section> found;
  for (auto& [section_name, keys] : tree) {
    if (section_name == name && !found) found.emplace();
    for (auto& [key, value] : keys) {
      std::string lower;
      for (const char c : key) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      if (section_name == name) (*found)[lower] = value.data();
      hwc::detail::wipe(value.data());
    }
  }
  return found;
}

inline constexpr const char* remedy =
    "write one with ak and sk below [basic], or name another in HUAWEICLOUD_SDK_CREDENTIALS_FILE";

HWC_DECL std::unique_ptr<credentials::fetch<access_key>> without(const std::string& what, credentials::lack why) {
  return credentials::detail::settle_without<access_key>("the profile file " + what, why);
}

}  // namespace detail

HWC_DECL std::unique_ptr<credentials::fetch<access_key>> profile::begin() const {
  using credentials::lack;
  namespace from = credentials::detail;
  const auto path = path_.empty() ? usual_path() : path_;
  if (path.empty()) {
    return detail::without("is not known: HOME is not set; name the file in HUAWEICLOUD_SDK_CREDENTIALS_FILE",
                           lack::absent);
  }
  auto text = from::read_secret_file(path);
  const auto file = "'" + printable(path) + "' ";
  if (!text) {
    const bool none = text.error().cause == std::errc::no_such_file_or_directory;
    return detail::without(file + text.error().message + "; " + detail::remedy, none ? lack::absent : lack::failed);
  }
  auto basic = detail::read_section(*text, "basic");
  if (!basic) return detail::without(file + basic.error().message, lack::failed);
  if (!*basic) return detail::without(file + "has no section [basic]; put the keys there", lack::absent);
  auto& keys = **basic;
  const auto value = [&](const char* name) { return std::string{keys[name].reveal()}; };
  const auto idp_id = value("idp_id");
  const auto id_token_file = value("id_token_file");
  if (!idp_id.empty() && !id_token_file.empty()) {
    const auto given = value("iam_endpoint");
    const auto iam = !given.empty() ? endpoint{given, {}} : iam_ ? *iam_ : from::usual_iam();
    credentials::oidc_token token{
        iam, {.idp_id = idp_id, .id_token_file = id_token_file, .project_id = value("project_id")}};
    return credentials::temporary_keys{iam, std::move(token)}.begin();
  }
  credentials::issued<access_key> got{.project_id = value("project_id")};
  got.value = {value("ak"), std::move(keys["sk"]), std::move(keys["security_token"])};
  if (got.value.ak.empty() || got.value.sk.empty()) {
    return detail::without(
        file + "lacks " + (got.value.ak.empty() ? "ak" : "sk") + " in its section [basic]; put it there", lack::absent);
  }
  return from::settle(std::move(got));
}

HWC_DECL std::string profile::usual_path() {
  using hwc::detail::variable;
  if (const auto given = variable("HUAWEICLOUD_SDK_CREDENTIALS_FILE"); !given.empty()) return std::string{given};
#ifdef _WIN32
  const auto home = variable("USERPROFILE");
#else
  const auto home = variable("HOME");
#endif
  return home.empty() ? std::string{} : std::string{home} + "/.huaweicloud/credentials";
}

}  // namespace hwc::ini

#endif  // HWC_INI_IMPL_PROFILE_IPP
