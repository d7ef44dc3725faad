#include "metrics/script.h"

#include <catch2/catch.hpp>

#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {

namespace {

double score(const std::string& commands, int64_t timeout = 60) {
  const TemporaryFolder folder;
  const std::filesystem::path script = folder.file("score", "#!/bin/sh\n" + commands + "\n");
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  return script_score({script, timeout}, folder.file("translations", "eins\nzwei\n"));
}

}  // namespace

TEST_CASE("a script is given the translations and prints a number") {
  CHECK(score("wc -l < $1") == 2);
  CHECK(score("echo; echo '  -12.5e-1 '; echo said aside >&2") == -1.25);
}

TEST_CASE("a script that gives no number is refused with what it did") {
  CHECK_THROWS_WITH(score("exit 3"), Catch::Contains("status 3"));
  CHECK_THROWS_WITH(score("kill -9 $$"), Catch::Contains("signal 9"));
  CHECK_THROWS_WITH(score("true"), Catch::Contains("printed nothing"));
  CHECK_THROWS_WITH(score("echo BLEU = 12"), Catch::Contains("BLEU = 12"));
  CHECK_THROWS_WITH(score("echo 12 13"), Catch::Contains("12 13"));
  CHECK_THROWS_WITH(score("echo nan"), Catch::Contains("nan"));
  CHECK_THROWS_WITH(score("exec yes", 1), Catch::Contains("longer than 1 second"));
}

}  // namespace alinea
