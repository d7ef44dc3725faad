#include "search/rescoring.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "metrics/whitespace.h"
#include "models/language_model.h"
#include "models/translation_model.h"
#include "search/scored_lines.h"
#include "search/search_options.h"
#include "search/translator.h"
#include "search/unknown_positions.h"
#include "support/unanswered.h"

namespace alinea {

namespace {

// A text in numbers, or why the model cannot read it.
struct NumberedText {
  std::vector<int32_t> source = {}, target;
  std::string fault;
};

std::vector<TextJudge::Judgement> judged(const AutoregressiveModel& network,
                                         std::span<const NumberedText> texts, int64_t batch_size) {
  std::vector<SentencePair> pairs;
  for (const NumberedText& text : texts)
    if (text.fault.empty()) pairs.push_back({text.source, text.target, 0});
  const std::vector<ScoredPair> scored = score(network, pairs, {.batch_size = batch_size});
  std::vector<TextJudge::Judgement> judgements;
  auto next = scored.begin();
  for (const NumberedText& text : texts) {
    if (!text.fault.empty()) {
      judgements.push_back({0, 0, text.fault});
      continue;
    }
    const bool is_number = std::isfinite(next->log_probability);
    judgements.push_back(
        {next->log_probability, next->tokens, std::string(is_number ? "" : kOverflow)});
    ++next;
  }
  return judgements;
}

class LanguageJudge : public TextJudge {
 public:
  explicit LanguageJudge(const std::filesystem::path& folder) : model_(load_causal(folder)) {}

  bool reads_source() const override { return false; }
  std::vector<Judgement> judge(std::span<const std::string> /*sources*/,
                               std::span<const std::string> texts,
                               int64_t batch_size) const override {
    std::vector<NumberedText> numbered;
    for (const std::string& text : texts) {
      std::vector<int32_t> ids = model_.language.encode(text);
      std::string fault = beyond_positions_of(model_.network->options(), std::ssize(ids));
      numbered.push_back({.target = std::move(ids), .fault = std::move(fault)});
    }
    return judged(*model_.network, numbered, batch_size);
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
    const OpenWords::Use words = model_.languages.target.use_words();
    std::vector<NumberedText> numbered;
    for (size_t i = 0; i < texts.size(); ++i) {
      std::vector<int32_t> source = model_.languages.source.encode(sources[i]);
      std::string fault = beyond_positions(*model_.network, std::ssize(source));
      numbered.push_back(
          {std::move(source), model_.languages.target.encode(texts[i]), std::move(fault)});
    }
    return judged(*model_.network, numbered, batch_size);
  }

 private:
  TranslationModel model_;
};

constexpr double kNoScore = -std::numeric_limits<double>::infinity();

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

std::vector<Unscored> rescore(std::span<NBestEntries> lists,
                              std::span<const RescoredSource> sources,
                              std::span<const std::unique_ptr<TextJudge>> judges,
                              const RescoringOptions& options) {
  std::vector<std::string> from, texts, faults;
  std::vector<NBestEntry*> entries;
  for (size_t i = 0; i < lists.size(); ++i)
    for (NBestEntry& entry : lists[i].entries) {
      if (!is_text(entry)) continue;
      entries.push_back(&entry);
      texts.push_back(entry.text);
      from.push_back(sources.empty() ? std::string() : sources[i].text);
      faults.push_back(sources.empty() ? std::string() : sources[i].fault);
    }
  const auto weight = [&](size_t m) { return options.weights.empty() ? 1 : options.weights[m]; };
  std::vector<std::vector<TextJudge::Judgement>> judgements;  // of each judge
  judgements.reserve(judges.size());
  for (const auto& judge : judges) {
    judgements.push_back(judge->judge(from, texts, options.batch_size));
    for (size_t i = 0; judge->reads_source() && i < faults.size(); ++i)
      if (!faults[i].empty()) judgements.back()[i].fault = faults[i];
  }
  std::vector<Unscored> unscored;
  for (size_t i = 0; i < entries.size(); ++i) {
    NBestEntry& entry = *entries[i];
    const auto failed = std::ranges::find_if(
        judgements, [i](const auto& of_judge) { return !of_judge[i].fault.empty(); });
    if (failed != judgements.end()) unscored.push_back({entry.line, (*failed)[i].fault});
    const auto words = static_cast<double>(split_words(entry.text).size());
    double score = weight(0) * entry.score + options.word_bonus * words;
    add_feature(entry, "Score0", entry.score);
    for (size_t m = 0; m < judges.size(); ++m) {
      const TextJudge::Judgement& judgement = judgements[m][i];
      const bool is_judged = judgement.fault.empty();
      add_feature(entry, fmt::format("Model{}", m + 1),
                  is_judged ? judgement.log_probability : kNoScore);
      if (!is_judged) continue;
      score += weight(m + 1) * judgement.log_probability /
               length_penalty(judgement.tokens, options.length_penalty);
    }
    entry.score = failed == judgements.end() ? score : kNoScore;
  }
  for (NBestEntries& list : lists)
    std::ranges::stable_sort(list.entries, std::greater<>(), &NBestEntry::score);
  return unscored;
}

}  // namespace alinea
