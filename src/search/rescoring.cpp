#include "search/rescoring.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "metrics/whitespace.h"
#include "models/language_model.h"
#include "models/translation_model.h"
#include "search/scored_lines.h"
#include "search/search_options.h"
#include "search/translator.h"
#include "search/unknown_positions.h"

namespace alinea {

namespace {

std::vector<TextJudge::Judgement> judged(const AutoregressiveModel& network,
                                         std::span<const std::vector<int32_t>> sources,
                                         std::span<const std::vector<int32_t>> targets,
                                         int64_t batch_size) {
  std::vector<SentencePair> pairs;
  for (size_t i = 0; i < targets.size(); ++i)
    pairs.push_back(
        {sources.empty() ? std::span<const int32_t>() : std::span(sources[i]), targets[i], 0});
  std::vector<TextJudge::Judgement> judgements;
  for (const ScoredPair& scored : score(network, pairs, {.batch_size = batch_size}))
    judgements.push_back({scored.log_probability, scored.tokens});
  return judgements;
}

[[noreturn]] void refuse(const std::string& text, const std::string& reason) {
  throw Error("cannot score {:?}: {}", text, reason);
}

class LanguageJudge : public TextJudge {
 public:
  explicit LanguageJudge(const std::filesystem::path& folder) : model_(load_causal(folder)) {}

  bool reads_source() const override { return false; }
  std::vector<Judgement> judge(std::span<const std::string> /*sources*/,
                               std::span<const std::string> texts,
                               int64_t batch_size) const override {
    std::vector<std::vector<int32_t>> targets;
    for (const std::string& text : texts) {
      targets.push_back(model_.language.encode(text));
      const std::string reason =
          beyond_positions_of(model_.network->options(), std::ssize(targets.back()));
      if (!reason.empty()) refuse(text, reason);
    }
    return judged(*model_.network, {}, targets, batch_size);
  }

 private:
  LanguageModel model_;
};

class TranslationJudge : public TextJudge {
 public:
  explicit TranslationJudge(const std::filesystem::path& folder)
      : model_(load<TranslationModel>(ModelFolder(folder))) {
    if (model_.languages.has_features)
      throw Error("the model in {} reads features, but hypotheses are judged by sources of words",
                  folder.string());
  }

  bool reads_source() const override { return true; }
  std::vector<Judgement> judge(std::span<const std::string> sources,
                               std::span<const std::string> texts,
                               int64_t batch_size) const override {
    std::vector<std::vector<int32_t>> from, targets;
    for (size_t i = 0; i < texts.size(); ++i) {
      from.push_back(model_.languages.source.encode(sources[i]));
      targets.push_back(model_.languages.target.encode(texts[i]));
      const std::string reason = beyond_positions(*model_.network, std::ssize(from.back()));
      if (!reason.empty()) refuse(sources[i], reason);
    }
    return judged(*model_.network, from, targets, batch_size);
  }

 private:
  TranslationModel model_;
};

bool is_text(const NBestEntry& entry) { return std::isfinite(entry.score); }

void add_feature(NBestEntry& entry, const std::string& name, double value) {
  if (!entry.features.empty()) entry.features += ' ';
  entry.features += fmt::format("{}= {:.6f}", name, value);
}

}  // namespace

std::unique_ptr<TextJudge> load_judge(const std::filesystem::path& folder) {
  if (kind_of(ModelFolder(folder)).format == LanguageModel::kFormat)
    return std::make_unique<LanguageJudge>(folder);
  return std::make_unique<TranslationJudge>(folder);
}

void rescore(std::span<NBestEntries> lists, std::span<const std::string> sources,
             std::span<const std::unique_ptr<TextJudge>> judges, const RescoringOptions& options) {
  std::vector<std::string> from, texts;
  std::vector<NBestEntry*> entries;
  for (size_t i = 0; i < lists.size(); ++i)
    for (NBestEntry& entry : lists[i].entries) {
      if (!is_text(entry)) continue;
      entries.push_back(&entry);
      texts.push_back(entry.text);
      from.push_back(sources.empty() ? std::string() : sources[i]);
    }
  const auto weight = [&](size_t m) { return options.weights.empty() ? 1 : options.weights[m]; };
  std::vector<double> scores;
  for (NBestEntry* entry : entries) {
    const auto words = static_cast<double>(split_words(entry->text).size());
    scores.push_back(weight(0) * entry->score + options.word_bonus * words);
    add_feature(*entry, "Score0", entry->score);
  }
  for (size_t m = 0; m < judges.size(); ++m) {
    const auto judgements = judges[m]->judge(from, texts, options.batch_size);
    for (size_t i = 0; i < entries.size(); ++i) {
      const auto [log_probability, tokens] = judgements[i];
      add_feature(*entries[i], fmt::format("Model{}", m + 1), log_probability);
      scores[i] += weight(m + 1) * log_probability / length_penalty(tokens, options.length_penalty);
    }
  }
  for (size_t i = 0; i < entries.size(); ++i) entries[i]->score = scores[i];
  for (NBestEntries& list : lists)
    std::ranges::stable_sort(list.entries, std::greater<>(), &NBestEntry::score);
}

}  // namespace alinea
