#include "serialization/averaging.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "serialization/parameter_tensors.h"

namespace alinea {

void average_parameters(std::span<const std::filesystem::path> files, ParameterStore& parameters) {
  std::vector<double> sum;
  for (const std::filesystem::path& file : files) {
    read_parameters(file, parameters);
    sum.resize(parameters.values().size());
    std::ranges::transform(sum, parameters.values(), sum.begin(), std::plus<>());
  }
  const auto count = static_cast<double>(files.size());
  std::ranges::transform(sum, parameters.values().begin(),
                         [=](double value) { return static_cast<float>(value / count); });
  parameters.changed();
}

}  // namespace alinea
