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
  // Reads the value at hand if `key` names this field. False if it does not, or if reading failed.
  bool (*read)(source& in, const char* key, void* object);
  // What is done if it is absent. Null: it must be there.
  void (*clear)(void* object) = nullptr;
};

// Reads objects into structs.
class object_reader {
 public:
  // Reads the object at hand into a struct that has those fields. `seen` is for as many, all false. It goes through
  // them in their order, again and again: fields that come in that order cost one comparison each.
  static bool read(source& in, const field* fields, std::size_t count, bool* seen, void* object);

 private:
  static std::size_t read_any(source& in, const field* fields, std::size_t count, std::size_t next, const char* key,
                              void* object);
  static bool settle_absent(source& in, const field& field, void* object);
};

}  // namespace hwc::json::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/json/impl/fields.ipp>
#endif

#endif  // HWC_JSON_FIELDS_HPP
