#include "serialization/parameter_tensors.h"

#include <algorithm>
#include <cmath>

#include "support/error.h"

namespace alinea {

std::vector<TensorView> tensors_of(const ParameterStore& parameters) {
  std::vector<TensorView> tensors;
  for (const Parameter& parameter : parameters.parameters()) {
    const std::span<const int64_t> shape = parameter.shape().extents();
    tensors.push_back({parameter.name(), {shape.begin(), shape.end()}, parameter.value()});
  }
  return tensors;
}

void write_parameters(const std::filesystem::path& file, const ParameterStore& parameters,
                      const std::map<std::string, std::string>& metadata) {
  const auto is_finite = [](float value) { return std::isfinite(value); };
  const std::vector<TensorView> tensors = tensors_of(parameters);
  for (const TensorView& tensor : tensors)
    if (!std::ranges::all_of(tensor.values, is_finite))
      throw Error("cannot write '{}': {} contains numbers that are not finite", file.string(),
                  tensor.name);
  write_safetensors(file, tensors, metadata);
}

void read_tensors(const Safetensors& tensors, ParameterStore& parameters) {
  const std::vector<std::string> names = tensors.names();
  const auto name_of = [&](const Parameter& parameter) -> const std::string& {
    const std::string& older = parameter.older_name();
    return !older.empty() && std::ranges::find(names, older) != names.end() ? older
                                                                            : parameter.name();
  };
  for (const Parameter& parameter : parameters.parameters())
    tensors.check_shape(name_of(parameter), parameter.shape().extents());
  tensors.check_finite();
  if (parameters.values().empty()) parameters.allocate(ParameterStore::Gradients::kNone);
  for (const Parameter& parameter : parameters.parameters())
    tensors.copy(name_of(parameter), parameter.shape().extents(), parameter.value());
  parameters.changed();
}

void read_parameters(const std::filesystem::path& file, ParameterStore& parameters) {
  const Safetensors tensors(file);
  if (tensors.names().size() != parameters.parameters().size())
    throw Error("expected {} parameters in {}, got {}: the file belongs to another model",
                parameters.parameters().size(), file.string(), tensors.names().size());
  read_tensors(tensors, parameters);
}

}  // namespace alinea
