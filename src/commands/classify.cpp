#include "commands/classify.h"

#include <filesystem>
#include <string>

#include "commands/classify_documents.h"
#include "commands/classify_pictures.h"
#include "models/picture_model.h"
#include "options/limits.h"
#include "options/options.h"
#include "options/threads.h"
#include "support/error.h"

namespace alinea {

namespace {

struct ClassifyOptions {
  ClassifyDocumentsOptions documents;
  std::filesystem::path glimpse_page;
  int64_t glimpse_samples = 0;
  FeatureFileOptions where;  // of pictures
  int64_t threads = 0;
};

void add_options(Options& table, ClassifyOptions& o) {
  table.required("model", o.documents.model, "model folder")
      .add("input", o.documents.input,
           "documents, plain or .gz, one per line, pairs 'premise TAB hypothesis' of a model with "
           "--pairs, or a list of pictures; - is standard input")
      .add("labelled", o.documents.labelled,
           "lines are 'label TAB document': report accuracy on standard error")
      .add("ignore-extra-columns", o.documents.ignore_extra_columns,
           "read no columns behind the hypothesis of a pair, which are refused otherwise")
      .add("batch-size", o.documents.classification.batch_size, "documents per batch")
      .range<int64_t>(1, kMostSentences)
      .add("attention", o.documents.attention,
           "CSV file for the attention weights of sentences and words, of the words of a pair at "
           "each other, or for the glimpses of pictures")
      .output()
      .add("highlight", o.documents.highlight,
           "HTML page that highlights the documents by these weights, or draws those of each pair")
      .output()
      .add("heatmap", o.documents.heatmap, "folder for a picture of the weights of each pair")
      .output()
      .choice("attention-of", o.documents.attention_of, {kHypothesisLooks, kPremiseLooks},
              "which text of a pair looks at the other; premise: of --pair-attention two-way and "
              "compare")
      .add("self-attention", o.documents.self_attention,
           "CSV file for what the words of each document look at in the encoder")
      .output()
      .add("self-attention-page", o.documents.self_attention_page,
           "HTML page on which words look at words, by layer and head")
      .output()
      .add("threads", o.threads, "threads; 0: one per core")
      .range<int64_t>(0, kMostThreads);
  table.group("Pictures")
      .add("glimpse-page", o.glimpse_page, "HTML page with the paths of glimpses over the pictures")
      .output()
      .add("glimpse-samples", o.glimpse_samples,
           "paths over a picture that predictions are averaged over; 0: as the model was trained")
      .range<int64_t>(0, 10000);
  o.where.visit(table);
}

// Of a model of another kind: names options of `names` that were given.
void refuse(const Options& table, const std::string& kind, std::span<const char* const> names) {
  for (const char* name : names)
    if (table.given(name))
      throw UsageError("--{} requires a model of {}: leave it out", name, kind);
}

void run_pictures(const ClassifyOptions& o) {
  classify_pictures({.model = o.documents.model,
                     .input = o.documents.input,
                     .attention = o.documents.attention,
                     .page = o.glimpse_page,
                     .labelled = o.documents.labelled,
                     .classification = {.batch_size = o.documents.classification.batch_size,
                                        .samples = o.glimpse_samples},
                     .where = o.where});
}

}  // namespace

void classify_command(std::span<const std::string> arguments) {
  ClassifyOptions options;
  Options table("classify",
                "Prints the class of each document and the probabilities of all classes");
  add_options(table, options);
  if (!table.parse(arguments)) return;
  use_threads(options.threads);
  if (kind_of(ModelFolder(options.documents.model)).format == PictureModel::kFormat) {
    static constexpr const char* kOfDocuments[] = {"highlight",      "heatmap",
                                                   "attention-of",   "ignore-extra-columns",
                                                   "self-attention", "self-attention-page"};
    refuse(table, "documents", kOfDocuments);
    return run_pictures(options);
  }
  static constexpr const char* kOfPictures[] = {"glimpse-page", "glimpse-samples",
                                                "features-folder", "max-seconds"};
  refuse(table, "pictures", kOfPictures);
  const ClassifyDocumentsOptions& shown = options.documents;
  if (table.given("attention-of") && shown.attention.empty() && shown.highlight.empty() &&
      shown.heatmap.empty())
    throw UsageError(
        "--attention-of says what --attention, --highlight or --heatmap show: give one of them, or "
        "leave it out");
  classify_documents(options.documents);
}

}  // namespace alinea
