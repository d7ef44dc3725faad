#include "training/training_run.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <limits>

#include "storage/other_process.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;

const std::vector<float> kThree = {1, 2, 3};

RunRecord record() {
  return {{{"model", "a"}, {"seed", 1}, {"epochs", 10}, {"source", "x"}, {"threads", 1}},
          {{"source", {7, 0xabc}}}};
}

// A run that saved at these updates.
void save_at(const fs::path& folder, const std::vector<int64_t>& updates) {
  TrainingRun run(folder, record(), /*overwrite=*/true);
  run.begin();
  for (const int64_t update : updates)
    run.save(update, std::vector<TensorView>{{"w", {3}, kThree}}, {{"update", update}});
}

void damage(const fs::path& file) {
  std::string bytes = bytes_of(file);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  std::ofstream(file, std::ios::binary) << bytes;
}

int64_t start_of(const TrainingRun& run) {
  REQUIRE(run.start());
  return run.start()->training.at("state").at("update");
}

std::vector<std::string> names(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& file : fs::directory_iterator(folder)) names.push_back(file.path().filename());
  std::ranges::sort(names);
  return names;
}

TEST_CASE("the last two checkpoints are kept, and the newest is where a run goes on") {
  const TemporaryFolder folder;
  save_at(folder.path(), {0, 9, 10, 101});
  CHECK(names(folder.path()) == std::vector<std::string>{"checkpoint-10.safetensors",
                                                         "checkpoint-101.safetensors",
                                                         "training.lock"});
  const TrainingRun run(folder.path(), record(), false);
  CHECK(start_of(run) == 101);
  CHECK(run.notes().empty());
  std::vector<float> read(3);
  run.start()->tensors.copy("w", std::vector<int64_t>{3}, read);
  CHECK(read == kThree);
}

TEST_CASE("a damaged checkpoint falls back to the one before, aloud") {
  const TemporaryFolder folder;
  save_at(folder.path(), {5, 8});
  damage(folder.path() / "checkpoint-8.safetensors");
  {
    const TrainingRun run(folder.path(), record(), false);
    CHECK(start_of(run) == 5);
    REQUIRE(run.notes().size() == 1);
    CHECK_THAT(run.notes()[0],
               Catch::Contains("checkpoint-8.safetensors") && Catch::Contains("checksum"));
    // The next one counts, not the damaged one.
    run.save(6, std::vector<TensorView>{{"w", {3}, kThree}}, {{"update", 6}});
    CHECK(names(folder.path()) == std::vector<std::string>{"checkpoint-5.safetensors",
                                                           "checkpoint-6.safetensors",
                                                           "training.lock"});
  }
  damage(folder.path() / "checkpoint-5.safetensors");
  std::ofstream(folder.path() / "checkpoint-6.safetensors", std::ios::trunc) << "short";
  CHECK_THROWS_WITH(TrainingRun(folder.path(), record(), false),
                    Catch::Contains("checkpoint-5") && Catch::Contains("checkpoint-6") &&
                        Catch::Contains("--overwrite"));
  CHECK_FALSE(TrainingRun(folder.path(), record(), true).start());
}

TEST_CASE("any file with tensors is not a training checkpoint") {
  const TemporaryFolder folder;
  save_at(folder.path(), {5});
  write_safetensors(folder.path() / "checkpoint-7.safetensors",
                    std::vector<TensorView>{{"w", {3}, kThree}});
  const TrainingRun run(folder.path(), record(), false);
  CHECK(start_of(run) == 5);
  CHECK_THAT(run.notes().at(0), Catch::Contains("not a training checkpoint"));
}

TEST_CASE("numbers that are not finite are not saved") {
  const TemporaryFolder folder;
  save_at(folder.path(), {5});
  const std::vector<float> bad = {1, std::numeric_limits<float>::quiet_NaN()};
  const TrainingRun run(folder.path(), record(), false);
  CHECK_THROWS_WITH(run.save(6, std::vector<TensorView>{{"w", {3}, kThree}, {"v", {2}, bad}}, {}),
                    Catch::Contains("not all numbers in v are finite"));
  CHECK(names(folder.path()) ==
        std::vector<std::string>{"checkpoint-5.safetensors", "training.lock"});
}

TEST_CASE("one training at a time") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "model";
  {
    TrainingRun first(path, record(), false);
    TrainingRun second(path, record(), false);
    CHECK_FALSE(first.replaces());
    first.begin();
    CHECK_THROWS_WITH(TrainingRun(path, record(), false), Catch::Contains("another training"));
    CHECK_THROWS_WITH(TrainingRun(path, record(), true), Catch::Contains("another training"));
    CHECK_THROWS_WITH(second.begin(), Catch::Contains("another training"));
  }
  CHECK_NOTHROW(TrainingRun(path, record(), false));
}

TEST_CASE("one that waited for the lock does not take the other's folder") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "model";
  TrainingRun late(path, record(), false);
  save_at(path, {3});
  CHECK_THROWS_WITH(late.begin(), Catch::Contains("in the meantime"));
  CHECK(fs::exists(path / "checkpoint-3.safetensors"));
}

TEST_CASE("a folder with a link that leads out of it is not written to") {
  const TemporaryFolder folder, elsewhere;
  save_at(folder.path(), {3});
  fs::create_symlink(elsewhere.path() / "log", folder.path() / "training.csv");
  for (const bool overwrite : {false, true})
    CHECK_THROWS_WITH(TrainingRun(folder.path(), record(), overwrite),
                      Catch::Contains("training.csv is a link that leads out of its folder"));
  CHECK(names(elsewhere.path()).empty());
}

TEST_CASE("what a training left that saved nothing may be replaced, parameters may not") {
  const TemporaryFolder folder;
  CHECK_FALSE(TrainingRun(folder.path(), record(), false).replaces());
  save_at(folder.path(), {});
  OtherProcess ended;
  ended.end();
  const OtherProcess writing;
  const std::string open = fmt::format(".{}-0.tmp", writing.number());
  folder.file(fmt::format(".{}-4.tmp", ended.number()), "torn");
  folder.file(open, "being written");
  folder.file(".notes.tmp", "mine");
  CHECK(TrainingRun(folder.path(), record(), false).replaces());
  CHECK(names(folder.path()) == std::vector<std::string>{open, ".notes.tmp", "training.lock"});
  folder.file("best.safetensors", "");
  CHECK_FALSE(TrainingRun(folder.path(), record(), false).replaces());
}

TEST_CASE("options that may change are taken over and named") {
  RunRecord now = record();
  CHECK(compare(record(), now).empty());
  now.options["model"] = "b";
  now.options["source"] = "y";  // the content counts
  CHECK(compare(record(), now).empty());
  now.options["epochs"] = 12;
  now.options["threads"] = 3;
  CHECK(compare(record(), now) ==
        std::vector<std::string>{
            "--epochs: 12 from now on, previously 10",
            "--threads: 3 from now on, previously 1; the last digits may differ"});
}

TEST_CASE("a text that is missing, in the record or now, is refused by name") {
  RunRecord more = record();
  more.data["valid-source"] = {.bytes = 5, .crc32 = 0x123};
  CHECK_THROWS_AS(compare(record(), more), Error);
  CHECK_THROWS_WITH(compare(record(), more), Catch::Contains("without data of --valid-source") &&
                                                 Catch::Contains("leave it out"));
  CHECK_THROWS_AS(compare(more, record()), Error);
  CHECK_THROWS_WITH(compare(more, record()),
                    Catch::Contains("was started with data of --valid-source too"));
}

TEST_CASE("files that a list names are compared, unless the checkpoint is of an older version") {
  RunRecord before = record(), now = record();
  now.named["source"] = {.bytes = 5, .crc32 = 0x123};
  CHECK(compare(before, now).empty());
  before.named = now.named;
  CHECK(compare(before, now).empty());
  now.named["source"].bytes = 6;
  CHECK_THROWS_AS(compare(before, now), Error);
  CHECK_THROWS_WITH(compare(before, now), Catch::Contains("the files that --source names") &&
                                              Catch::Contains("give the same files"));
}

TEST_CASE("options and data that may not change are refused by name") {
  RunRecord now = record();
  now.options["seed"] = 2;
  CHECK_THROWS_AS(compare(record(), now), UsageError);
  CHECK_THROWS_WITH(compare(record(), now), Catch::Contains("--seed 1, now 2"));
  now = record();
  now.data["source"].crc32 = 0xabd;
  CHECK_THROWS_WITH(compare(record(), now),
                    Catch::Contains("the data of --source has changed since") &&
                        Catch::Contains("though it has as many bytes") && !Catch::Contains("crc"));
  now.data["source"].bytes = 5;
  CHECK_THROWS_WITH(compare(record(), now), Catch::Contains(" to 5 bytes: give the same data"));
  const TemporaryFolder folder;
  save_at(folder.path(), {5});
  CHECK_THROWS_AS(TrainingRun(folder.path(), now, false), Error);
  CHECK_NOTHROW(TrainingRun(folder.path(), now, true));
}

}  // namespace
}  // namespace alinea
