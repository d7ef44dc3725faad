#include "training/progress.h"

#include <catch2/catch.hpp>
#include <sstream>

namespace alinea {
namespace {

ProgressFigures figures() {
  ProgressFigures figures;
  figures.update = 120;
  figures.epoch = 1.375;
  figures.loss = 2.34567;
  figures.perplexity = 10.4401;
  figures.units_per_second = 15234.6;
  figures.unit = "target tokens";
  figures.arena_bytes = 45'600'000;
  return figures;
}

const std::string kLine =
    "update 120  epoch 1.38  loss 2.3457  perplexity 10.44  15235 target tokens/s  arena 45.6 MB";
const std::string kTimedLine =
    "update 120  epoch 1.38  loss 2.3457  perplexity 10.44  1:02:03 left  15235 target tokens/s  "
    "arena 45.6 MB";

TEST_CASE("a progress line has every figure, and the time left where an end is known") {
  CHECK(to_string(figures()) == kLine);
  ProgressFigures timed = figures();
  timed.seconds_left = 3723.9;
  CHECK(to_string(timed) == kTimedLine);
  timed.seconds_left = 1e12;
  CHECK(to_string(timed) == kLine);
  ProgressFigures documents = figures();
  documents.perplexity.reset();
  documents.unit = "documents";
  CHECK(to_string(documents) ==
        "update 120  epoch 1.38  loss 2.3457  15235 documents/s  arena 45.6 MB");
}

TEST_CASE("where there is no terminal every report is a plain line") {
  std::ostringstream out;
  {
    Progress progress(out, false, [] { return 10; });
    CHECK_FALSE(progress.is_terminal());
    progress.show(figures());
    progress.message("new best");
    progress.show(figures());
  }
  CHECK(out.str() == kLine + "\nnew best\n" + kLine + "\n");
}

TEST_CASE("in a terminal the line is rewritten in place and keeps to the width") {
  int64_t columns = 200;
  std::ostringstream out;
  {
    Progress progress(out, true, [&columns] { return columns; });
    progress.show(figures());
    CHECK(out.str() == "\r" + kLine + "\x1b[K");
    columns = 11;
    out.str("");
    progress.show(figures());
    CHECK(out.str() == "\rupdate 120\x1b[K");
    columns = 0;
    out.str("");
    progress.show(figures());
    CHECK(out.str() == "\r\x1b[K");
  }
  CHECK(out.str() == "\r\x1b[K");
}

TEST_CASE("a message stands above the line that is rewritten") {
  std::ostringstream out;
  Progress progress(out, true, [] { return 11; });
  progress.message("begin");
  progress.show(figures());
  progress.message("new best");
  CHECK(out.str() == "begin\n\rupdate 120\x1b[K\rnew best\x1b[K\nupdate 120");
  out.str("");
  progress.finish();
  progress.finish();
  CHECK(out.str() == "\n");
}

TEST_CASE("the terminal always has a width") { CHECK(terminal_columns() > 0); }

}  // namespace
}  // namespace alinea
