#include "storage/links.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <vector>

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
  CHECK_NOTHROW(check_entries(folder, {}));

  SECTION("to a file beside it, to a folder below, to a link") {
    fs::create_symlink("file", folder / "beside");
    fs::create_symlink(folder / "below", folder / "down");
    fs::create_symlink("../folder/file", folder / "around");
    fs::create_symlink("beside", folder / "twice");
    fs::create_symlink("missing", folder / "dangling");
    CHECK_NOTHROW(check_entries(folder, {}));
  }
  SECTION("outside by way of another link") {
    fs::create_symlink("/etc/passwd", folder / "below" / "first");
    fs::create_symlink("below/first", folder / "second");
    CHECK_THROWS_AS(check_entries(folder, {}), Error);
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
        check_entries(folder, {}),
        (folder / name).string() +
            " is a link that leads out of its folder: replace it with the file itself");
  }
  SECTION("the folder itself may be a link") {
    fs::create_symlink("file", folder / "beside");
    fs::create_symlink(folder, temporary.path() / "other");
    CHECK_NOTHROW(check_entries(temporary.path() / "other", {}));
  }
}

TEST_CASE("pipes and devices are named, and a link to one") {
  const TemporaryFolder temporary;
  const fs::path& folder = temporary.path();
  const auto expected = [&](const std::string& name) {
    return (folder / name).string() + " is neither a file nor a folder: remove it";
  };
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_THROWS_WITH(check_entries(folder, {}), expected("pipe"));
  fs::create_directory(folder / "below");
  fs::rename(folder / "pipe", folder / "below" / "pipe");
  CHECK_NOTHROW(check_entries(folder, {}));
  fs::create_symlink("below/pipe", folder / "link");
  CHECK_THROWS_WITH(check_entries(folder, {}), expected("link"));
}

// As somebody who may not list the folder: the superuser may list every one.
class Stranger {
 public:
  Stranger() : is_root_(geteuid() == 0) {
    if (is_root_) REQUIRE(seteuid(65534) == 0);
  }
  Stranger(const Stranger&) = delete;
  Stranger& operator=(const Stranger&) = delete;
  ~Stranger() {
    if (is_root_ && seteuid(0) != 0) std::abort();
  }

 private:
  bool is_root_;
};

TEST_CASE("where a folder may not be listed its entries are looked at by name") {
  const TemporaryFolder temporary;
  fs::permissions(temporary.path(), fs::perms(0711));
  const fs::path folder = temporary.path() / "folder";
  fs::create_directory(folder);
  fs::create_symlink("../outside", folder / "config.json");
  REQUIRE(mkfifo((folder / "labels.txt").c_str(), 0644) == 0);
  fs::permissions(folder, geteuid() == 0 ? fs::perms(0711) : fs::perms(0311));
  {
    const Stranger stranger;
    REQUIRE_THROWS(fs::directory_iterator(folder));
    CHECK_NOTHROW(check_entries(folder, std::vector<std::string>{"best.safetensors"}));
    CHECK_THROWS_WITH(
        check_entries(folder, std::vector<std::string>{"best.safetensors", "config.json"}),
        Catch::EndsWith("config.json is a link that leads out of its folder: replace it "
                        "with the file itself"));
    CHECK_THROWS_WITH(check_entries(folder, std::vector<std::string>{"labels.txt"}),
                      Catch::Contains("neither a file nor a folder"));
  }
  fs::permissions(folder, fs::perms(0755));
}

TEST_CASE("a folder that is not there holds no links") {
  CHECK_NOTHROW(check_entries("/not/there", {}));
}

}  // namespace
}  // namespace alinea
