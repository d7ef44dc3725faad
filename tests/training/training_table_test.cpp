#include "training/training_table.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "storage/temporary_folder.h"
#include "support/error.h"
#include "training/training_log.h"

namespace alinea {

namespace {

TrainingTable read_table(std::string_view text) {
  const TemporaryFolder folder;
  return read_training_table(folder.file("training.csv", text));
}

}  // namespace

TEST_CASE("what a training log wrote is read back, and what it did not measure is nothing") {
  const TemporaryFolder folder;
  const TaskTerms terms = {"target tokens", true, {{"bleu", "BLEU", Better::kHigher}}};
  TrainingLog log(folder.path() / "training.csv", terms);
  log.write({5, 0.25, 2.5, 12.125, 0.001, 0.75, 1500.5, 64, 3.5, {}, {}});
  log.write({7, 0.5, std::nan(""), {}, 0.001, {}, {}, 64, 3.75, 2.25, {INFINITY}});

  const TrainingTable table = read_training_table(folder.path() / "training.csv");
  REQUIRE(table.rows.size() == 2);
  const auto field = [&table](size_t row, std::string_view name) {
    return table.rows[row][table.column(name).value()];
  };
  CHECK(field(0, "update") == 5.0);
  CHECK(field(0, "perplexity") == 12.125);
  CHECK(field(0, "target_tokens_per_second") == 1500.5);
  CHECK(field(0, "valid_bleu") == std::nullopt);
  CHECK(std::isnan(field(1, "loss").value()));
  CHECK(field(1, "valid_bleu") == INFINITY);
  CHECK(table.column("valid_chrf") == std::nullopt);
}

TEST_CASE("a line that is being written is left out, and so is a file that is empty yet") {
  CHECK(read_table("").columns.empty());
  CHECK(read_table("update,lo").columns.empty());
  const TrainingTable table = read_table("update,loss\r\n3,1.5\r\n5,1.");
  CHECK(table.rows.size() == 1);
  CHECK(table.rows[0][1] == 1.5);
}

TEST_CASE("a damaged log is refused with its line") {
  for (const char* row : {"3", "3,1.5,7", "3,x", "3,1.5 ", "3,1.5\r"}) {
    CAPTURE(row);
    CHECK_THROWS_WITH(read_table(std::string("update,loss\r\n1,2\r\n") + row + "\r\n"),
                      Catch::Contains("line 3") && Catch::Contains("2 numbers"));
  }
}

TEST_CASE("the best row is the first of the best that is finite") {
  const TrainingTable table =
      read_table("update,loss\r\n1,nan\r\n2,3\r\n3,\r\n4,7\r\n5,-inf\r\n6,3\r\n7,7\r\n");
  CHECK(best_row(table, 1, 1, /*lower_is_better=*/true) == 1U);
  CHECK(best_row(table, 1, 1, /*lower_is_better=*/false) == 3U);
  CHECK(best_row(read_table("update,loss\r\n1,inf\r\n"), 1, 1, true) == std::nullopt);
  // Of equal values that with the smaller loss.
  const TrainingTable equal = read_table("update,bleu,loss\r\n1,7,3\r\n2,7,2\r\n3,7,2.5\r\n");
  CHECK(best_row(equal, 1, 2, /*lower_is_better=*/false) == 1U);
}

}  // namespace alinea
