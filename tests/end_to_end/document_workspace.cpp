#include "document_workspace.h"

#include <catch2/catch.hpp>

namespace alinea {

DocumentWorkspace::DocumentWorkspace() {
  for (const auto& [file, count] : {std::pair("train.tsv", 60), std::pair("valid.tsv", 12)}) {
    const std::vector<std::string> lines =
        lines_of(bytes_of(std::string(ALINEA_LETTERS "/") + file));
    std::string text;
    for (int i = 0; i < count; ++i) text += lines.at(static_cast<size_t>(i)) + "\n";
    write(file, text);
  }
}

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
