// A model whose numbers overflow for some lines.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "storage/safetensors.h"
#include "workspace.h"

namespace alinea {

// Writes the numbers of a model anew, with a row of one of its tensors at the limit of floats.
inline void spoil(const Workspace& work, const std::string& file, const std::string& name,
                  size_t row) {
  const Safetensors old(work.path(file));
  std::map<std::string, std::vector<float>> values;
  std::vector<TensorView> tensors;
  for (const std::string& one : old.names()) {
    values[one] = work.tensor(file, one);
    tensors.push_back({one, old.shape(one), values[one]});
  }
  const auto size = static_cast<size_t>(old.shape(name).back());
  for (size_t i = 0; i < size; ++i) values[name][row * size + i] = i % 2 == 0 ? 3e38F : -3e38F;
  write_safetensors(work.path(file), tensors, old.metadata());
}

}  // namespace alinea
