// Errors are thrown where they are found and caught in main, which turns the kind into the exit
// status. A message is one line: what was expected, what came, what to try.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace alinea {

// The data, a file or the run failed: exit status 1.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  template <typename First, typename... Rest>
  Error(fmt::format_string<First, Rest...> format, First&& first, Rest&&... rest)
      : std::runtime_error(
            fmt::format(format, std::forward<First>(first), std::forward<Rest>(rest)...)) {}
};

// The command was called wrongly: exit status 2.
class UsageError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
  template <typename First, typename... Rest>
  UsageError(fmt::format_string<First, Rest...> format, First&& first, Rest&&... rest)
      : std::invalid_argument(
            fmt::format(format, std::forward<First>(first), std::forward<Rest>(rest)...)) {}
};

}  // namespace alinea
