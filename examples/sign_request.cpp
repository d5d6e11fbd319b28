// SPDX-License-Identifier: BSL-1.0
// Signs the requests of a file and shows the texts that the signatures are about, for one who hunts a mismatch.

#include "sign_request/explain.hpp"
#include "sign_request/sign.hpp"
#include "sign_request/vector.hpp"

#include <hwc/json.hpp>
#include <hwc/printable.hpp>
#include <hwc/version.hpp>

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>

namespace {

// Nothing for what cannot be read; a folder, for instance, can be opened, but not read.
std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  file.peek();
  if (!file.is_open() || file.bad()) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

// Signs one after the other, whatever becomes of each. The exit status is 0 only if all were signed.
int sign_all(const tool::signing_vectors& all, bool explain) {
  const auto now = std::chrono::system_clock::now();
  bool all_signed = true;
  for (std::size_t i = 0; i != all.vectors.size(); ++i) {
    const auto& vector = all.vectors[i];
    const auto name = vector.id.value_or("vectors[" + std::to_string(i) + "]");
    const auto made = tool::sign(vector, now);
    if (!made) {
      std::cerr << "sign-request: " << hwc::printable(name) << ": " << hwc::printable(made.error().message) << '\n';
      all_signed = false;
    } else if (explain) {
      tool::explanation{std::cout, vector, *made}.write(name);
    } else {
      std::string line;
      hwc::json::write(
          tool::signed_line{name, made->canonical_request, made->string_to_sign, made->authorization(), made->target()},
          line)
          .value();
      std::cout << line << '\n';
    }
  }
  if (!std::cout.flush()) {
    std::cerr << "sign-request: the output cannot be written\n";
    return 1;
  }
  return all_signed ? 0 : 1;
}

int run(int argc, char** argv) {
  std::string path;
  bool explain = false;
  CLI::App app{"Signs the requests of a file with AK and SK, and prints one JSON line for each.", "sign-request"};
  app.set_version_flag("--version", "sign-request " HWC_VERSION_STRING);
  app.add_option("FILE.json", path, "File with the requests, as below")->required();
  app.add_flag("--explain", explain, "Show, for people, what is signed line by line, and where it comes from");
  app.footer(
      "The file: {\"vectors\": [...]}, each an object with\n"
      "  id                   name of the request; may be left out\n"
      "  algorithm            SDK-HMAC-SHA256, SDK-HMAC-SM3, V11-HMAC-SHA256, SDK-ECDSA-P256-SHA256, SDK-SM2-SM3\n"
      "  ak, sk               keys; the SK is never shown\n"
      "  region, service      of V11-HMAC-SHA256\n"
      "  method, host, path   path as on the request line, without query\n"
      "  query, headers       lists of [name, value], the query decoded; an Authorization is left aside\n"
      "  body or body_base64  neither: no body\n"
      "  x_sdk_date           YYYYMMDDTHHMMSSZ, if the headers hold no X-Sdk-Date; neither: now\n"
      "Exit status: 0 all signed; 1 some not; 2 wrong usage, or a file that cannot be read.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const auto text = read_file(path);
  if (!text) {
    std::cerr << "sign-request: cannot read the file '" << hwc::printable(path) << "'; give one that is there\n";
    return 2;
  }
  const auto all = hwc::json::read<tool::signing_vectors>(*text);
  if (!all) {
    std::cerr << "sign-request: '" << hwc::printable(path)
              << "' is not as it must be (--help describes it): " << all.error() << '\n';
    return 2;
  }
  return sign_all(*all, explain);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& failure) {
    std::cerr << "sign-request: " << failure.what() << '\n';
    return 2;
  }
}
