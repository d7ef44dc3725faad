#include "storage/scratch_file.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

// TMPDIR for as long as it lives.
class TemporaryTmpdir {
 public:
  explicit TemporaryTmpdir(const std::string& folder) {
    if (const char* before = std::getenv("TMPDIR")) before_ = before;
    setenv("TMPDIR", folder.c_str(), 1);
  }
  ~TemporaryTmpdir() {
    before_.empty() ? unsetenv("TMPDIR") : setenv("TMPDIR", before_.c_str(), 1);
  }

 private:
  std::string before_;
};

}  // namespace

TEST_CASE("a scratch file is read by its path again and again, and has no name") {
  const TemporaryFolder folder;
  const TemporaryTmpdir tmpdir(folder.path());
  std::string bytes(200'000, 'a');
  bytes += std::string("b\0c", 3);
  std::istringstream input(bytes);
  ScratchFile file = spool(*input.rdbuf());
  CHECK(folder.file_count() == 0);
  CHECK(bytes_of(file.path()) == bytes);
  const ScratchFile moved = std::move(file);
  CHECK(bytes_of(moved.path()) == bytes);
}

TEST_CASE("a scratch file that cannot be made says where") {
  const TemporaryFolder folder;
  const TemporaryTmpdir tmpdir(folder.path() / "none");
  CHECK_THROWS_WITH(ScratchFile(), Catch::Contains("TMPDIR"));
}

}  // namespace alinea
