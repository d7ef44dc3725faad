// The header of Catch2 2, made of Catch2 3: the tests are written for either. tests/CMakeLists.txt
// puts this folder on the path of headers where Catch2 3 is installed.
#pragma once

#include <catch2/catch_all.hpp>
#include <concepts>
#include <string>

namespace Catch {

namespace Matchers {

// In version 3 Contains is about elements of ranges, and this is ContainsSubstring.
template <typename Text>
requires std::convertible_to<Text, std::string> StringContainsMatcher Contains(Text&& text) {
  return ContainsSubstring(std::string(text));
}

}  // namespace Matchers

using Matchers::Contains;
using Matchers::EndsWith;
using Matchers::Equals;
using Matchers::Matches;
using Matchers::Message;
using Matchers::Predicate;
using Matchers::StartsWith;
using Matchers::VectorContains;

}  // namespace Catch

using Catch::Approx;
