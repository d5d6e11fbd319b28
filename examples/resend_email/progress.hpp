// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_PROGRESS_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_PROGRESS_HPP

#include <hwc/bulk/events.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

namespace tool {

// How far a run is.
struct progress {
  std::size_t total = 0;
  std::size_t done = 0;  // whatever came of them
  std::size_t sent = 0;
  std::size_t not_sent = 0;
  std::size_t unknown = 0;
  std::optional<double> per_minute{};  // done lately; none: nothing yet
};

inline std::string as_duration(double seconds) {
  const auto all = static_cast<long>(seconds + 0.5);
  char text[32];
  if (all >= 3600)
    std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", all / 3600, all / 60 % 60, all % 60);
  else
    std::snprintf(text, sizeof text, "%ld:%02ld", all / 60, all % 60);
  return text;
}

// The progress on a line of so many columns: a bar and figures, and where there is no room for both, less of them.
inline std::string show(const progress& of, std::size_t columns) {
  std::string text = std::to_string(of.done) + '/' + std::to_string(of.total);
  const auto append = [&](const std::string& more) {
    if (text.size() + 2 + more.size() <= columns) text += "  " + more;
  };
  append(std::to_string(of.sent) + " sent, " + std::to_string(of.not_sent) + " not sent, " +
         std::to_string(of.unknown) + " unknown");
  if (of.per_minute && *of.per_minute > 0) {
    append(as_duration(static_cast<double>(of.total - std::min(of.done, of.total)) / *of.per_minute * 60) + " left");
    append(std::to_string(static_cast<long>(*of.per_minute + 0.5)) + "/min");
  }
  constexpr std::size_t least = 10, most = 40;
  if (text.size() + least + 3 <= columns) {
    const auto width = std::min(most, columns - text.size() - 3);
    const auto full = of.total == 0 ? width : width * std::min(of.done, of.total) / of.total;
    text = '[' + std::string(full, '#') + std::string(width - full, '-') + "] " + text;
  }
  return text.substr(0, columns);
}

// Shows the progress on the last line of a terminal, and keeps it up to date. Safe to use from many threads.
class progress_line {
 public:
  // On standard error, if that is a terminal and `wanted`; else it shows nothing.
  progress_line(std::size_t total, bool wanted) : shown_{wanted && ::isatty(STDERR_FILENO) == 1} {
    now_.total = total;
    if (!shown_) return;
    refresher_ = std::jthread{[this](const std::stop_token& over) {
      std::unique_lock lock{mutex_};
      while (!over.stop_requested()) {
        draw();
        wake_.wait_for(lock, over, std::chrono::milliseconds{200}, [] { return false; });
      }
      clear();
    }};
  }
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;

  [[nodiscard]] bool shown() const { return shown_; }

  void count(hwc::bulk::fate what) {
    const std::lock_guard lock{mutex_};
    ++now_.done;
    now_.sent += what == hwc::bulk::fate::sent;
    now_.not_sent += what == hwc::bulk::fate::not_sent;
    now_.unknown += what == hwc::bulk::fate::unknown;
  }

  // Calls `print`, which writes whole lines to the terminal, with the line out of its way.
  template <class Print>
  void above(Print print) {
    const std::lock_guard lock{mutex_};
    if (shown_) clear();
    print();
    if (shown_) draw();
  }

  // Takes the line away.
  void finish() {
    {
      const std::lock_guard lock{mutex_};
      if (!std::exchange(shown_, false)) return;
    }
    refresher_.request_stop();
    refresher_.join();
  }

 private:
  using clock = std::chrono::steady_clock;

  static std::size_t columns() {
    winsize size{};
    const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return known ? size.ws_col - 1U : 79;  // the last column makes some terminals begin another line
  }

  void draw() {
    measure();
    const auto text = "\r" + show(now_, columns()) + "\x1b[K";
    std::fwrite(text.data(), 1, text.size(), stderr);
  }
  static void clear() { std::fputs("\r\x1b[K", stderr); }

  // The pace over the last minute.
  void measure() {
    const auto now = clock::now();
    const auto tried = now_.sent + now_.not_sent + now_.unknown;
    past_.emplace_back(now, tried);
    while (past_.size() > 2 && now - past_.front().first > std::chrono::minutes{1}) past_.pop_front();
    const std::chrono::duration<double, std::ratio<60>> minutes = now - past_.front().first;
    if (minutes.count() < 0.01) return;
    now_.per_minute = static_cast<double>(tried - past_.front().second) / minutes.count();
  }

  bool shown_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  progress now_{};
  std::deque<std::pair<clock::time_point, std::size_t>> past_{};
  std::jthread refresher_{};
};

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_PROGRESS_HPP
