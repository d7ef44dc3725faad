#pragma once

#include <span>
#include <string>

namespace alinea {

// alinea rescore: an n-best list judged once more, by language models and translation models.
void rescore_command(std::span<const std::string> arguments);

}  // namespace alinea
