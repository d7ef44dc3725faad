#include "ranks_workspace.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "storage/safetensors.h"

namespace alinea {

void RanksWorkspace::make_model_on(int ranks, const std::string& model,
                                   const Given& options) const {
  const Outcome outcome = train_on(ranks, model, options);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
}

std::vector<float> RanksWorkspace::parameters(const std::string& model,
                                              const std::string& file) const {
  const Safetensors tensors(path(model + "/" + file));
  std::vector<float> all;
  for (const std::string& name : tensors.names()) {
    const std::vector<int64_t>& shape = tensors.shape(name);
    int64_t count = 1;
    for (const int64_t extent : shape) count *= extent;
    std::vector<float> values(static_cast<size_t>(count));
    tensors.copy(name, shape, values);
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

double distance(const std::vector<float>& a, const std::vector<float>& b) {
  REQUIRE(a.size() == b.size());
  double difference = 0, norm = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    difference += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
    norm += std::pow(static_cast<double>(a[i]), 2);
  }
  return std::sqrt(difference / norm);
}

}  // namespace alinea
