// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_INI_PROFILE_HPP
#define HWC_INI_PROFILE_HPP

#include <hwc/credentials/source.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/detail/wipe.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/secret.hpp>
#include <hwc/signers/signature_algorithm.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1::ini {
namespace detail {

// The keys of one section of a profile file, in lower case, with their values.
using section = std::map<std::string, secret>;

// Reads a text in the form that Boost.PropertyTree's INI parser takes: `key = value` in `[sections]`, comments on lines
// of their own after ';' or '#', nothing special in values. None: there is no such section. Errors: without a
// beginning, which is the file's name.
[[nodiscard]] result<std::optional<section>> read_section(hwc::detail::wiped_text& text, std::string_view name);

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

  [[nodiscard]] std::unique_ptr<credentials::fetch<access_key>> begin() const override;

  // Where the file is when nothing else is said; empty when that is not known.
  [[nodiscard]] static std::string usual_path();

 private:
  std::string path_{};
  std::optional<endpoint> iam_{};
};

}  // namespace hwc::ini

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/ini/impl/profile.ipp>
#endif

#endif  // HWC_INI_PROFILE_HPP
