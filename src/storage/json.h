// JSON that others may have written.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace alinea {

// Nothing that alinea writes is nested half as deep. The library's destructor, copies and dump()
// call themselves once per level, so that a deeper document could use up the stack.
inline constexpr int kDeepestJson = 32;

// Every document that is read comes through here. `watch` may see its parts as they are parsed.
// Throws Error whose message lacks the document's name: "is not JSON at byte 7".
template <typename Json = nlohmann::ordered_json>
Json parse_json(std::string_view text, const typename Json::parser_callback_t& watch = {});

// The library's parser takes long to compile: json.cpp alone compiles it.
extern template nlohmann::json parse_json(std::string_view,
                                          const nlohmann::json::parser_callback_t&);
extern template nlohmann::ordered_json parse_json(std::string_view,
                                                  const nlohmann::ordered_json::parser_callback_t&);

}  // namespace alinea
