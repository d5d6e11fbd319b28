// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_INI_PROFILE_HPP
#define HWC_INI_PROFILE_HPP

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
#include <hwc/printable.hpp>
#include <hwc/secret.hpp>
#include <hwc/signers/signature_algorithm.hpp>

#include <boost/property_tree/ini_parser.hpp>
#include <boost/property_tree/ptree.hpp>

#include <istream>
#include <map>
#include <memory>
#include <optional>
#include <streambuf>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace hwc::ini {
namespace detail {

// The keys of one section of a profile file, in lower case, with their values.
using section = std::map<std::string, secret>;

// Reads a text in the form that Boost.PropertyTree's INI parser takes: `key = value` in `[sections]`, comments on lines
// of their own after ';' or '#', nothing special in values. None: there is no such section. Errors: without a
// beginning, which is the file's name.
[[nodiscard]] inline result<std::optional<section>> read_section(hwc::detail::wiped_text& text, std::string_view name) {
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

}  // namespace detail

// Access keys from the profile file of the vendor's SDKs: `$HUAWEICLOUD_SDK_CREDENTIALS_FILE`, else
// `~/.huaweicloud/credentials`. Its section [basic] holds
//
//   ak, sk                 the key
//   security_token         of temporary keys
//   project_id             the project that they are for
//   idp_id, id_token_file  both given: keys are fetched for this OIDC id token instead
//   iam_endpoint           where; else what the constructor is told, else $HUAWEICLOUD_SDK_IAM_ENDPOINT, else the
//                          global IAM
//
// Lines have the form `key = value`; the ':' that the vendor's Python SDK takes in place of '=' is an error here. The
// file must be a regular one. It is read again for each run. The file's text is wiped after that; copies that the
// parser makes on its way are not. Needs exceptions, as Boost.PropertyTree does.
class profile final : public credentials::key_source {
 public:
  profile() = default;

  // A file of another name.
  explicit profile(std::string path) : path_{std::move(path)} {}

  // With IAM's address, used for an OIDC id token: `hwc::iam::at(region)` for the region's, unless the variable names
  // another.
  explicit profile(endpoint iam) : iam_{std::move(iam)} {}
  profile(std::string path, endpoint iam) : path_{std::move(path)}, iam_{std::move(iam)} {}

  [[nodiscard]] std::unique_ptr<credentials::fetch<access_key>> begin() const override {
    namespace from = credentials::detail;
    const auto path = path_.empty() ? usual_path() : path_;
    if (path.empty()) {
      return without("is not known: HOME is not set; name the file in HUAWEICLOUD_SDK_CREDENTIALS_FILE", lack::absent);
    }
    auto text = from::read_secret_file(path);
    const auto file = "'" + printable(path) + "' ";
    if (!text) {
      const bool none = text.error().cause == std::errc::no_such_file_or_directory;
      return without(file + text.error().message + "; " + remedy, none ? lack::absent : lack::failed);
    }
    auto basic = detail::read_section(*text, "basic");
    if (!basic) return without(file + basic.error().message, lack::failed);
    if (!*basic) return without(file + "has no section [basic]; put the keys there", lack::absent);
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
      return without(file + "lacks " + (got.value.ak.empty() ? "ak" : "sk") + " in its section [basic]; put it there",
                     lack::absent);
    }
    return from::settle(std::move(got));
  }

  // Where the file is when nothing else is said; empty when that is not known.
  [[nodiscard]] static std::string usual_path() {
    using hwc::detail::variable;
    if (const auto given = variable("HUAWEICLOUD_SDK_CREDENTIALS_FILE"); !given.empty()) return std::string{given};
#ifdef _WIN32
    const auto home = variable("USERPROFILE");
#else
    const auto home = variable("HOME");
#endif
    return home.empty() ? std::string{} : std::string{home} + "/.huaweicloud/credentials";
  }

 private:
  static constexpr const char* remedy =
      "write one with ak and sk below [basic], or name another in HUAWEICLOUD_SDK_CREDENTIALS_FILE";

  using lack = credentials::lack;

  static std::unique_ptr<credentials::fetch<access_key>> without(const std::string& what, lack why) {
    return credentials::detail::settle_without<access_key>("the profile file " + what, why);
  }

  std::string path_{};
  std::optional<endpoint> iam_{};
};

}  // namespace hwc::ini

#endif  // HWC_INI_PROFILE_HPP
