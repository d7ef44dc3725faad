#include "training/gradient_sum.h"

#include <catch2/catch.hpp>
#include <map>

#include "storage/temporary_folder.h"
#include "support/error.h"
#include "training/toy_task.h"
#include "training/trainer.h"

namespace alinea {
namespace {

// The first of two, of which the other has the same gradients.
class First : public Group {
 public:
  int64_t size() const override { return 2; }
  void begin_sum(std::span<float> values, int64_t key) override {
    CHECK(begun.emplace(key, values).second);
  }
  void finish_sums() override {
    for (const auto& [key, values] : begun)
      for (float& value : values) value *= 2;
    begun.clear();
  }
  void sum(std::span<double> values) override {
    for (double& value : values) value *= 2;
  }
  std::vector<std::string> gather(std::string bytes) override { return {bytes, bytes + spoilt}; }

  std::map<int64_t, std::span<float>> begun;
  std::string spoilt;  // behind what the other gathers
};

TEST_CASE("gradients are on their way once all in a bucket are final, and each is summed once") {
  ParameterStore store;
  const Parameter& a = store.add("a", {5}, 1);        // bucket 0
  const Parameter& b = store.add("b", {3, 17}, 1);    // buckets 0 to 2
  const Parameter& c = store.add("c", {7}, 1);        // bucket 2
  const Parameter& unused = store.add("d", {31}, 1);  // bucket 3
  store.allocate(ParameterStore::Gradients::kKept);
  First group;
  GradientSum sum(group, store, 32);
  for (int round = 0; round < 2; ++round) {
    std::ranges::fill(store.gradients(), 1.0F);
    sum.is_final(c);
    CHECK(group.begun.empty());
    sum.is_final(b);
    CHECK(group.begun.size() == 2);
    CHECK(group.begun.count(0) == 0);
    CHECK(group.begun.at(1).data() == store.gradients().data() + 32);
    sum.is_final(a);
    CHECK(group.begun.size() == 3);
    sum.finish();
    CHECK(std::ranges::all_of(store.gradients(), [](float value) { return value == 2; }));
    CHECK(unused.gradient()[0] == 2);
  }
}

TEST_CASE("ranks whose parameters are no longer the same do not save them") {
  const TemporaryFolder folder;
  TrainerOptions options;
  options.validate_by = "error";
  options.save_every = 4;
  First group;
  ToyTask task;
  task.spoil = [&](int64_t loss) {
    if (loss == 6) group.spoilt = "!";
    return false;
  };
  TrainingRun run(folder.path(), {}, /*overwrite=*/false, group);
  run.begin();
  CHECK_THROWS_WITH(Trainer(task, options, ModelFolder(folder.path()), run).run(),
                    Catch::Contains("after update 8 the parameters of rank 1"));
  CHECK(std::filesystem::exists(folder.path() / "checkpoint-4.safetensors"));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "checkpoint-8.safetensors"));
}

}  // namespace
}  // namespace alinea
