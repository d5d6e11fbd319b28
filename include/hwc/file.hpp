// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FILE_HPP
#define HWC_FILE_HPP

#include <hwc/detail/config.hpp>
#include <hwc/http.hpp>

#include <string>
#include <string_view>

namespace hwc::inline v0_1 {

// A file that goes to a service or comes from it.
//
// As a member of an operation, also in a std::optional, it makes the body multipart/form-data (RFC 7578), with each
// member as a part. As the response it takes the whole answer, up to `call_options::response_limit`.
struct file {
  // From a service it is what Content-Disposition names, of which only the part behind the last slash, backslash or
  // colon is taken, and nothing if that is "." or "..", or has control characters: still, whoever stores it chooses the
  // folder. To a service it goes as it is.
  std::string name{};
  std::string content{};
  // A media type, e.g. "text/csv"; sending an empty one says application/octet-stream.
  std::string content_type{};

  // Takes the answer's body, and its memory with it.
  [[nodiscard]] static file from_response(http_response& answer);

  friend bool operator==(const file&, const file&) = default;
};

namespace detail {

// The file name in a Content-Disposition header (RFC 6266), `filename*` before `filename`; empty: there is none, or
// none that is safe.
[[nodiscard]] std::string file_name_in(std::string_view disposition);

}  // namespace detail
}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/file.ipp>
#endif

#endif  // HWC_FILE_HPP
