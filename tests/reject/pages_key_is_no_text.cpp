// SPDX-License-Identifier: BSL-1.0
// refused: hwc: `item_key` must point to a member of the list's item
#include <hwc/fake/transport.hpp>
#include <hwc/pages.hpp>
#include <hwc/signers/token.hpp>

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

struct thing {
  std::string id{};
  double weight{};
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, weight))
struct things {
  std::optional<std::int64_t> total_count{};
  std::optional<std::vector<thing>> all{};
};
BOOST_DESCRIBE_STRUCT(things, (), (total_count, all))
struct near_miss {
  using response = things;
  static constexpr auto route = hwc::get("/things");
  static constexpr auto items = &things::all;
#if HWC_REJECT
  static constexpr auto item_key = &thing::weight;
#else
  static constexpr auto item_key = &thing::id;
#endif
  std::optional<std::int64_t> limit{}, offset{};
};
BOOST_DESCRIBE_STRUCT(near_miss, (), (limit, offset))

int main() {
  hwc::client client{hwc::endpoint{"https://workspace.example", "p"}, hwc::fake::transport{}, hwc::token_signer{"t"}};
  hwc::pages all{client, near_miss{}};
  return all.failure() ? 1 : 0;
}
