// Numbers of things in messages.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace alinea {

// "1 column", "0 columns", "3 columns".
template <typename Number>
std::string counted(Number count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == Number{1} ? "" : "s");
}

}  // namespace alinea
