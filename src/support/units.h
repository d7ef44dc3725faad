#pragma once

namespace alinea {

inline constexpr double kMegabyte = 1e6;  // bytes
inline constexpr double kGigabyte = 1e9;

}  // namespace alinea
