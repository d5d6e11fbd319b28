// SPDX-License-Identifier: BSL-1.0
// refused: hwc: this type has no JSON mapping; use bool, a number, std::string, hwc::secret, std::optional, std::vector, a map with std::string keys, or a struct or enum described with Boost.Describe
// SPDX-License-Identifier: BSL-1.0
#include <hwc/json.hpp>

#include <boost/describe/class.hpp>

#include <chrono>
#include <string>

struct settings {
  std::string name;
#if HWC_REJECT
  std::chrono::seconds timeout;
#else
  int timeout;
#endif
};
BOOST_DESCRIBE_STRUCT(settings, (), (name, timeout))

int main() { return hwc::json::read<settings>("{}") ? 1 : 0; }
