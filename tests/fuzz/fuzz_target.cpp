#include "fuzz/fuzz_target.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "support/error.h"

namespace {

// A file in memory. /proc gives it a name.
class MemoryFile {
 public:
  MemoryFile(const uint8_t* bytes, size_t count) : file_(memfd_create("input", MFD_CLOEXEC)) {
    if (file_ < 0 || ::write(file_, bytes, count) != static_cast<ssize_t>(count)) std::abort();
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(file_); }

  std::string name() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count);

// Any other exception ends the process, as a crash does.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  const MemoryFile file(bytes, count);
  try {
    alinea::fuzz::read(file.name());
  } catch (const alinea::Error&) {       // NOLINT(bugprone-empty-catch)
  } catch (const alinea::UsageError&) {  // NOLINT(bugprone-empty-catch)
  }
  return 0;
}
