// A document classifier on disk: everything that classifying needs, in one folder.
//
//   config.json        format, options of the model, how text becomes words, options of the
//   training vocabulary.txt     a word a line labels.txt         a class a line best.safetensors,
//   last.safetensors, training.csv: as ModelFolder says
#pragma once

#include <filesystem>
#include <memory>

#include "models/document_classifier.h"
#include "models/model_folder.h"
#include "text/document_splitter.h"
#include "text/labels.h"
#include "text/vocabulary.h"

namespace alinea {

struct ClassifierModel {
  SplitterOptions splitter;
  Vocabulary vocabulary;
  Labels labels;
  std::unique_ptr<DocumentClassifier> network;
};

class ClassifierFolder {
 public:
  explicit ClassifierFolder(std::filesystem::path path) : folder_(std::move(path)) {}

  // What any model's folder can do.
  const ModelFolder& folder() const { return folder_; }

  void save_description(const ClassifierModel& model, const nlohmann::ordered_json& training) const;

  // Throws Error for a folder that is missing, unfinished, of another kind or version, or damaged.
  ClassifierModel load(Snapshot snapshot = Snapshot::kBest) const;
  // The same without the parameters' values, which take no memory and may not be there yet.
  ClassifierModel outline() const;

 private:
  ModelFolder folder_;
};

}  // namespace alinea
