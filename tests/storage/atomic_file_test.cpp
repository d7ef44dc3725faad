#include "storage/atomic_file.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {

using Catch::Matchers::Contains;

TEST_CASE("a committed file has its bytes and nothing lies beside it") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "out";
  write_file(path, std::string_view("a\0b\r\n", 5));
  CHECK(bytes_of(path) == std::string("a\0b\r\n", 5));
  CHECK(read_file(path) == std::string("a\0b\r\n", 5));
  CHECK(folder.file_count() == 1);
}

TEST_CASE("a file appears at commit, and without commit not at all") {
  const TemporaryFolder folder;
  const auto path = folder.file("out", "old");
  {
    AtomicFile file(path);
    file.stream() << "new" << std::flush;
    CHECK(bytes_of(path) == "old");
    CHECK(folder.file_count() == 2);
  }
  CHECK(bytes_of(path) == "old");
  CHECK(folder.file_count() == 1);
  write_file(path, "new");
  CHECK(bytes_of(path) == "new");
}

TEST_CASE("two files can be written at once in a folder") {
  const TemporaryFolder folder;
  AtomicFile first(folder.path() / "first");
  AtomicFile second(folder.path() / "second");
  first.stream() << 1;
  second.stream() << 2;
  second.commit();
  first.commit();
  CHECK(bytes_of(folder.path() / "first") == "1");
  CHECK(bytes_of(folder.path() / "second") == "2");
}

TEST_CASE("a file name may be as long as the system allows") {
  const TemporaryFolder folder;
  const auto path = folder.path() / std::string(255, 'n');
  write_file(path, "long");
  CHECK(bytes_of(path) == "long");
}

TEST_CASE("a link keeps pointing at the file that is written") {
  const TemporaryFolder folder;
  const auto path = folder.file("real", "old");
  std::filesystem::create_symlink(path, folder.path() / "link");
  write_file(folder.path() / "link", "new");
  CHECK(bytes_of(path) == "new");
  CHECK(std::filesystem::is_symlink(folder.path() / "link"));
}

TEST_CASE("writing where it is impossible names the path and the reason") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(write_file(folder.path() / "none" / "out", "x"),
                    Contains("none/out") && Contains("No such file"));
  CHECK_THROWS_WITH(write_file(folder.path(), "x"), Contains("it is a folder"));
  CHECK_THROWS_AS(write_file("", "x"), Error);
  const auto pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_THROWS_WITH(write_file(pipe, "x"), Contains("not a regular file"));
  CHECK(folder.file_count() == 1);
}

TEST_CASE("a write that fails leaves the old file and no other") {
  const TemporaryFolder folder;
  const auto path = folder.file("out", "old");
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const rlimit small{.rlim_cur = 1000, .rlim_max = before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  std::string message;
  try {
    write_file(path, std::string(100'000, 'x'));
  } catch (const Error& error) {
    message = error.what();
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  CHECK_THAT(message, Contains("out'") && Contains("File too large"));
  CHECK(bytes_of(path) == "old");
  CHECK(folder.file_count() == 1);
}

TEST_CASE("reading what cannot be read names the path and the reason") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(read_file(folder.path() / "none"), Contains("none'") && Contains("No such"));
  CHECK_THROWS_WITH(read_file(folder.path()), Contains("it is a folder"));
  CHECK_THROWS_WITH(read_file("/dev/zero"), Contains("not a regular file"));
}

TEST_CASE("an empty file and one larger than a chunk are read whole") {
  const TemporaryFolder folder;
  CHECK(read_file(folder.file("empty", "")).empty());
  std::string bytes(200'003, 'x');
  bytes.back() = 'y';
  CHECK(read_file(folder.file("large", bytes)) == bytes);
}

}  // namespace alinea
