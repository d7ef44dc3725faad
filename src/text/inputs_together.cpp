#include "text/inputs_together.h"

#include <unistd.h>

#include <utility>

#include "storage/input.h"
#include "support/error.h"

namespace alinea {

int64_t inputs_together(const std::filesystem::path& input, int64_t batch_size) {
  constexpr int64_t kBatchesTogether = 16;
  const bool at_terminal = input == kStandardStream && isatty(STDIN_FILENO) == 1;
  return at_terminal ? 1 : kBatchesTogether * batch_size;
}

void answer_lines(LineReader& input,
                  const std::function<void(const std::string& text, std::string fault)>& read,
                  const std::function<bool()>& is_full, const std::function<void()>& answer) {
  try {
    for (std::string text, fault; input.next(text, fault);) {
      read(text, std::move(fault));
      if (is_full()) answer();
    }
  } catch (const Error&) {
    answer();
    throw;
  }
  answer();
}

}  // namespace alinea
