#include "commands/forced_pairs.h"

#include <algorithm>
#include <limits>

#include "commands/threads.h"
#include "models/model_folder.h"
#include "support/error.h"
#include "text/line_reader.h"

namespace alinea {

void add_forced_pairs(Options& table, ForcedPairsOptions& options) {
  table.required("model", options.model, "model folder")
      .required("source", options.files.source, "text to translate from, plain or .gz")
      .required("target", options.files.target, "its translation, line for line")
      .add("batch-size", options.batch_size, "sentences at a time")
      .range<int64_t>(1, std::numeric_limits<int64_t>::max())
      .add("threads", options.threads, "threads; 0: every core")
      .range<int64_t>(0, kMostThreads);
}

void for_forced_pairs(const ForcedPairsOptions& options,
                      const std::function<void(const ForcedPair&)>& visit) {
  constexpr int64_t kBatchesTogether = 16;  // sorted by length among themselves
  const TranslationModel model = ModelFolder(options.model).load();
  if (options.keep_attention && !model.network->options().has_attention())
    throw Error("the model in {} has no attention to show: it was trained with --attention none",
                options.model.string());
  const auto& [source, target] = model.languages;
  const ParallelCorpus corpus = read_parallel(options.files, source, target,
                                              ReadOptions{.max_length = 0, .keep_empty = true});

  LineReader source_lines(options.files.source), target_lines(options.files.target);
  std::string source_line, target_line;
  const int64_t chunk = options.batch_size * kBatchesTogether;
  for (int64_t begin = 0; begin < corpus.size(); begin += chunk) {
    std::vector<SentencePair> pairs;
    for (int64_t i = begin; i < std::min(begin + chunk, corpus.size()); ++i)
      pairs.push_back({corpus.source(i), corpus.target(i), i});
    const std::vector<ForcedSentence> results =
        force(*model.network, pairs, {options.batch_size, options.keep_attention});
    for (size_t i = 0; i < results.size(); ++i) {
      source_lines.next(source_line);
      target_lines.next(target_line);
      visit({begin + static_cast<int64_t>(i), source.tokens(source_line),
             target.tokens(target_line), results[i]});
    }
  }
}

}  // namespace alinea
