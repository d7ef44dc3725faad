// The pieces of manual pages, in roff's man macros.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "options/command.h"

namespace alinea {

// Text as roff shows it: backslashes and dashes stand for themselves, and no line of it is taken
// for a request.
std::string roff(std::string_view text);

// The head of a page of section 1, up to and with its NAME. `name` may have capitals in its title.
std::string man_head(std::string_view name, std::string_view summary);

// The page of the program itself.
std::string program_page(std::span<const Command> commands);

}  // namespace alinea
