// SPDX-License-Identifier: BSL-1.0
// refused: hwc: this type has no JSON mapping; use bool, a number, std::string, hwc::secret, std::optional, std::vector, a map with std::string keys, or a struct or enum described with Boost.Describe
// SPDX-License-Identifier: BSL-1.0
#include <hwc/json.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>

struct settings {
  std::string name;
#if HWC_REJECT
  std::optional<char> initial;
#else
  std::optional<std::string> initial;
#endif
};
BOOST_DESCRIBE_STRUCT(settings, (), (name, initial))

int main() {
  std::string out;
  return hwc::json::write(settings{}, out) ? 0 : 1;
}
