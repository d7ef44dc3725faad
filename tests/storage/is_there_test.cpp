#include "storage/is_there.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "storage/numbered_files.h"
#include "storage/temporary_folder.h"
#include "storage/unprivileged.h"
#include "support/error.h"

namespace alinea {

TEST_CASE("what is there exists, and what is not does not") {
  const TemporaryFolder folder;
  CHECK(is_there(folder.path()));
  CHECK(is_there(folder.file("file", "")));
  CHECK_FALSE(is_there(folder.path() / "none"));
  CHECK_FALSE(is_there(folder.path() / "file" / "none"));
}

TEST_CASE("what may not be looked at is not missing") {
  const TemporaryFolder folder;
  folder.file("part-1.safetensors", "");
  REQUIRE(::chmod(folder.path().c_str(), 0) == 0);
  {
    const Unprivileged user;
    CHECK_THROWS_WITH(is_there(folder.path() / "file"),
                      Catch::Contains("/file'") && Catch::Contains("Permission denied"));
    CHECK_THROWS_WITH(NumberedFiles(folder.path(), "part-").numbers(),
                      Catch::Contains(folder.path()) && Catch::Contains("Permission denied"));
  }
  REQUIRE(::chmod(folder.path().c_str(), 0700) == 0);
}

}  // namespace alinea
