#include "commands/inputs_together.h"

#include <unistd.h>

#include "storage/input.h"

namespace alinea {

int64_t inputs_together(const std::filesystem::path& input, int64_t batch_size) {
  constexpr int64_t kBatchesTogether = 16;
  const bool at_terminal = input == kStandardStream && isatty(STDIN_FILENO) == 1;
  return at_terminal ? 1 : kBatchesTogether * batch_size;
}

}  // namespace alinea
