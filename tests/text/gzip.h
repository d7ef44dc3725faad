// Gzipped bytes for tests.
#pragma once

#include <string>
#include <string_view>

namespace alinea {

std::string gzip(std::string_view bytes);

}  // namespace alinea
