// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_JSON_IMPL_FIELDS_IPP
#define HWC_JSON_IMPL_FIELDS_IPP

#include <hwc/json/error.hpp>
#include <hwc/json/fields.hpp>
#include <hwc/json/impl/source_state.ipp>

#include <cstddef>

namespace hwc::inline v0_1::json::detail {

// Reads the value at hand into the field with that key, trying them from the one after `next` on. Returns which one it
// was; `count` if there is none, or if reading failed.
HWC_DECL std::size_t object_reader::read_any(source& in, const field* fields, std::size_t count, std::size_t next,
                                             const char* key, void* object) {
  do {
    for (std::size_t number = 1; number <= count; ++number) {
      const auto at = next + number < count ? next + number : next + number - count;
      if (fields[at].read(in, key, object)) return at;
      if (in.failed()) {
        prepend_step(in.error().path, fields[at].name);
        return count;
      }
    }
  } while (in.unescape_key(key));
  return count;
}

HWC_DECL bool object_reader::settle_absent(source& in, const field& field, void* object) {
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
HWC_DECL bool object_reader::read(source& in, const field* fields, std::size_t count, bool* seen, void* object) {
  if (!in.enter_object()) return false;
  auto& s = *in.state_;
  s.top->at = source_state::place::object;
  std::size_t next = 0;
  for (auto it = s.top->object; it != it; ++it) {
    if (s.make(s.field, [&] { return *it; }).error() != simdjson::SUCCESS) return in.fail_syntax();
    s.current = &s.field.value_unsafe().value();
    in.take_in_hand(*s.current->raw_json_token().data());
    const char* const key = s.field.value_unsafe().key().raw();
    if (next == count) next = 0;
    if (next == count || !fields[next].read(in, key, object)) {
      if (in.failed()) {
        prepend_step(in.error().path, fields[next].name);
        return false;
      }
      next = read_any(in, fields, count, next, key, object);
      if (in.failed()) return false;
      if (next == count) continue;
    }
    seen[next++] = true;
  }
  in.leave();
  for (std::size_t i = 0; i != count; ++i) {
    if (!seen[i] && !settle_absent(in, fields[i], object)) return false;
  }
  return true;
}

}  // namespace hwc::json::detail

#endif  // HWC_JSON_IMPL_FIELDS_IPP
