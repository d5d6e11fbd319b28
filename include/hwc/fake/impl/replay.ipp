// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_IMPL_REPLAY_IPP
#define HWC_FAKE_IMPL_REPLAY_IPP

#include <hwc/fake/replay.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1::fake {

HWC_DECL result<transport> replay(std::string_view lines) {
  transport made;
  json::reader reader;
  for (int number = 1; !lines.empty(); ++number) {
    const auto line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto read = reader.read<recording>(line);
    if (!read) {
      static_cast<void>(made.violations());  // of a script that nobody gets
      return {boost::system::in_place_error,
              error{.kind = error_kind::invalid_argument,
                    .message = "line " + std::to_string(number) + " of the recording: " + to_string(read.error())}};
    }
    exchange next{
        .request = std::move(read->request),
        .response = {.status = read->status, .body = std::move(read->response_body), .truncated = read->truncated},
        .delay = std::chrono::milliseconds{read->milliseconds}};
    for (const auto& [name, value] : read->response_headers) next.response.headers.add(name, value);
    if (auto& failed = read->failure) {
      next.failure = transport_error{.kind = failed->kind,
                                     .sent = failed->sent,
                                     .retryable = failed->retryable,
                                     .message = std::move(failed->message)};
    }
    made.expect(std::move(next));
  }
  return made;
}

}  // namespace hwc::fake

#endif  // HWC_FAKE_IMPL_REPLAY_IPP
