// How many inputs a command reads before it answers them.
#pragma once

#include <cstdint>
#include <filesystem>

namespace alinea {

// At a terminal every input is answered at once: 1. Otherwise those of some batches, which are
// sorted together.
int64_t inputs_together(const std::filesystem::path& input, int64_t batch_size);

}  // namespace alinea
