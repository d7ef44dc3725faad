// Numbers that differ by at most a margin: absolute, whatever their size.
#pragma once

#include <catch2/catch.hpp>

namespace alinea {

inline Approx near(double value, double margin) { return Approx(value).epsilon(0).margin(margin); }

}  // namespace alinea
