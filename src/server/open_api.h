// The description of the requests for programs: OpenAPI 3.0.
#pragma once

#include <nlohmann/json.hpp>

#include "server/translation_service.h"

namespace alinea {

// `defaults` are those of the server.
nlohmann::ordered_json open_api(const TranslationFields& defaults);

}  // namespace alinea
