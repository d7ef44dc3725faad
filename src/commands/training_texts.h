// The texts that a training reads, and what it makes of them.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "commands/data_options.h"
#include "distributed/group.h"
#include "models/model_folder.h"
#include "storage/scratch_file.h"
#include "text/batch.h"
#include "training/translation_task.h"

namespace alinea {

// The texts to learn from. They can be read as often as wanted: the standard input is kept.
class TrainingTexts {
 public:
  explicit TrainingTexts(const DataOptions& options);

  // All of them, by the option that names them.
  std::map<std::string, std::filesystem::path> files() const;

  // Vocabularies are made of the texts.
  Languages make_languages(const DataOptions& options) const;

  struct Corpus {
    ParallelCorpus pairs;
    std::vector<Share> shares;  // by the weights; empty where they are all 1
  };
  // Every rank reads its share, and all get the same.
  Corpus read(const Languages& languages, int64_t max_length, Placement placement, Group& group);
  // With the lines themselves where BLEU is wanted.
  ValidationData read_validation(const Languages& languages, bool wants_bleu);
  // Of each text that was read a line: what it has, and what was left out of it.
  const std::vector<std::string>& report() const { return report_; }

 private:
  struct Text {
    ParallelFiles files;
    double weight;
  };
  std::vector<TextFile> sides(TextFile::Column column) const;

  std::vector<Text> texts_;
  ParallelFiles validation_;
  std::vector<std::string> report_;
};

// Those of a training that goes on.
Languages load_languages(const ModelFolder& folder, const DataOptions& options);

}  // namespace alinea
