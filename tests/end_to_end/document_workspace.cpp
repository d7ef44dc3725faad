#include "document_workspace.h"

#include <catch2/catch.hpp>

#include "small_data.h"

namespace alinea {

DocumentWorkspace::DocumentWorkspace() { write_documents(*this); }

Outcome DocumentWorkspace::train_classifier(const std::string& model, const Given& options) const {
  Given all = options;
  all.merge(Given{{"train", "train.tsv"},
                  {"model", model},
                  {"embedding-size", "7"},
                  {"hidden-size", "6"},
                  {"attention-size", "5"},
                  {"batch-size", "8"},
                  {"updates", "10"},
                  {"threads", "1"}});
  return run("train-classifier", all);
}

void DocumentWorkspace::make_classifier(const std::string& model, const Given& options) const {
  const Outcome outcome = train_classifier(model, options);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
}

}  // namespace alinea
