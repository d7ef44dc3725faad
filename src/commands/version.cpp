#include "commands/version.h"

#include <fmt/format.h>

#include "distributed/launch.h"
#include "ops/cpu_info.h"
#include "support/version.h"

namespace alinea {
namespace {

#ifdef __clang__
constexpr const char* kCompiler = "Clang " __clang_version__;
#else
constexpr const char* kCompiler = "GCC " __VERSION__;
#endif

}  // namespace

std::string version_text() {
  return fmt::format("alinea {}\noneDNN {}\nMPI {}\ncompiler {}\ninstruction set {}\n",
                     program_version(), ops::onednn_version(), mpi_version(), kCompiler,
                     ops::instruction_set());
}

}  // namespace alinea
