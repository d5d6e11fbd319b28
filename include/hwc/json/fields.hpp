// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_JSON_FIELDS_HPP
#define HWC_JSON_FIELDS_HPP

#include <hwc/detail/config.hpp>
#include <hwc/json/source.hpp>

#include <cstddef>
#include <string_view>

namespace hwc::inline v0_1::json::detail {

// A field as a member of a struct, which is given as `object`.
struct field {
  std::string_view name;
  bool (*read)(source& in, const char* key, void* object);  // reads it if that is its key; false also if not
  void (*clear)(void* object) = nullptr;                    // what is done if it is absent; null: it must be there
};

// Reads the object at hand into a struct that has those fields. `seen` is for as many, all false. It goes through them
// in their order, again and again: fields that come in that order cost one comparison each.
bool read_object(source& in, const field* fields, std::size_t count, bool* seen, void* object);

}  // namespace hwc::json::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/json/impl/fields.ipp>
#endif

#endif  // HWC_JSON_FIELDS_HPP
