// Numbers as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace alinea {

// 1234567 -> "1,234,567"
std::string grouped(int64_t number);

// Bytes: "239 B", from 100,000 on "1.2 MB".
std::string size_text(uint64_t bytes);

}  // namespace alinea
