// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_JSON_HPP
#define HWC_JSON_HPP

// Reading and writing JSON (RFC 8259) from and to structs described with Boost.Describe. Usable without the rest of
// hwc.
//
//   struct user {
//     std::string id;
//     std::optional<std::string> email;
//   };
//   BOOST_DESCRIBE_STRUCT(user, (), (id, email))
//
//   hwc::json::result<user> u = hwc::json::read<user>(R"({"id":"u1","unknown":[1,2]})");
//   std::string text;
//   auto written = hwc::json::write(*u, text);  // text is {"id":"u1"}

#include <hwc/json/error.hpp>
#include <hwc/json/mapping.hpp>
#include <hwc/json/read.hpp>
#include <hwc/json/source.hpp>
#include <hwc/json/write.hpp>

#endif  // HWC_JSON_HPP
