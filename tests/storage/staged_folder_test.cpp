#include "storage/staged_folder.h"

#include <catch2/catch.hpp>
#include <map>

#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;

// Every file below the folder and what is in it.
std::map<std::string, std::string> files_in(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      files[entry.path().lexically_relative(folder).string()] = bytes_of(entry.path());
  return files;
}

void write(const fs::path& file, std::string_view bytes) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

// model/ with two files of a model and what a user put beside them.
struct Old {
  Old() {
    write(model / "best", "old");
    write(model / "config", "old");
    write(model / "notes", "mine");
    write(model / "pictures/1", "mine too");
    before = files_in(temporary.path());
  }
  TemporaryFolder temporary;
  fs::path model = temporary.path() / "model";
  std::map<std::string, std::string> before;
};

TEST_CASE("a staged folder takes the place of the old one, and what is not replaced stays") {
  const Old old;
  fs::permissions(old.model, fs::perms(0750));
  {
    StagedFolder staged(old.model);
    write(staged.path() / "best", "new");
    CHECK(bytes_of(old.model / "best") == "old");
    staged.replace({"best", "config"});
  }
  CHECK(files_in(old.temporary.path()) ==
        std::map<std::string, std::string>{
            {"model/best", "new"}, {"model/notes", "mine"}, {"model/pictures/1", "mine too"}});
  CHECK(old.temporary.file_count() == 1);
  CHECK(fs::status(old.model).permissions() == fs::perms(0750));
}

TEST_CASE("a staged folder that replaces nothing leaves nothing") {
  const Old old;
  {
    const StagedFolder staged(old.model);
    write(staged.path() / "best", "new");
  }
  CHECK(files_in(old.temporary.path()) == old.before);
  CHECK(old.temporary.file_count() == 1);
}

TEST_CASE("a link to a folder stays a link") {
  const Old old;
  fs::create_symlink("model", old.temporary.path() / "link");
  {
    StagedFolder staged(old.temporary.path() / "link");
    write(staged.path() / "best", "new");
    staged.replace({"best", "config"});
  }
  CHECK(fs::is_symlink(old.temporary.path() / "link"));
  CHECK(bytes_of(old.model / "best") == "new");
  CHECK_FALSE(fs::exists(old.model / "config"));
}

TEST_CASE("a folder that cannot be replaced is left alone") {
  const Old old;
  const fs::path before = fs::current_path();
  fs::current_path(old.model);
  CHECK_THROWS_WITH(StagedFolder(old.model), Catch::Contains("it is the current folder"));
  fs::current_path(before);
  CHECK_THROWS_WITH(StagedFolder(old.temporary.path() / "none"), Catch::Contains("No such file"));
  CHECK_THROWS_WITH(StagedFolder("/proc"),
                    Catch::Contains("a disk of its own") || Catch::Contains("is not writable"));
  CHECK(files_in(old.temporary.path()) == old.before);
}

}  // namespace
}  // namespace alinea
