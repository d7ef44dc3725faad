// What tests of products in fewer bits share.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "ops/weight_product.h"
#include "support/error.h"

namespace alinea {

// What the CPU can do of the three.
inline std::vector<std::string> supported_precisions() {
  std::vector<std::string> names;
  for (const std::string& name : ops::precision_names()) {
    try {
      ops::precision_from_name(name);
      names.push_back(name);
    } catch (const Error& error) {
      CHECK_THAT(error.what(), Catch::Contains("--precision " + name));
      CHECK(name != "f32");
    }
  }
  return names;
}

inline float rounded_to_bf16(float value) {
  uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  const uint32_t below = bits & 0xffff, half = 0x8000;
  bits &= 0xffff0000;
  if (below > half || (below == half && (bits & 0x10000) != 0)) bits += 0x10000;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace alinea
