// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_SETTINGS_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_SETTINGS_HPP

#include "report_file.hpp"
#include "select.hpp"

#include <hwc/credentials/metadata.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/find_project.hpp>
#include <hwc/iam/regions.hpp>
#include <hwc/printable.hpp>
#include <hwc/sts/regions.hpp>
#include <hwc/version.hpp>
#include <hwc/workspace/regions.hpp>

#include <CLI/CLI.hpp>

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace tool {

enum class transport_kind { curl, beast, fake };

// What the command line and the environment ask for.
struct settings {
  std::optional<int> exit_status{};  // set: say `problem`, if there is one, and end
  std::string problem{};

  transport_kind transport = transport_kind::curl;
  std::string proxy{};  // empty: what the environment says
  bool demo = false;
  bool json = false;
  bool allow_duplicates = false;
  std::chrono::milliseconds timeout{};
  std::optional<std::string> template_id{};
  std::vector<std::string> user_ids{};
  std::string users_file{};  // "-": standard input
  std::optional<selection> select{};

  std::string journal{};  // empty: none
  std::size_t concurrency = 1;
  int per_minute = 100;        // 0: no limit
  std::size_t stop_after = 0;  // 0: never
  bool lenient = false;
  bool dry_run = false;
  bool quiet = false;
  std::string report{};  // empty: none

  std::string project_id{};  // empty: to be found; in a demo, the demo's own
  hwc::endpoint where = hwc::endpoint::unusable("no endpoint was given");
  hwc::endpoint iam = hwc::endpoint::unusable("no IAM was given");
  std::optional<hwc::endpoint> metadata{};  // the metadata service; none: it is not asked
  bool explain = false;
  hwc::endpoint sts = hwc::endpoint::unusable("no STS was given");
};

// Fills in the endpoints for a run against the real service, or says what is missing.
inline void read_endpoints(settings& wanted, std::string url, const std::string& region) {
  if (url.empty() && region.empty()) {
    wanted.problem = "say where the users are with --region ID (e.g. ap-southeast-3) or --endpoint URL, or try --demo";
    return;
  }
  if (url.empty()) url = hwc::workspace::url_of(region);
  if (url.empty()) {
    wanted.problem =
        "the region '" + hwc::printable(region) + "' is not known; give its URL with --endpoint, or one of";
    for (const auto one : hwc::workspace::regions)
      wanted.problem += (one == hwc::workspace::regions[0] ? " " : ", ") + std::string{one};
    return;
  }
  wanted.iam = hwc::iam::at(region);
  const auto find = hwc::find_project(region, hwc::iam::url_of(region));
  wanted.where = wanted.project_id.empty() ? hwc::endpoint{url, find} : hwc::endpoint{url, wanted.project_id};
  wanted.problem = wanted.where.problem();
  if (!wanted.explain || !wanted.problem.empty()) return;
  wanted.sts = hwc::sts::at(region);
  if (wanted.sts.problem().empty()) return;
  if (const char* given = std::getenv("HUAWEICLOUD_SDK_STS_ENDPOINT"); given != nullptr && *given != '\0') {
    wanted.problem = "HUAWEICLOUD_SDK_STS_ENDPOINT: " + wanted.sts.problem();
    return;
  }
  wanted.problem = "--explain asks STS for the reason, ";
  wanted.problem += region.empty() ? "which --endpoint does not tell; set HUAWEICLOUD_SDK_STS_ENDPOINT to its URL"
                                   : "which is not known in the region '" + hwc::printable(region) +
                                         "'; set HUAWEICLOUD_SDK_STS_ENDPOINT to the URL of an STS of "
                                         "the same partition";
}

// Whether the report would be written over a file that is needed.
inline bool overwrites(const std::string& report, const std::string& file) {
  if (report.empty() || file.empty() || file == "-") return false;
  const auto whole = [](const std::string& path) {
    std::error_code none;
    const auto found = std::filesystem::weakly_canonical(path, none);
    return none ? std::filesystem::path{path} : found;
  };
  return whole(report) == whole(file) || whole(report + ".part") == whole(file);
}

// Reads the command line and the environment.
inline settings read_settings(int argc, char** argv) {
  settings wanted;
  std::string transport = "curl";
  std::string url;
  std::string region;
  std::string template_id;
  std::string select;
  std::string metadata{hwc::credentials::metadata::address};
  double seconds = 30;

  CLI::App app{"Resends the sign-in email of Huawei Cloud Workspace users, at most once each.", "resend-email"};
  app.set_version_flag("--version", "resend-email " HWC_VERSION_STRING);
  app.add_option("USER_ID", wanted.user_ids, "Workspace user ids, in the order in which they are served");
  app.add_option("--users-file", wanted.users_file,
                 "File with one user id per line ('#' begins a comment line), or CSV whose header names user_id or\n"
                 "user_name, and perhaps template_id; - reads standard input");
  app.add_option(
      "--select", select,
      "Whom of all users the service lists, words between commas that must all hold:\n" + selection::words());
  auto* endpoint = app.add_option("--endpoint", url, "URL of the service");
  auto* from_region =
      app.add_option("--region", region, "Region of the service, e.g. ap-southeast-3")->excludes(endpoint);
  app.add_option("--project-id", wanted.project_id,
                 "Project of the users; else what the credentials say, else the region's main project");
  auto* with_template = app.add_option("--template-id", template_id, "Email template; else the service's default");
  app.add_option("--timeout", seconds, "Seconds for each user, attempts and pauses included")->capture_default_str();
  app.add_flag("--allow-duplicates", wanted.allow_duplicates,
               "Also repeat a call that may have been carried out: a user may get the email twice");
  app.add_option("--metadata-service", metadata,
                 "URL of the cloud server's metadata service, where keys may come from; off: it is not asked")
      ->capture_default_str();
  app.add_option(
      "--journal", wanted.journal,
      "File that remembers what became of each user: the same command goes on where it ended, and nobody is\n"
      "sent a second email; those of whom nobody can say are left alone, unless --allow-duplicates");
  app.add_option("--per-minute", wanted.per_minute, "Emails per minute at most; 0: no limit")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  app.add_option("--concurrency", wanted.concurrency,
                 "Emails under way at once, at most; then users are served in about their order")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--stop-after", wanted.stop_after,
                 "Begin nothing more after so many users who were not sent the email, or of whom it is unknown;\n"
                 "0: never. Refused keys always end the run")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_flag("--lenient", wanted.lenient, "Leave out wrong lines of the list instead of sending nothing");
  app.add_flag("--dry-run", wanted.dry_run, "Check all and say to whom the email would be sent, but send nothing");
  app.add_flag("--quiet", wanted.quiet, "Neither a progress bar nor a line for each email that was sent");
  app.add_option("--report", wanted.report, "Write what became of each user to this file: .csv, .json or .html");
  app.add_flag("--json", wanted.json, "Print one JSON object per user");
  app.add_flag("--explain", wanted.explain, "Ask STS for the reason of a denial, which may name users and policies");
  app.add_option("--transport", transport, "curl, beast, or fake: the demo's service in memory, without a socket")
      ->check(CLI::IsMember({"curl", "beast", "fake"}))
      ->capture_default_str();
  app.add_option("--proxy", wanted.proxy,
                 "URL of an http proxy; else what https_proxy, http_proxy, all_proxy and no_proxy say");
  app.add_flag(
         "--demo", wanted.demo,
         "Talk to a service of its own on a loopback port: every user exists there, except those named missing-...;\n"
         "those named denied-... it may not serve")
      ->excludes(endpoint)
      ->excludes(from_region);
  app.footer(
      "Credentials are those of the vendor's SDKs: HUAWEICLOUD_SDK_AK, _SK and _SECURITY_TOKEN, or _IDP_ID and\n"
      "_ID_TOKEN_FILE; else the file HUAWEICLOUD_SDK_CREDENTIALS_FILE or ~/.huaweicloud/credentials; else the agency\n"
      "of the cloud server. HUAWEICLOUD_SDK_PROJECT_ID, _IAM_ENDPOINT and _STS_ENDPOINT count, too.\n"
      "Exit status: 0 all sent; 1 some not sent or unknown; 2 wrong usage or configuration.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    wanted.exit_status = app.exit(error) == 0 ? 0 : 2;
    return wanted;
  }

  if (transport == "beast") wanted.transport = transport_kind::beast;
  if (transport == "fake") {
    wanted.transport = transport_kind::fake;
    wanted.demo = true;
    if (!url.empty() || !region.empty())
      wanted.problem = "--transport fake reaches no endpoint or region; leave them out";
  }
  if (!(seconds > 0) || seconds > 86400)
    wanted.problem = "--timeout must be more than 0 and at most 86400 seconds";
  else
    wanted.timeout = std::chrono::milliseconds{static_cast<std::int64_t>(std::ceil(seconds * 1000))};
  if (with_template->count() != 0) wanted.template_id = template_id;

  if (wanted.problem.empty() && !select.empty()) {
    wanted.select.emplace();
    wanted.problem = wanted.select->read(select);
  }
  if (wanted.problem.empty() && !wanted.report.empty() && !format_of(wanted.report))
    wanted.problem = "--report writes .csv, .json or .html; give the file one of these endings";
  if (overwrites(wanted.report, wanted.journal) || overwrites(wanted.report, wanted.users_file))
    wanted.problem = "--report would be written over the journal or the list; give it another name";
  for (const auto* option : {"--users-file", "--select", "--journal", "--report"}) {
    // A variable of the shell that is not set, for instance.
    if (app.get_option(option)->count() != 0 && app.get_option(option)->as<std::string>().empty())
      wanted.problem = std::string{option} + " is given without a value";
  }
  if (metadata != "off") wanted.metadata = hwc::endpoint{metadata, {}, hwc::allow_plain_http};
  if (wanted.problem.empty() && wanted.metadata && !wanted.metadata->problem().empty())
    wanted.problem = "--metadata-service: " + wanted.metadata->problem();
  if (wanted.problem.empty() && !wanted.demo) read_endpoints(wanted, url, region);
  if (wanted.problem.empty() && wanted.user_ids.empty() && wanted.users_file.empty() && !wanted.select) {
    if (wanted.demo)
      wanted.user_ids = {"8a2c3f9479d5cf360179d622364f0008"};
    else
      wanted.problem = "name at least one user id, or give --users-file FILE or --select WORDS";
  }
  if (!wanted.problem.empty()) {
    wanted.problem += " (--help lists the options)";
    wanted.exit_status = 2;
  }
  return wanted;
}

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_SETTINGS_HPP
