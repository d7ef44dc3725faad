#include "storage/numbered_files.h"

#include <catch2/catch.hpp>

#include "storage/temporary_folder.h"

namespace alinea {
namespace {

TEST_CASE("files are told apart by the numbers in their names, in the order of the numbers") {
  const TemporaryFolder folder;
  for (const std::string name :
       {"part-10.safetensors", "part-9.safetensors", "part-0.safetensors", "part-.safetensors",
        "part-1x.safetensors", "part--1.safetensors", "part-7", "apart-5.safetensors",
        "part-99999999999999999999.safetensors"})
    folder.file(name, "");
  const NumberedFiles files(folder.path(), "part-");
  CHECK(files.numbers() == std::vector<int64_t>{0, 9, 10});
  CHECK(files.path(9) == folder.path() / "part-9.safetensors");
  files.remove(9);
  CHECK(files.numbers() == std::vector<int64_t>{0, 10});
  files.remove_all();
  CHECK(files.numbers().empty());
  CHECK(std::filesystem::exists(folder.path() / "part-7"));
  CHECK(NumberedFiles(folder.path() / "nowhere", "part-").numbers().empty());
}

}  // namespace
}  // namespace alinea
