// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_JSON_IMPL_FIELDS_IPP
#define HWC_JSON_IMPL_FIELDS_IPP

#include <hwc/json/error.hpp>
#include <hwc/json/fields.hpp>
#include <hwc/json/impl/source_state.ipp>

#include <cstddef>

namespace hwc::inline v0_1::json::detail {

// After one field was tried: which other one the value at hand was read into; `count` if none, or if that failed.
HWC_DECL std::size_t read_other_field(source& in, const field* fields, std::size_t count, std::size_t tried,
                                      const char* key, void* object) {
  for (std::size_t number = 1; !in.failed(); ++number) {
    if (number == count) {
      if (!in.unescape_key(key)) return count;
      number = 0;
    }
    tried = tried + 1 == count ? 0 : tried + 1;
    if (fields[tried].read(in, key, object)) return tried;
  }
  prepend_step(in.error().path, fields[tried].name);
  return count;
}

HWC_DECL bool clear_field(source& in, const field& field, void* object) {
  if (field.clear == nullptr) {
    in.fail(errc::missing_field, "the field is missing");
    prepend_step(in.error().path, field.name);
    return false;
  }
  field.clear(object);
  return true;
}

// The steps from field to field are simdjson's and stand in this loop, since most of what is read are fields; what is
// less usual stands apart from it.
HWC_DECL bool read_object(source& in, const field* fields, std::size_t count, bool* seen, void* object) {
  if (!in.enter_object()) return false;
  auto& s = *in.state_;
  std::size_t next = 0;
  for (auto it = s.top->object; it != it; ++it) {
    if (s.make(s.field, [&] { return *it; }).error() != simdjson::SUCCESS) return in.fail_syntax();
    s.current = &s.field.value_unsafe().value();
    in.take_in_hand(*s.current->raw_json_token().data());
    if (count == 0) continue;
    if (next == count) next = 0;
    const char* const key = s.field.value_unsafe().key().raw();
    if (!fields[next].read(in, key, object)) {
      next = read_other_field(in, fields, count, next, key, object);
      if (in.failed()) return false;
      if (next == count) continue;
    }
    seen[next++] = true;
  }
  in.leave();
  for (std::size_t i = 0; i != count; ++i) {
    if (!seen[i] && !clear_field(in, fields[i], object)) return false;
  }
  return true;
}

}  // namespace hwc::json::detail

#endif  // HWC_JSON_IMPL_FIELDS_IPP
