#include "training/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "storage/json.h"
#include "support/error.h"

namespace alinea {

namespace {

namespace fs = std::filesystem;

constexpr const char* kFormat = "alinea training checkpoint 3";

Checkpoint read(const fs::path& path) {
  Safetensors tensors(path);
  const auto field = [&](const char* name) {
    const auto found = tensors.metadata().find(name);
    if (!tensors.has_checksum() || found == tensors.metadata().end())
      throw Error("'{}' is not a training checkpoint", path.string());
    return found->second;
  };
  if (field("format") != kFormat)
    throw Error("'{}' was written by another version of alinea", path.string());
  const std::string training = field("training");
  try {
    return {std::move(tensors), parse_json(training)};
  } catch (const Error& error) {
    throw Error("the training record of '{}' {}", path.string(), error.what());
  }
}

}  // namespace

void Checkpoints::save(int64_t update, std::span<const TensorView> tensors,
                       const nlohmann::ordered_json& training) const {
  const auto is_finite = [](const TensorView& tensor) {
    return std::ranges::all_of(tensor.values, [](float value) { return std::isfinite(value); });
  };
  const auto bad = std::ranges::find_if_not(tensors, is_finite);
  if (bad != tensors.end())
    throw Error(
        "after update {} not all numbers in {} are finite: lower --learning-rate, or --clip-norm",
        update, bad->name);
  write_safetensors(files_.path(update), tensors,
                    {{"format", kFormat}, {"training", training.dump()}});

  std::optional<int64_t> before;
  for (const int64_t other : files_.numbers())
    if (other < update) before = other;
  for (const int64_t other : files_.numbers())
    if (other != update && other != before) remove(other);
}

std::optional<Checkpoint> Checkpoints::newest(std::vector<std::string>& notes) const {
  const std::vector<int64_t> all = files_.numbers();
  for (auto update = all.rbegin(); update != all.rend(); ++update) {
    try {
      return read(files_.path(*update));
    } catch (const Error& error) {
      notes.push_back(fmt::format("damaged: {}", error.what()));
    }
  }
  if (all.empty()) return std::nullopt;
  throw Error("{}; give --overwrite to start over", fmt::join(notes, "; "));
}

}  // namespace alinea
