#include "storage/links.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;

TEST_CASE("links that stay in their folder pass, others are named") {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "folder";
  fs::create_directories(folder / "below");
  std::ofstream(folder / "file") << "a file";
  std::ofstream(temporary.path() / "outside") << "another";
  CHECK_NOTHROW(check_links(folder));

  SECTION("to a file beside it, to a folder below, to a link") {
    fs::create_symlink("file", folder / "beside");
    fs::create_symlink(folder / "below", folder / "down");
    fs::create_symlink("../folder/file", folder / "around");
    fs::create_symlink("beside", folder / "twice");
    fs::create_symlink("missing", folder / "dangling");
    CHECK_NOTHROW(check_links(folder));
  }
  SECTION("outside by way of another link") {
    fs::create_symlink("/etc/passwd", folder / "below" / "first");
    fs::create_symlink("below/first", folder / "second");
    CHECK_THROWS_AS(check_links(folder), Error);
  }
  SECTION("outside") {
    const auto [name, target] = GENERATE(table<std::string, std::string>({
        {"up", "../outside"},
        {"root", "/etc/passwd"},
        {"new", "../not-there-yet"},
        {"away", ".."},
        {"neighbour", "../folder2/file"},
        {"loop", "loop"},
    }));
    CAPTURE(name);
    fs::create_symlink(target, folder / name);
    CHECK_THROWS_WITH(
        check_links(folder),
        (folder / name).string() +
            " is a link that leads out of its folder: replace it with the file itself");
  }
  SECTION("the folder itself may be a link") {
    fs::create_symlink("file", folder / "beside");
    fs::create_symlink(folder, temporary.path() / "other");
    CHECK_NOTHROW(check_links(temporary.path() / "other"));
  }
}

TEST_CASE("a folder that is not there holds no links") { CHECK_NOTHROW(check_links("/not/there")); }

}  // namespace
}  // namespace alinea
