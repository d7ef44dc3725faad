#pragma once

namespace alinea {

inline constexpr double kMegabyte = 1e6;  // bytes

}  // namespace alinea
