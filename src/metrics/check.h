// What every corpus score asks of its input.
#pragma once

#include <span>
#include <string>

namespace alinea {

// Throws Error unless there are as many hypotheses as references, at least one, all of them
// well-formed UTF-8.
void check_segments(std::span<const std::string> hypotheses,
                    std::span<const std::string> references);

}  // namespace alinea
