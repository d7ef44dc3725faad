#include "storage/atomic_file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <iostream>
#include <sstream>
#include <thread>

#include "storage/temporary_folder.h"
#include "storage/unprivileged.h"
#include "support/error.h"
#include "support/standard_output.h"

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

TEST_CASE("a file that is replaced keeps its permissions") {
  const TemporaryFolder folder;
  const mode_t mode = GENERATE(0600U, 0400U, 0640U, 0666U);
  const auto path = folder.file("out", "old");
  const auto mode_of = [](const std::filesystem::path& file) {
    struct stat status = {};
    return ::stat(file.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
  };
  const mode_t usual = mode_of(path);
  REQUIRE(::chmod(path.c_str(), mode) == 0);
  AtomicFile file(path);
  file.stream() << "new";
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    CHECK(mode_of(entry.path()) == mode);  // also of the file that has no name yet
  file.commit();
  CHECK(bytes_of(path) == "new");
  CHECK(mode_of(path) == mode);
  write_file(folder.path() / "other", "new");
  CHECK(mode_of(folder.path() / "other") == usual);
}

TEST_CASE("the group of somebody else's file gets no more than everybody where it is another one") {
  if (::geteuid() != 0) return;  // only the superuser can make such a file
  const TemporaryFolder folder;
  const auto path = folder.file("out", "old");
  REQUIRE(::chmod(path.c_str(), 0664) == 0);
  REQUIRE(::chmod(folder.path().c_str(), 0777) == 0);
  struct stat status = {};
  SECTION("whoever may give it away does") {
    REQUIRE(::chown(path.c_str(), 65534, 1) == 0);
    write_file(path, "new");
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK(status.st_uid == 65534);
    CHECK(status.st_gid == 1);
    CHECK((status.st_mode & 07777U) == 0664);
  }
  SECTION("others do not") {
    constexpr gid_t kNobodys = 54321;
    REQUIRE(::chown(path.c_str(), 0, kNobodys) == 0);
    {
      const Unprivileged user;
      write_file(path, "new");
    }
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK(status.st_gid != kNobodys);
    CHECK((status.st_mode & 07777U) == 0644);
  }
}

TEST_CASE("writing where it is impossible names the path and the reason") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(write_file(folder.path() / "none" / "out", "x"),
                    Contains("none/out") && Contains("No such file"));
  CHECK_THROWS_WITH(write_file(folder.path(), "x"), Contains("it is a folder"));
  CHECK_THROWS_AS(write_file("", "x"), Error);
  CHECK_THROWS_WITH(write_file("/dev/full", "x"), Contains("/dev/full") && Contains("No space"));
  CHECK(folder.file_count() == 0);
}

TEST_CASE("a fault of the standard output is told as the system tells it") {
  const Descriptor device(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  OutputBuffer buffer(device.number());
  std::streambuf* const before = std::cout.rdbuf(&buffer);
  AtomicFile file("-");
  file.stream() << "x";
  CHECK_THROWS_WITH(file.commit(), "cannot write to standard output: No space left on device");
  std::cout << "x" << std::flush;
  CHECK_THROWS_WITH(check_standard_output(),
                    "cannot write to standard output: No space left on device");
  std::cout.clear();
  std::cout.rdbuf(before);
}

TEST_CASE("a pipe or a device is written through, and stays what it is") {
  const TemporaryFolder folder;
  const auto pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  std::string got;
  std::jthread reader([&] { got = bytes_of(pipe); });
  write_file(pipe, "through");
  reader.join();
  CHECK(got == "through");
  CHECK(std::filesystem::is_fifo(pipe));
  CHECK(folder.file_count() == 1);
  write_file("/dev/null", "x");
  CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("a path that names a descriptor is written where the descriptor stands") {
  const TemporaryFolder folder;
  const auto path = folder.file("out", "before, ");
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_APPEND));
  std::string dev = "/dev/fd/" + std::to_string(file.number());
  write_file(dev, "one, ");
  write_file(dev, "two, ");
  CHECK(write_all(file.number(), "after") == 0);
  CHECK(bytes_of(path) == "before, one, two, after");
  CHECK_THROWS_WITH(write_file("/dev/fd/987", "x"),
                    Contains("/dev/fd/987") && Contains("Bad file"));
}

TEST_CASE("the standard output keeps the order of what is printed and what is written to it") {
  std::ostringstream captured;
  auto* const before = std::cout.rdbuf(captured.rdbuf());
  {
    AtomicFile dash("-"), device("/dev/stdout");
    std::cout << 1;
    dash.stream() << 2;
    device.stream() << 3;
    std::cout << 4;
    dash.commit();
    device.commit();
  }
  std::cout.rdbuf(before);
  CHECK(captured.str() == "1234");
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
