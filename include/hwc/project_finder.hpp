// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_PROJECT_FINDER_HPP
#define HWC_PROJECT_FINDER_HPP

#include <hwc/errand.hpp>
#include <hwc/error.hpp>

#include <memory>
#include <string>
#include <utility>

namespace hwc::inline v0_1 {

// Finds the id of a project, once for all calls. May be used from many threads. `hwc::find_project` makes one.
class project_finder {
 public:
  project_finder() = default;
  project_finder(const project_finder&) = delete;
  project_finder& operator=(const project_finder&) = delete;
  virtual ~project_finder() = default;

  // Why it can find none; empty when it can.
  [[nodiscard]] virtual const std::string& problem() const noexcept = 0;

  // The id; null until it was found. Valid as long as this object.
  [[nodiscard]] virtual const std::string* found() const noexcept = 0;

  // What has to happen before it is found; neither: it is. Errors: why it was not.
  [[nodiscard]] virtual result<preparation> prepare(preparation_ticket& ticket) = 0;
};

// A project whose id is found by the first call that needs it.
class lazy_project {
 public:
  explicit lazy_project(std::shared_ptr<project_finder> by) : finder_{std::move(by)} {}
  [[nodiscard]] const std::shared_ptr<project_finder>& finder() const noexcept { return finder_; }

 private:
  std::shared_ptr<project_finder> finder_;
};

}  // namespace hwc

#endif  // HWC_PROJECT_FINDER_HPP
