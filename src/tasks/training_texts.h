// The texts that a training reads, and what it makes of them.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "distributed/group.h"
#include "metrics/references.h"
#include "models/translation_model.h"
#include "signals/feature_reader.h"
#include "storage/checksum.h"
#include "storage/scratch_file.h"
#include "tasks/data_options.h"
#include "text/batch.h"

namespace alinea {

// The texts to learn from. They can be read as often as wanted: the standard input is kept.
class TrainingTexts {
 public:
  explicit TrainingTexts(const DataOptions& options);

  // All of them, by the option that names them.
  std::map<std::string, std::filesystem::path> files() const;

  // What tells the versions of the files that lists of features name, by the option that names the
  // list; nothing of words.
  std::map<std::string, Fingerprint> named_files(const DataOptions& options) const;

  // What the source of a model with features is read with, as its first example has it. Throws
  // Error where that cannot be read.
  FeatureReader make_feature_reader(const DataOptions& options) const;

  // Vocabularies are made of the texts, unless they are given or a pretrained model brings them.
  Languages make_languages(const DataOptions& options) const;

  struct Corpus {
    ParallelCorpus pairs;
    std::vector<WeightedRange> ranges;  // by the weights; empty where they are all 1
  };
  // Every rank reads its share, and all get the same.
  Corpus read(const SourceReader& source, const Language& target, const ReadOptions& options,
              Placement placement, Group& group);
  ParallelCorpus read_validation(const SourceReader& source, const Language& target);
  // The lines of all translations of the validation text, in the case that the language has. Throws
  // Error where a file has another number of them.
  References read_references(const Language& target, int64_t sentences) const;
  // One side of all texts to learn from.
  Texts texts(TextFile::Column column) const { return {sides(column)}; }
  // Of each text that was read a line: what it has, and what was left out of it.
  const std::vector<std::string>& report() const { return report_; }

 private:
  struct Text {
    ParallelFiles files;
    double weight;
  };
  std::vector<TextFile> sides(TextFile::Column column) const;
  // Each with the option that names its source.
  std::vector<std::pair<std::string, ParallelFiles>> named_texts() const;
  // name: "source" or "target"
  Language make_language(const DataOptions& options, const SideOptions& side,
                         std::string_view name) const;

  std::vector<Text> texts_;
  std::filesystem::path validation_source_;
  Paths validation_targets_;
  std::vector<std::string> report_;
};

// Those of a training that goes on.
Languages load_languages(const std::filesystem::path& folder, const DataOptions& options);

// What reads features as a corpus wants them. The reader must outlive it.
SourceReader source_reader(FeatureReader& reader);

}  // namespace alinea
