#include "storage/input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "storage/own_descriptor.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {

namespace {

using Catch::Matchers::Contains;

constexpr auto kAMoment = std::chrono::milliseconds(30);

std::string all_of(const std::filesystem::path& path) {
  InputBuffer input(path);
  return {std::istreambuf_iterator<char>(&input), {}};
}

// A pipe none of whose ends blocks.
struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) == 0);
    read = Descriptor(ends[0]);
    write = Descriptor(ends[1]);
  }
  Descriptor read, write;
};

}  // namespace

TEST_CASE("a pipe that does not block is waited for, to read and to write") {
  Pipe pipe;
  const std::string text(300'000, 'x');  // more than a pipe holds
  std::jthread writer([&] {
    std::this_thread::sleep_for(kAMoment);  // there is nothing to read yet
    CHECK(write_all(pipe.write.number(), text) == 0);
    pipe.write = Descriptor();
  });
  std::string got;
  std::array<char, 1000> bytes{};
  while (const ssize_t count = read_some(pipe.read.number(), bytes.data(), bytes.size())) {
    REQUIRE(count > 0);
    if (got.empty()) std::this_thread::sleep_for(kAMoment);  // the writer has to wait
    got.append(bytes.data(), static_cast<size_t>(count));
  }
  CHECK(got == text);
}

TEST_CASE("a descriptor is known by every path that names it") {
  CHECK(own_descriptor("/dev/stdin") == 0);
  CHECK(own_descriptor("/dev/stdout") == 1);
  CHECK(own_descriptor("/dev/fd/2") == 2);
  CHECK(own_descriptor("/proc/self/fd/17") == 17);
  CHECK(own_descriptor("/dev/../dev/stderr") == 2);
  const TemporaryFolder folder;
  std::filesystem::create_symlink("/dev/stdout", folder.path() / "link");
  std::filesystem::create_symlink("link", folder.path() / "link-to-a-link");
  CHECK(own_descriptor(folder.path() / "link-to-a-link") == 1);
  for (const std::filesystem::path other :
       {"/dev/null", "/dev/fd", "-", "", "/proc/1/fd/1", "none"})
    CHECK_FALSE(own_descriptor(other));
  CHECK_FALSE(own_descriptor(folder.file("file", "")));
}

TEST_CASE("what a pipe gives once is kept for all who read it later, a file is left as it is") {
  const TemporaryFolder folder;
  const auto pipe = folder.path() / "pipe", file = folder.file("file", "old");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(is_stream(pipe));
  CHECK_FALSE(is_stream(file));
  CHECK_FALSE(is_stream(folder.path()));
  CHECK_FALSE(is_stream(folder.path() / "none"));
  std::jthread writer([&] { std::ofstream(pipe) << "once"; });
  make_rereadable(pipe);
  CHECK(all_of(pipe) == "once");
  CHECK(all_of(pipe) == "once");
  make_rereadable(file);
  std::ofstream(file) << "new";
  CHECK(all_of(file) == "new");
  make_rereadable(folder.path() / "none");
}

TEST_CASE("an input that cannot be opened says why") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(open_input(folder.path()), Contains("it is a folder"));
  CHECK_THROWS_WITH(open_input(folder.path() / "none"), Contains("none'") && Contains("No such"));
  CHECK_THROWS_WITH(check_is_file("/dev/null"), Contains("/dev/null") && Contains("not a pipe"));
  CHECK_NOTHROW(check_is_file(folder.file("file", "")));
  CHECK(text_name("-") == "standard input");
  CHECK(text_name("a/-") == "a/-");
}

TEST_CASE("the standard input has one reader") {
  claim_standard_input();
  CHECK_THROWS_WITH(open_input("-"), Contains("one input only"));
}

}  // namespace alinea
