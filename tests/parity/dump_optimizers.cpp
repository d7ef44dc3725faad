// Writes a folder for every optimizer: its options, parameters before and after some steps, and the
// gradients of the steps.
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "dump.h"
#include "storage/atomic_file.h"
#include "storage/safetensors.h"
#include "training/optimizer.h"

namespace alinea {

namespace {

constexpr int64_t kParameters = 101, kSteps = 7;
constexpr double kLearningRate = 0.05;

std::vector<float> sine(double frequency) {
  std::vector<float> values;
  for (int64_t i = 1; i <= kParameters; ++i)
    values.push_back(static_cast<float>(std::sin(frequency * static_cast<double>(i))));
  return values;
}

void dump_optimizer(const OptimizerOptions& o, const std::filesystem::path& folder) {
  std::filesystem::create_directory(folder);
  const nlohmann::json json = {{"kind", o.kind},         {"learning_rate", kLearningRate},
                               {"beta1", o.beta1},       {"beta2", o.beta2},
                               {"rho", o.rho},           {"epsilon", o.epsilon},
                               {"momentum", o.momentum}, {"weight_decay", o.weight_decay}};
  write_file(folder / "options.json", json.dump());

  const std::vector<float> start = sine(0.7);
  std::vector<float> theta = start;
  std::vector<std::vector<float>> gradients;
  const auto optimizer = make_optimizer(o, kParameters);
  for (int64_t step = 0; step < kSteps; ++step) {
    gradients.push_back(sine(0.3 + 0.2 * static_cast<double>(step)));
    optimizer->update(theta, gradients.back(), kLearningRate);
  }
  std::vector<TensorView> tensors = {{"start", {kParameters}, start}};
  for (const std::vector<float>& gradient : gradients)
    tensors.push_back({"gradient" + std::to_string(tensors.size()), {kParameters}, gradient});
  tensors.push_back({"end", {kParameters}, theta});
  write_safetensors(folder / "steps.safetensors", tensors);
}

void dump_all(const std::filesystem::path& folder) {
  for (const std::string& kind : optimizer_names()) {
    OptimizerOptions options{.kind = kind, .rho = 0.8, .epsilon = 1e-4, .momentum = 0.6};
    options.weight_decay = 0.2;
    dump_optimizer(options, folder / kind);
  }
}

}  // namespace

}  // namespace alinea

int main(int argc, char** argv) { return alinea::dump_main(argc, argv, alinea::dump_all); }
