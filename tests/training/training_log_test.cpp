#include "training/training_log.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <limits>
#include <sstream>

#include "support/error.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;

const TaskTerms kTerms = {
    "target tokens",
    true,
    {{"perplexity", "perplexity", Better::kLower}, {"bleu", "BLEU", Better::kHigher}}};

const std::string kHeader =
    "update,epoch,loss,perplexity,learning_rate,gradient_norm,target_tokens_per_second,"
    "arena_bytes,seconds,valid_loss,valid_perplexity,valid_bleu\r\n";

struct Folder {
  fs::path path = fs::temp_directory_path() / ("alinea_log_" + std::to_string(getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

std::string content(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TrainingRecord record(int64_t update) {
  TrainingRecord row;
  row.update = update;
  row.learning_rate = 0.001;
  return row;
}

std::string row(int64_t update) { return std::to_string(update) + ",0,,,0.001,,,0,0,,,\r\n"; }

TEST_CASE("a row is on disk as soon as it is written") {
  const Folder folder;
  const fs::path path = folder.path / "training.csv";
  TrainingLog log(path, kTerms);
  CHECK(content(path) == kHeader);

  TrainingRecord full{5, 0.25, 2.5, 12.125, 0.001, 0.75, 1500.5, 1 << 20, 3.5, 2.25, {9.5, 31.5}};
  log.write(full);
  const std::string first = "5,0.25,2.5,12.125,0.001,0.75,1500.5,1048576,3.5,2.25,9.5,31.5\r\n";
  CHECK(content(path) == kHeader + first);
  log.write(record(6));
  CHECK(content(path) == kHeader + first + row(6));
  CHECK(std::distance(fs::directory_iterator(folder.path), {}) == 1);
}

TEST_CASE("a measure that could not be measured is an empty field") {
  const Folder folder;
  const fs::path path = folder.path / "training.csv";
  TrainingLog log(path, kTerms);
  TrainingRecord row = record(4);
  row.valid_loss = 2;
  row.measures = {7.5, std::numeric_limits<double>::quiet_NaN()};
  log.write(row);
  CHECK(content(path) == kHeader + "4,0,,,0.001,,,0,0,2,7.5,\r\n");
}

TEST_CASE("the columns are the task's own") {
  const Folder folder;
  const fs::path path = folder.path / "training.csv";
  TrainingLog log(path, {"documents", false, {{"accuracy", "accuracy", Better::kHigher}}});
  TrainingRecord row = record(4);
  row.units_per_second = 12.5;
  log.write(row);
  row.measures = {0.75};
  log.write(row);
  CHECK(content(path) ==
        "update,epoch,loss,learning_rate,gradient_norm,documents_per_second,arena_bytes,seconds,"
        "valid_loss,valid_accuracy\r\n4,0,,0.001,,12.5,0,0,,\r\n4,0,,0.001,,12.5,0,0,,0.75\r\n");
}

TEST_CASE("a log is begun anew, or resumed behind a row") {
  const Folder folder;
  const fs::path path = folder.path / "training.csv";
  {
    TrainingLog log(path, kTerms, 7);  // nothing there yet
    CHECK(log.rows() == 0);
    for (const int64_t update : {3, 7, 11}) log.write(record(update));
    CHECK(log.rows() == 3);
  }
  std::ofstream(path, std::ios::app) << "13,0.5,1";  // the run died here
  {
    const TrainingLog log(path, kTerms, 4);
    CHECK(content(path) == kHeader + row(3) + row(7) + row(11));
    CHECK(log.rows() == 3);
  }
  TrainingLog resumed(path, kTerms, 2);
  CHECK(resumed.rows() == 2);
  resumed.write(record(9));
  CHECK(content(path) == kHeader + row(3) + row(7) + row(9));
  const TrainingLog anew(path, kTerms);
  CHECK(content(path) == kHeader);
}

TEST_CASE("a log that was removed says so") {
  const Folder folder;
  const fs::path path = folder.path / "training.csv";
  TrainingLog log(path, kTerms);
  log.write(record(1));
  CHECK_NOTHROW(log.sync());
  fs::remove(path);
  CHECK_THROWS_WITH(log.sync(), Catch::Contains("training.csv") && Catch::Contains("No such file"));
}

TEST_CASE("a log that cannot be written or resumed is refused and left alone") {
  const Folder folder;
  CHECK_THROWS_AS(TrainingLog(folder.path / "missing" / "training.csv", kTerms), Error);
  CHECK_THROWS_AS(TrainingLog(folder.path, kTerms), Error);
  CHECK_THROWS_AS(TrainingLog(folder.path, kTerms, 3), Error);

  const fs::path other = folder.path / "other.csv";
  std::ofstream(other) << "a,b\r\n1,2\r\n";
  CHECK_THROWS_WITH(TrainingLog(other, kTerms, 3), Catch::Contains("header"));
  CHECK(content(other) == "a,b\r\n1,2\r\n");
}

}  // namespace
}  // namespace alinea
