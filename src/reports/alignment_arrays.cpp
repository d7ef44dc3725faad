// Alignments as arrays, for NumPy and for readers of safetensors. Of sentence N, from 0:
//
//   N/weights   [heads, target, source], with the heads of all layers, the first layer's first
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

NamedArray weights_of(const Alignment& alignment) {
  const int64_t rows = std::ssize(alignment.target), columns = std::ssize(alignment.source);
  const int64_t heads = std::max<int64_t>(std::ssize(alignment.heads), 1);
  return {fmt::format("{}/weights", alignment.sentence),
          {heads, rows, columns},
          alignment.heads.empty() ? alignment.weights : one_behind_the_other(alignment.heads)};
}

class NpzWriter : public AlignmentWriter {
 public:
  explicit NpzWriter(const std::filesystem::path& path) : file_(path) {}
  void write(const Alignment& alignment) override {
    const NamedArray weights = weights_of(alignment);
    file_.add(weights.name, weights.shape, weights.values);
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
    arrays_.push_back(weights_of(alignment));
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
