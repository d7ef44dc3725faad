#include "support/counted.h"

#include <catch2/catch.hpp>

namespace alinea {

TEST_CASE("a number agrees with what it counts") {
  CHECK(counted(0, "column") == "0 columns");
  CHECK(counted(size_t{1}, "column") == "1 column");
  CHECK(counted(2, "training sentence") == "2 training sentences");
  CHECK(counted(1.0, "second") == "1 second");
  CHECK(counted(0.5, "second") == "0.5 seconds");
}

}  // namespace alinea
