#include "training/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <system_error>

#include "support/error.h"

namespace alinea {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "checkpoint-";
constexpr std::string_view kSuffix = ".safetensors";
constexpr const char* kFormat = "alinea training checkpoint 1";

std::optional<int64_t> update_of(std::string_view name) {
  if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  name.remove_suffix(std::min(kSuffix.size(), name.size()));
  int64_t update = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), update);
  if (error != std::errc() || end != name.data() + name.size() || update < 0) return std::nullopt;
  return update;
}

Checkpoint read(const fs::path& path) {
  Safetensors tensors(path);
  const auto field = [&](const char* name) {
    const auto found = tensors.metadata().find(name);
    if (!tensors.has_checksum() || found == tensors.metadata().end())
      throw Error("'{}' is not a checkpoint of a training", path.string());
    return found->second;
  };
  if (field("format") != kFormat)
    throw Error("'{}' is of another version of alinea", path.string());
  auto training = nlohmann::ordered_json::parse(field("training"), nullptr, false);
  if (training.is_discarded()) throw Error("'{}' holds no JSON of a training", path.string());
  return {std::move(tensors), std::move(training)};
}

}  // namespace

std::vector<int64_t> Checkpoints::updates() const {
  std::vector<int64_t> updates;
  std::error_code error;  // a folder that is not there has none
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    if (const auto update = update_of(entry.path().filename().string())) updates.push_back(*update);
  }
  std::ranges::sort(updates);
  return updates;
}

fs::path Checkpoints::file(int64_t update) const {
  return folder_ / fmt::format("{}{}{}", kPrefix, update, kSuffix);
}

void Checkpoints::save(int64_t update, std::span<const TensorView> tensors,
                       const nlohmann::ordered_json& training) const {
  const auto is_finite = [](const TensorView& tensor) {
    return std::ranges::all_of(tensor.values, [](float value) { return std::isfinite(value); });
  };
  const auto bad = std::ranges::find_if_not(tensors, is_finite);
  if (bad != tensors.end())
    throw Error(
        "after update {} there are numbers in {} that are not finite: lower --learning-rate, or "
        "clip harder with --clip-norm",
        update, bad->name);
  write_safetensors(file(update), tensors, {{"format", kFormat}, {"training", training.dump()}});

  std::optional<int64_t> before;
  for (const int64_t other : updates())
    if (other < update) before = other;
  for (const int64_t other : updates())
    if (other != update && other != before) remove(other);
}

std::optional<Checkpoint> Checkpoints::newest(std::vector<std::string>& notes) const {
  const std::vector<int64_t> all = updates();
  for (auto update = all.rbegin(); update != all.rend(); ++update) {
    try {
      return read(file(*update));
    } catch (const Error& error) {
      notes.push_back(fmt::format("damaged: {}", error.what()));
    }
  }
  if (all.empty()) return std::nullopt;
  throw Error("{}; give --overwrite to begin anew", fmt::join(notes, "; "));
}

void Checkpoints::remove(int64_t update) const {
  std::error_code error;
  fs::remove(file(update), error);
  if (error) throw Error("cannot remove '{}': {}", file(update).string(), error.message());
}

void Checkpoints::remove_all() const {
  for (const int64_t update : updates()) remove(update);
}

}  // namespace alinea
