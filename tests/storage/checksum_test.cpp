#include "storage/checksum.h"

#include <catch2/catch.hpp>

#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

TEST_CASE("crc32 is the one that everybody computes, in one go or in parts") {
  CHECK(crc32("") == 0);
  CHECK(crc32("123456789") == 0xcbf43926);  // the check value of its definition
  CHECK(crc32("6789", crc32({}, crc32("12345"))) == 0xcbf43926);
}

TEST_CASE("a fingerprint tells files of different content apart") {
  const TemporaryFolder folder;
  const std::string large((size_t{1} << 20) + 3, 'x');
  const Fingerprint print = fingerprint(folder.file("a", large));
  CHECK(print == Fingerprint{(int64_t{1} << 20) + 3, crc32(large)});
  CHECK(print == fingerprint(folder.file("b", large)));
  CHECK_FALSE(print == fingerprint(folder.file("c", large + "x")));
  CHECK_FALSE(fingerprint(folder.file("d", "12")) == fingerprint(folder.file("e", "21")));
}

TEST_CASE("what has no fingerprint says so") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(fingerprint(folder.path()), Catch::Contains("is a folder"));
  CHECK_THROWS_WITH(fingerprint(folder.path() / "none"), Catch::Contains("No such file"));
}

}  // namespace
}  // namespace alinea
