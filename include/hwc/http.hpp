// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_HTTP_HPP
#define HWC_HTTP_HPP

#include <hwc/detail/character_set.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/detail/wipe.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hwc::inline v0_1 {

// The request methods of RFC 9110 section 9.3 and RFC 5789 that operations use.
enum class http_method : unsigned char { get, post, put, patch, delete_ };

// The method as it stands on the request line, e.g. "POST".
[[nodiscard]] constexpr std::string_view to_string(http_method method) noexcept {
  switch (method) {
    case http_method::get:
      return "GET";
    case http_method::post:
      return "POST";
    case http_method::put:
      return "PUT";
    case http_method::patch:
      return "PATCH";
    case http_method::delete_:
      return "DELETE";
  }
  return "";
}

// An ASCII letter in lower case; any other character as it is.
[[nodiscard]] constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Whether two header names are the same: ASCII letters are compared without regard to case (RFC 9110 section 5.1).
[[nodiscard]] constexpr bool same_header_name(std::string_view left, std::string_view right) noexcept {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i != left.size(); ++i) {
    if (to_lower(left[i]) != to_lower(right[i])) return false;
  }
  return true;
}

// Whether the text may stand as a header name: a token of RFC 9110 section 5.6.2, not empty.
[[nodiscard]] constexpr bool is_header_name(std::string_view name) noexcept {
  constexpr auto token = detail::letters_digits_and("!#$%&'*+-.^_`|~");
  return !name.empty() && detail::has_only(name, token);
}

// Whether the text may stand as a header value. CR, LF and NUL could start another header or end the head
// (RFC 9110 section 5.5), so they are refused.
[[nodiscard]] constexpr bool is_header_value(std::string_view value) noexcept {
  const auto has = [&](char c) { return value.find(c) != std::string_view::npos; };
  return !has('\r') && !has('\n') && !has('\0');
}

// One header field. The views point into the `http_headers` it came from and end with its next change.
struct http_header {
  std::string_view name;
  std::string_view value;
};

// The header fields of a message in the order in which they were added.
//
// All text lies in one block that keeps its capacity over `clear()`, so a reused object allocates nothing in steady
// state; since it may hold credentials, the block is overwritten when it is given up. Names and values are stored as
// given: whoever puts them on a wire checks them with `is_header_name` and `is_header_value`.
// One object is used by one thread at a time.
class http_headers {
  struct entry {
    std::uint32_t name_at, name_size, value_at, value_size;
  };

 public:
  // Iterates over `http_header` values. It refers to its container and is invalidated by any change of it.
  class iterator {
   public:
    using value_type = http_header;
    using difference_type = std::ptrdiff_t;
    using reference = http_header;
    using pointer = void;
    using iterator_category = std::input_iterator_tag;

    iterator() = default;
    http_header operator*() const { return owner_->at(index_); }
    iterator& operator++() {
      ++index_;
      return *this;
    }
    iterator operator++(int) {
      auto before = *this;
      ++index_;
      return before;
    }
    friend bool operator==(const iterator&, const iterator&) = default;

   private:
    friend class http_headers;
    iterator(const http_headers* owner, std::size_t index) : owner_{owner}, index_{index} {}
    const http_headers* owner_ = nullptr;
    std::size_t index_ = 0;
  };

  http_headers() = default;
  http_headers(std::initializer_list<http_header> fields);
  http_headers(const http_headers& other);
  http_headers(http_headers&&) noexcept = default;
  http_headers& operator=(http_headers&&) noexcept = default;
  ~http_headers() = default;
  // Overwrites the old text and keeps the memory.
  http_headers& operator=(const http_headers& other);

  // The same fields, spelled alike, in the same order.
  bool operator==(const http_headers& other) const;

  // Appends a field, also when one of that name is there. The views must not point into this object.
  void add(std::string_view name, std::string_view value);

  // Replaces all fields of that name by one, which then stands last. The views must not point into this object.
  void set(std::string_view name, std::string_view value);

  // Removes all fields of that name; none is no error.
  void erase(std::string_view name);

  // The value of the first field of that name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

  [[nodiscard]] bool contains(std::string_view name) const { return find(name).has_value(); }

  // The field at a position below `size()`.
  [[nodiscard]] http_header at(std::size_t index) const {
    return {name_of(entries_[index]), value_of(entries_[index])};
  }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] iterator begin() const { return {this, 0}; }
  [[nodiscard]] iterator end() const { return {this, entries_.size()}; }

  // Removes all fields, overwrites their text and keeps the memory.
  void clear() noexcept;

 private:
  static std::uint32_t size32(std::size_t size) { return static_cast<std::uint32_t>(size); }
  [[nodiscard]] std::string_view name_of(const entry& e) const { return {text_.data() + e.name_at, e.name_size}; }
  [[nodiscard]] std::string_view value_of(const entry& e) const { return {text_.data() + e.value_at, e.value_size}; }

  detail::wiped_text text_{};
  std::vector<entry> entries_{};
};

// Where requests go: scheme, host and port of RFC 6454. Made by `parse_url` (see <hwc/url.hpp>).
struct http_origin {
  bool tls = true;           // https rather than http
  std::string host{};        // a name or an address; an IPv6 address without its brackets
  std::uint16_t port = 443;  // never 0 in a usable origin

  friend bool operator==(const http_origin&, const http_origin&) = default;
};

// Appends the origin as the Host header carries it: the port only where it is not the scheme's own, IPv6 in brackets.
void append_authority(std::string& out, const http_origin& origin);

// A request as it is signed and handed to a transport, which puts these very bytes of target, headers and body on the
// wire. The transport may add what HTTP needs (Host if absent, Content-Length) and what no signature covers
// (User-Agent).
struct http_request {
  http_method method = http_method::get;
  http_origin origin{};
  std::string target{};  // path and query, percent-encoded, beginning with '/'
  http_headers headers{};
  std::string body{};
  std::string project_id{};  // not sent by itself: a signer that binds a request to its project sends X-Project-Id

  // Makes it as new but keeps its memory.
  void clear() {
    method = http_method::get;
    target.clear();
    headers.clear();
    body.clear();
    project_id.clear();
  }
};

// An answer whose head arrived completely. Interim (1xx) answers never get here.
struct http_response {
  int status = 0;  // three digits as received, not only documented ones
  http_headers headers{};
  std::string body{};
  bool truncated = false;  // the body ended early or went over the limit; `body` is what there is of it

  // Makes it as new but keeps its memory.
  void clear() {
    status = 0;
    headers.clear();
    body.clear();
    truncated = false;
  }
};

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/http.ipp>
#endif

#endif  // HWC_HTTP_HPP
