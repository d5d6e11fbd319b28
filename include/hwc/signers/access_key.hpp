// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_SIGNERS_ACCESS_KEY_HPP
#define HWC_SIGNERS_ACCESS_KEY_HPP

#include <hwc/detail/spare.hpp>
#include <hwc/http.hpp>
#include <hwc/signer.hpp>
#include <hwc/signers/canonical_request.hpp>
#include <hwc/signers/sdk_date.hpp>
#include <hwc/signers/signature_algorithm.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1 {
namespace detail {

// Gathers what is written and hands it to a digest in blocks.
template <class Digest>
class digest_writer {
 public:
  explicit digest_writer(Digest& digest) : digest_{digest} {}
  void push_back(char c) {
    if (size_ == block_.size()) flush();
    block_[size_++] = c;
  }
  void append(std::string_view text) {
    if (text.size() > block_.size() - size_) flush();
    if (text.size() > block_.size()) return digest_.update(text);
    text.copy(block_.data() + size_, text.size());
    size_ += text.size();
  }
  void flush() {
    digest_.update({block_.data(), size_});
    size_ = 0;
  }

 private:
  Digest& digest_;
  std::array<char, 512> block_;
  std::size_t size_ = 0;
};

}  // namespace detail

// Signs requests with an access key (AK/SK), by an algorithm such as `hwc::openssl::sdk_hmac_sha256`:
//
//   hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256> signer{{ak, sk}};
//
// With an algorithm whose key is bound to a region and service, they are given too.
//
// `sign` adds the headers X-Sdk-Date (from `now`), Host, X-Project-Id (if the request has a project), X-Security-Token
// (of a temporary key) and Authorization; each is left as it is where the request already has it, and a request with an
// Authorization is not signed at all, as in the vendor's SDKs. A body whose Content-Type is neither JSON nor BSON is
// signed as UNSIGNED-PAYLOAD, which a content header then says. All headers present are covered, except names with an
// underscore; what is added later (User-Agent, Content-Length) is not.
//
// Errors: `credentials` when AK or SK is empty or the cryptography library failed; `invalid_argument` when an
// X-Sdk-Date that was given is malformed or the headers cannot be signed. The request is then not to be sent.
// Immutable, so it may be used from many threads.
template <class Algorithm>
class access_key_signer {
  static_assert(
      detail::has_algorithm_name<Algorithm>,
      "hwc: Algorithm needs `static constexpr std::string_view name`; see <hwc/signers/signature_algorithm.hpp>");
  static_assert(detail::has_content_header<Algorithm>,
                "hwc: Algorithm needs `static constexpr std::string_view content_header`; see "
                "<hwc/signers/signature_algorithm.hpp>");
  static_assert(detail::has_digest<Algorithm>,
                "hwc: Algorithm needs a default-constructible `digest` with `update(std::string_view)` and "
                "`hwc::result<void> finish(std::string&)`; see <hwc/signers/signature_algorithm.hpp>");
  static_assert(detail::has_signing_key<Algorithm>,
                "hwc: Algorithm needs a `signing_key`, made from `const hwc::access_key&`, with `hwc::result<void> "
                "sign(std::string_view, std::string&) const`; see <hwc/signers/signature_algorithm.hpp>");

 public:
  using credentials = access_key;

  // Whether the algorithm's key is bound to a region and a service.
  static constexpr bool scoped = detail::has_scoped_signing_key<Algorithm>;

  explicit access_key_signer(access_key key) requires(!scoped) : key_{std::move(key)}, signing_key_{key_} {}
  access_key_signer(access_key key, credential_scope scope) requires scoped : key_{std::move(key)},
                                                                              signing_key_{key_, std::move(scope)} {}

  [[nodiscard]] result<void> sign(http_request& request, wall_time now) const {
    if (auto usable = check_key(); !usable || request.headers.contains("Authorization")) return usable;
    typename detail::spare<workspace>::loan own{spare_};
    if (auto done = cover_headers(request, now, *own); !done) return done;
    if (auto done = write_string_to_sign(request, *own); !done) return done;
    auto& authorization = own->authorization;
    authorization = key_part_;
    if (scoped) authorization += '/' + own->scope;
    authorization += ", SignedHeaders=";
    authorization += own->covered.names();
    authorization += ", Signature=";
    if constexpr (scoped) {
      if (auto done = signing_key_.sign(own->text, own->scope, authorization); !done) return done;
    } else {
      if (auto done = signing_key_.sign(own->text, authorization); !done) return done;
    }
    request.headers.add("Authorization", authorization);
    own.keep();
    return {};
  }

  // Signs for a service that the key of a scoped algorithm is not bound to, by the algorithm for such services.
  [[nodiscard]] result<void> sign_unscoped(http_request& request, wall_time now) const
      requires(scoped&& requires { typename Algorithm::unscoped; }) {
    return access_key_signer<typename Algorithm::unscoped>{key_}.sign(request, now);
  }

  // The steps of `sign`, to look at when a signature does not match: `prepare` adds the headers except Authorization,
  // and the others give the texts of a request that is prepared or signed.
  [[nodiscard]] result<void> prepare(http_request& request, wall_time now) const {
    if (auto usable = check_key(); !usable) return usable;
    std::string host;
    return add_headers(request, now, host);
  }
  [[nodiscard]] result<std::string> canonical_request(const http_request& request) const {
    auto covered = signed_headers::of(request.headers);
    if (!covered) return std::move(covered).error();
    std::string payload, text;
    if (auto done = payload_hash(request, payload); !done) return std::move(done).error();
    append_canonical_request(text, request, *covered, payload);
    return text;
  }
  [[nodiscard]] result<std::string> string_to_sign(const http_request& request) const {
    workspace own;
    if (auto done = own.covered.assign(request.headers); !done) return std::move(done).error();
    if (auto done = begin_string_to_sign(request, own); !done) return std::move(done).error();
    if (auto done = write_string_to_sign(request, own); !done) return std::move(done).error();
    return own.text;
  }

  // The access key id, which is no secret.
  [[nodiscard]] const std::string& ak() const noexcept { return key_.ak; }

  // Appends the hash of the body as the signature takes it: of nothing for an empty body, else the content header's
  // value where there is one, else of the bytes.
  [[nodiscard]] static result<void> payload_hash(const http_request& request, std::string& out) {
    typename Algorithm::digest digest;
    return payload_hash(request, digest, out);
  }

 private:
  // What signing needs, and may use again.
  struct workspace {
    typename Algorithm::digest digest{};
    signed_headers covered{};
    std::string host{};
    std::string scope{};
    std::string head{};  // of the string to sign, before the hash
    std::string payload{};
    std::string text{};
    std::string authorization{};
    // Of the last request: what its headers were made from, and what they were then, without Authorization.
    std::optional<std::chrono::sys_seconds> second{};
    http_origin origin{};
    std::string project_id{};
    http_headers given{};
    http_headers headers{};
  };

  static result<void> payload_hash(const http_request& request, typename Algorithm::digest& digest, std::string& out) {
    if (const auto given = request.headers.find(Algorithm::content_header); given && !request.body.empty()) {
      out += *given;
      return {};
    }
    return hash(digest, out, [&](auto& into) { into.update(request.body); });
  }

  // The hash of what `write` gives to a digest: that one, if it can be used again.
  template <class Write>
  static result<void> hash(typename Algorithm::digest& digest, std::string& out, Write write) {
    if constexpr (requires { digest.restart(); }) {
      digest.restart();
      write(digest);
      return digest.finish(out);
    } else {
      typename Algorithm::digest once;
      write(once);
      return once.finish(out);
    }
  }

  [[nodiscard]] result<void> check_key() const {
    if (!key_.ak.empty() && !key_.sk.empty()) return {};
    return error{.kind = error_kind::credentials,
                 .message = key_.ak.empty()
                                ? "the access key id (AK) is empty; give one"
                                : "the secret access key (SK) is empty; give the one that belongs to the AK"};
  }

  // Of a request that has an X-Sdk-Date.
  result<void> begin_string_to_sign(const http_request& request, workspace& own) const {
    const auto date = request.headers.find("X-Sdk-Date").value_or("");
    if constexpr (scoped) {
      auto bound = signing_key_.scope(date);
      if (!bound) return std::move(bound).error();
      own.scope = *std::move(bound);
    }
    own.head = Algorithm::name;
    own.head += '\n';
    own.head += date;
    own.head += '\n';
    if (scoped) {
      own.head += own.scope;
      own.head += '\n';
    }
    return {};
  }

  // The canonical request goes straight into the hash.
  result<void> write_string_to_sign(const http_request& request, workspace& own) const {
    own.payload.clear();
    if (auto done = payload_hash(request, own.digest, own.payload); !done) return done;
    own.text = own.head;
    return hash(own.digest, own.text, [&](auto& into) {
      detail::digest_writer writer{into};
      append_canonical_request(writer, request, own.covered, own.payload);
      writer.flush();
    });
  }

  // Adds the headers and finds what is covered. A client's requests have the same headers within a second.
  result<void> cover_headers(http_request& request, wall_time now, workspace& own) const {
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    if (own.second == second && own.project_id == request.project_id && own.given == request.headers &&
        own.origin == request.origin) {
      request.headers = own.headers;
      return {};
    }
    own.second = second;
    own.origin = request.origin;
    own.project_id = request.project_id;
    own.given = request.headers;
    if (auto done = add_headers(request, now, own.host); !done) return done;
    own.headers = request.headers;
    if (auto done = own.covered.assign(request.headers); !done) return done;
    return begin_string_to_sign(request, own);
  }

  result<void> add_headers(http_request& request, wall_time now, std::string& host) const {
    auto& headers = request.headers;
    const auto add_missing = [&](std::string_view name, std::string_view value) {
      if (!value.empty() && !headers.contains(name)) headers.add(name, value);
    };
    host.clear();
    append_authority(host, request.origin);
    add_missing("Host", host);
    add_missing("X-Project-Id", request.project_id);
    add_missing("X-Security-Token", key_.security_token.reveal());
    // The vendor's SDKs look for this very spelling.
    for (const auto field : headers) {
      if (field.name != "Content-Type") continue;
      if (!field.value.starts_with("application/json") && !field.value.starts_with("application/bson"))
        add_missing(Algorithm::content_header, "UNSIGNED-PAYLOAD");
      break;
    }
    if (const auto given = headers.find("X-Sdk-Date"); given && !parse_sdk_date(*given)) {
      return error{.kind = error_kind::invalid_argument,
                   .message = "X-Sdk-Date is malformed; write it as YYYYMMDDTHHMMSSZ or leave it out"};
    }
    const auto date = format_sdk_date(now);
    add_missing("X-Sdk-Date", {date.data(), date.size()});
    return {};
  }

  [[nodiscard]] static std::string key_part(const access_key& key) {
    return std::string{Algorithm::name} + (scoped ? " Credential=" : " Access=") + key.ak;
  }

  access_key key_;
  std::string key_part_ = key_part(key_);  // how Authorization begins
  typename Algorithm::signing_key signing_key_;
  mutable detail::spare<workspace> spare_{};
};

}  // namespace hwc

#endif  // HWC_SIGNERS_ACCESS_KEY_HPP
