// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_LOOKUP_STUB_HPP
#define HWC_TESTS_SUPPORT_LOOKUP_STUB_HPP

#include <dlfcn.h>
#include <netdb.h>
#include <sys/socket.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string_view>

namespace hwc::tests {

// Answers the name lookups of the whole program for a few names that no resolver knows, so that tests depend on none:
//   slow.invalid   takes until the object that was made for it is gone, then does not exist
//   again.invalid  cannot be looked up at present
//   two.invalid    127.0.0.2, where nobody listens, then 127.0.0.1; so do the names below it
// All other names go to the system. The program needs lookup_stub.cpp.
class slow_lookup {
 public:
  slow_lookup() {
    const std::lock_guard lock{shared().mutex};
    shared().held = true;
    shared().begun = shared().ended = 0;
  }
  slow_lookup(const slow_lookup&) = delete;
  slow_lookup& operator=(const slow_lookup&) = delete;
  // Waits until all that began have ended, so that no thread of a lookup outlives the test.
  ~slow_lookup() {
    std::unique_lock lock{shared().mutex};
    shared().held = false;
    shared().changed.notify_all();
    shared().changed.wait_for(lock, std::chrono::seconds{5}, [] { return shared().ended == shared().begun; });
  }

  // Waits until a lookup is under way.
  static bool await_begun() {
    std::unique_lock lock{shared().mutex};
    return shared().changed.wait_for(lock, std::chrono::seconds{5}, [] { return shared().begun != 0; });
  }

  static int resolve(const char* name, const char* service, const addrinfo* hints, addrinfo** result) {
    using function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
    static const auto system = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    const std::string_view wanted = name != nullptr ? name : "";
    if (wanted == "again.invalid") return EAI_AGAIN;
    if (wanted == "slow.invalid") {
      std::unique_lock lock{shared().mutex};
      ++shared().begun;
      shared().changed.notify_all();
      shared().changed.wait(lock, [] { return !shared().held; });
      ++shared().ended;
      shared().changed.notify_all();
      return EAI_NONAME;
    }
    if (wanted == "two.invalid" || wanted.ends_with(".two.invalid")) {
      addrinfo* second = nullptr;
      if (const int failure = system("127.0.0.1", service, hints, &second); failure != 0) return failure;
      if (const int failure = system("127.0.0.2", service, hints, result); failure != 0) return failure;
      (*result)->ai_next = second;
      return 0;
    }
    return system(name, service, hints, result);
  }

 private:
  struct state {
    std::mutex mutex;
    std::condition_variable changed;
    bool held = false;
    std::size_t begun = 0;
    std::size_t ended = 0;
  };
  // Never destroyed: a lookup's thread may be the last to use it.
  static state& shared() {
    static auto* const made = new state;
    return *made;
  }
};

}  // namespace hwc::tests

#endif  // HWC_TESTS_SUPPORT_LOOKUP_STUB_HPP
