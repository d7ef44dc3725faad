#include "training/kept_parameters.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "storage/safetensors.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;

// Parameters of one number: the update after which they are kept.
struct Counter {
  ParameterStore store;
  Counter() {
    store.add("update", {1}, 1);
    store.allocate(ParameterStore::Gradients::kNone);
  }
  const ParameterStore& at(int64_t update) {
    store.values()[0] = static_cast<float>(update);
    return store;
  }
};

void validate_all(KeptParameters& kept, const std::vector<double>& scores, int64_t first = 1,
                  const std::vector<double>& losses = {}) {
  Counter counter;
  for (size_t i = 0; i < scores.size(); ++i) {
    const int64_t update = first + static_cast<int64_t>(i);
    kept.validated(update, {scores[i], losses.empty() ? 1 : losses[i]}, counter.at(update));
    kept.tidy();
  }
}

// What the files hold, which is what they are named by.
std::vector<int64_t> updates(const std::vector<fs::path>& files) {
  std::vector<int64_t> found;
  for (const fs::path& file : files) {
    float update = 0;
    Safetensors(file).copy("update", std::vector<int64_t>{1}, std::span(&update, 1));
    found.push_back(static_cast<int64_t>(update));
    CHECK(file.filename() == "validated-" + std::to_string(found.back()) + ".safetensors");
  }
  return found;
}

constexpr int64_t kAll = 1000;

TEST_CASE("the best and the last parameters are kept, as many as are wanted") {
  const TemporaryFolder folder;
  using Updates = std::vector<int64_t>;
  const std::vector<double> scores = {5, 9, 1, 7, 1, 8};
  SECTION("best, lower is better; of equal ones the first") {
    KeptParameters kept(folder.path(), Better::kLower, {.best = 3, .last = 1});
    validate_all(kept, scores);
    CHECK(updates(best_kept(folder.path(), kAll)) == Updates{3, 5, 1});
    CHECK(updates(best_kept(folder.path(), 2)) == Updates{3, 5});
  }
  SECTION("best, higher is better") {
    KeptParameters kept(folder.path(), Better::kHigher, {.best = 2, .last = 1});
    validate_all(kept, scores);
    CHECK(updates(best_kept(folder.path(), kAll)) == Updates{2, 6});
  }
  SECTION("best, of equal scores by the smaller loss") {
    const KeptOptions options{.best = 2, .last = 1};
    KeptParameters kept(folder.path(), Better::kHigher, options);
    validate_all(kept, {7, 7, 7}, 1, {3, 1, 2.5});
    CHECK(updates(best_kept(folder.path(), kAll)) == Updates{2, 3});
    KeptParameters resumed(folder.path(), Better::kHigher, options);
    CHECK(resumed.restore(3).empty());
    validate_all(resumed, {7}, 4, {1.0 / 3});
    CHECK(updates(best_kept(folder.path(), kAll)) == Updates{4, 2});
  }
  SECTION("last") {
    KeptParameters kept(folder.path(), Better::kLower, {.best = 1, .last = 2});
    validate_all(kept, scores);
    CHECK(updates(last_kept(folder.path(), kAll)) == Updates{6, 5});
    CHECK(updates(last_kept(folder.path(), 1)) == Updates{6});
  }
  SECTION("both") {
    KeptParameters kept(folder.path(), Better::kLower, {.best = 2, .last = 2});
    validate_all(kept, scores);
    CHECK(updates(last_kept(folder.path(), kAll)) == Updates{6, 5, 3});
  }
  SECTION("none beside those that are kept anyway") {
    KeptParameters kept(folder.path(), Better::kLower, {});
    validate_all(kept, scores);
    CHECK(fs::is_empty(folder.path()));
  }
  remove_kept(folder.path());
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("a training that goes on keeps what one keeps that was never interrupted") {
  const TemporaryFolder whole, parts;
  const std::vector<double> scores = {0.25, 1.0 / 3, 0.125, 7, 0.2, 0.3};
  const KeptOptions options{.best = 2, .last = 2};
  KeptParameters at_once(whole.path(), Better::kLower, options);
  validate_all(at_once, scores);

  KeptParameters first(parts.path(), Better::kLower, options);
  validate_all(first, {0.25, 1.0 / 3, 0.125, 7, 99});  // the last after the last checkpoint
  KeptParameters second(parts.path(), Better::kLower, options);
  CHECK(second.restore(4).empty());
  second.tidy();
  CHECK(updates(last_kept(parts.path(), kAll)) == std::vector<int64_t>{4, 3, 1});
  validate_all(second, {0.2, 0.3}, 5);
  CHECK(updates(last_kept(parts.path(), kAll)) == updates(last_kept(whole.path(), kAll)));
  for (const fs::path& file : last_kept(whole.path(), kAll))
    CHECK(bytes_of(file) == bytes_of(parts.path() / file.filename()));
}

TEST_CASE("a file that is damaged or not of a training is said, and kept no longer") {
  const TemporaryFolder folder;
  const KeptOptions options{.best = 3, .last = 1};
  KeptParameters kept(folder.path(), Better::kLower, options);
  validate_all(kept, {3, 2, 1});
  std::ofstream(folder.path() / "validated-2.safetensors") << "damage";
  Counter counter;
  write_safetensors(folder.path() / "validated-1.safetensors",
                    std::vector<TensorView>{{"update", {1}, counter.store.values().first(1)}});
  CHECK_THROWS_WITH(best_kept(folder.path(), 3),
                    Catch::Contains("validated-1.safetensors") && Catch::Contains("validated"));
  KeptParameters again(folder.path(), Better::kLower, options);
  const std::vector<std::string> notes = again.restore(3);
  REQUIRE(notes.size() == 2);
  CHECK_THAT(notes[1], Catch::StartsWith("damaged") && Catch::Contains("validated-2.safetensors"));
  again.tidy();
  CHECK(updates(best_kept(folder.path(), kAll)) == std::vector<int64_t>{3});
}

}  // namespace
}  // namespace alinea
