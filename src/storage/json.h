// JSON that others may have written.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "support/error.h"

namespace alinea {

// Nothing that alinea writes is nested half as deep. The library's destructor, copies and dump()
// call themselves once per level, so that a deeper document could use up the stack.
inline constexpr int kDeepestJson = 32;

// Every document that is read comes through here. `watch` may see its parts as they are parsed.
// Throws Error whose message lacks the document's name: "is not JSON at byte 7".
template <typename Json = nlohmann::ordered_json>
Json parse_json(std::string_view text, const typename Json::parser_callback_t& watch = {}) {
  const auto look = [&](int depth, typename Json::parse_event_t event, Json& value) {
    if (depth > kDeepestJson) throw Error("is nested more than {} levels deep", kDeepestJson);
    return !watch || watch(depth, event, value);
  };
  try {
    return Json::parse(text.begin(), text.end(), look);
  } catch (const typename Json::parse_error& error) {
    throw Error("is not JSON at byte {}", error.byte);
  } catch (const typename Json::exception&) {
    throw Error("is not JSON that can be read");
  }
}

}  // namespace alinea
