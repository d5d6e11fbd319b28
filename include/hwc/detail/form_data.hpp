// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_FORM_DATA_HPP
#define HWC_DETAIL_FORM_DATA_HPP

#include <hwc/detail/config.hpp>
#include <hwc/file.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace hwc::inline v0_1::detail {

// Collects the parts of a multipart/form-data body (RFC 7578) and writes it. The same parts give the same bytes. Names
// and files must outlive it; that they can be sent is checked before.
class form_data {
 public:
  void add(std::string_view name, std::string text);
  void add(std::string_view name, const file& content);

  // Appends the body, and gives the Content-Type that goes with it.
  [[nodiscard]] std::string write(std::string& body) const;

 private:
  struct part {
    std::string_view name;
    std::string text;  // where there is no file
    const file* content = nullptr;
    [[nodiscard]] std::string_view data() const { return content ? std::string_view{content->content} : text; }
  };

  // One that no part holds: the first of those that are numbered, found in one pass.
  [[nodiscard]] std::string free_boundary() const;

  std::vector<part> parts_{};
};

}  // namespace hwc::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/detail/impl/form_data.ipp>
#endif

#endif  // HWC_DETAIL_FORM_DATA_HPP
