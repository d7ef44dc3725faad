// Classifiers of documents, taggers and language models that are served.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/classifier_model.h"
#include "models/language_model.h"
#include "models/tagger_model.h"
#include "server/computation.h"
#include "server/service.h"

namespace alinea {

class ClassifierService : public Service {
 public:
  ClassifierService(std::string name, const std::filesystem::path& folder,
                    const ServiceOptions& options);

  std::string_view kind() const override { return "document classifier"; }
  std::vector<std::string> paths() const override { return {"/classify"}; }
  nlohmann::ordered_json description() const override;

  bool reads_pairs() const { return model_->network->options().pairs; }
  // Of documents, or of pairs where the model reads them. Throws RequestError where weights are
  // asked for and the model has none.
  std::unique_ptr<Computation> classification(bool attention) const;

 private:
  class Classes;
  bool has_weights() const;

  std::unique_ptr<ClassifierModel> model_;
  std::unique_ptr<DocumentSplitter> splitter_;
};

class TaggerService : public Service {
 public:
  TaggerService(std::string name, const std::filesystem::path& folder,
                const ServiceOptions& options);

  std::string_view kind() const override { return "tagger"; }
  std::vector<std::string> paths() const override { return {"/tag"}; }
  nlohmann::ordered_json description() const override;

  // Throws RequestError where attention is asked for and the model has none.
  std::unique_ptr<Computation> tagging(bool attention) const;

 private:
  class Tags;

  std::unique_ptr<TaggerModel> model_;
  ServiceOptions options_;
};

class LanguageModelService : public Service {
 public:
  // Throws Error for a model that is not causal.
  LanguageModelService(std::string name, const std::filesystem::path& folder,
                       const ServiceOptions& options);

  std::string_view kind() const override { return "language model"; }
  std::vector<std::string> paths() const override { return {"/score"}; }
  nlohmann::ordered_json description() const override;

  std::unique_ptr<Computation> scoring() const;

 private:
  class Scores;

  std::unique_ptr<LanguageModel> model_;
  ServiceOptions options_;
};

}  // namespace alinea
