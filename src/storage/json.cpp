#include "storage/json.h"

#include "support/error.h"

namespace alinea {

template <typename Json>
Json parse_json(std::string_view text, const typename Json::parser_callback_t& watch) {
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

template nlohmann::json parse_json(std::string_view, const nlohmann::json::parser_callback_t&);
template nlohmann::ordered_json parse_json(std::string_view,
                                           const nlohmann::ordered_json::parser_callback_t&);

}  // namespace alinea
