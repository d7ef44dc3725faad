#include "signals/archive.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "signals/tar_bytes.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {

TEST_CASE("the files of an archive are found by their names") {
  const TemporaryFolder folder;
  const auto path =
      folder.file("some.tar", tar_bytes({{"a.txt", "first"}, {"./b/c.txt", ""}, {"d", "third"}}));
  const Archive archive(path);
  CHECK(archive.member("a.txt") == "first");
  CHECK(archive.member("b/c.txt").empty());
  CHECK(archive.member("./d") == "third");
  CHECK_THROWS_WITH(archive.member("e"), "there is no file \"e\" in the archive");
}

TEST_CASE("a file that is no archive is its only member in raw form") {
  const TemporaryFolder folder;
  CHECK(Archive(folder.file("plain", "some bytes"), Archive::Form::kRaw).member("") ==
        "some bytes");
}

TEST_CASE("damaged archives are refused") {
  const TemporaryFolder folder;
  const std::string whole = tar_bytes({{"a.txt", std::string(2000, 'x')}});
  CHECK_THROWS_AS(Archive(folder.file("short.tar", whole.substr(0, 1000))), Error);
  CHECK_THROWS_AS(Archive(folder.file("text", "this is no archive at all\n")), Error);
  CHECK_THROWS_AS(Archive(folder.path() / "missing.tar"), Error);
}

}  // namespace alinea
