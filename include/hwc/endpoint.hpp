// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_ENDPOINT_HPP
#define HWC_ENDPOINT_HPP

#include <hwc/detail/config.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/project_finder.hpp>
#include <hwc/url.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1 {

// Says by name that credentials may travel over plain http to a host that is not this machine.
struct allow_plain_http_t {};
inline constexpr allow_plain_http_t allow_plain_http{};

// Where a client's calls go: a service's address and the id of the project they act on.
//
// Nothing is checked by throwing: an endpoint that cannot be used says why in `problem()`, and each call of a client
// made with it ends with that `invalid_argument` before anything is sent.
class endpoint {
 public:
  // `url` is what `parse_url` reads. Plain http is usable only to this machine (see `is_loopback`), since a request
  // carries credentials. `project_id` replaces `{project_id}` in routes; it may be empty where no route has one.
  endpoint(std::string_view url, std::string project_id);

  // For a project whose id the first call finds (see `hwc::find_project`).
  endpoint(std::string_view url, const lazy_project& project);

  // As the first, but plain http is usable to any host.
  endpoint(std::string_view url, std::string project_id, allow_plain_http_t);

  // An endpoint that cannot be used, with a sentence that says why and what to do; for functions that make endpoints.
  [[nodiscard]] static endpoint unusable(std::string problem);

  [[nodiscard]] const http_origin& origin() const& noexcept { return origin_; }
  [[nodiscard]] http_origin origin() && { return std::move(origin_); }
  [[nodiscard]] const std::string& project_id() const& noexcept { return project_id_; }
  [[nodiscard]] std::string project_id() && { return std::move(project_id_); }

  // Finds the project id; null where it was given.
  [[nodiscard]] const std::shared_ptr<project_finder>& finder() const noexcept { return finder_; }

  // Why it cannot be used; empty when it can.
  [[nodiscard]] const std::string& problem() const& noexcept { return problem_; }
  [[nodiscard]] std::string problem() && { return std::move(problem_); }

 private:
  endpoint(std::string_view url, std::string project_id, bool plain_http_allowed);

  http_origin origin_;
  std::string project_id_;
  std::string problem_;
  std::shared_ptr<project_finder> finder_{};
};

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/endpoint.ipp>
#endif

#endif  // HWC_ENDPOINT_HPP
