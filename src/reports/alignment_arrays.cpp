// Alignments as arrays, for NumPy and for readers of safetensors. Of sentence N, from 0:
//
//   N/weights   [heads, target, source], with the heads of all layers, the first layer's first
//   N/energies  the same of what the softmax of the weights was of, where they were kept
//   N/states    [source, K], those of the encoder, where they are wanted
//   N/source, N/target   the tokens: texts, or, in safetensors, the metadata's as JSON lists
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "reports/alignment_writer.h"
#include "signals/npz_file.h"
#include "storage/safetensors.h"

namespace alinea {

namespace {

struct NamedArray {
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> values;
};

std::vector<float> one_behind_the_other(const std::vector<std::vector<float>>& parts) {
  std::vector<float> all;
  for (const std::vector<float>& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::vector<NamedArray> arrays_of(const Alignment& alignment) {
  const int64_t rows = std::ssize(alignment.target), columns = std::ssize(alignment.source);
  const int64_t heads = std::max<int64_t>(std::ssize(alignment.heads), 1);
  const auto name = [&](const char* what) {
    return fmt::format("{}/{}", alignment.sentence, what);
  };
  std::vector<NamedArray> arrays = {
      {name("weights"),
       {heads, rows, columns},
       alignment.heads.empty() ? alignment.weights : one_behind_the_other(alignment.heads)}};
  if (!alignment.energies.empty())
    arrays.push_back({name("energies"), {heads, rows, columns}, alignment.energies});
  if (!alignment.states.empty())
    arrays.push_back(
        {name("states"), {columns, std::ssize(alignment.states) / columns}, alignment.states});
  return arrays;
}

class NpzWriter : public AlignmentWriter {
 public:
  explicit NpzWriter(const std::filesystem::path& path) : file_(path) {}
  void write(const Alignment& alignment) override {
    for (const NamedArray& array : arrays_of(alignment))
      file_.add(array.name, array.shape, array.values);
    file_.add(fmt::format("{}/source", alignment.sentence), alignment.source);
    file_.add(fmt::format("{}/target", alignment.sentence), alignment.target);
  }
  void finish() override { file_.finish(); }

 private:
  NpzFile file_;
};

// The header comes first and names all: what it names is kept until the end.
class SafetensorsWriter : public AlignmentWriter {
 public:
  explicit SafetensorsWriter(std::filesystem::path path) : path_(std::move(path)) {}
  void write(const Alignment& alignment) override {
    for (NamedArray& array : arrays_of(alignment)) arrays_.push_back(std::move(array));
    const auto tell = [&](const char* side, const std::vector<std::string>& tokens) {
      tokens_[fmt::format("{}/{}", alignment.sentence, side)] = nlohmann::json(tokens).dump();
    };
    tell("source", alignment.source);
    tell("target", alignment.target);
  }
  void finish() override {
    std::vector<TensorView> tensors;
    for (const NamedArray& array : arrays_)
      tensors.push_back({array.name, array.shape, array.values});
    write_safetensors(path_, tensors, tokens_);
  }

 private:
  std::filesystem::path path_;
  std::vector<NamedArray> arrays_;
  std::map<std::string, std::string> tokens_;
};

}  // namespace

std::unique_ptr<AlignmentWriter> make_npz_writer(const std::filesystem::path& path) {
  return std::make_unique<NpzWriter>(path);
}

std::unique_ptr<AlignmentWriter> make_safetensors_writer(const std::filesystem::path& path) {
  return std::make_unique<SafetensorsWriter>(path);
}

}  // namespace alinea
