#include "alinea/translate.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "models/translation_model.h"
#include "ops/engine.h"
#include "search/model_source.h"
#include "search/unknown_positions.h"
#include "support/error.h"
#include "support/utf8.h"

namespace alinea {

namespace {

// A translation takes all threads already: several at once would only be in each other's way.
std::mutex& turn() {
  static std::mutex mutex;
  return mutex;
}

SearchOptions search_options(const TranslationOptions& options, int64_t n_best) {
  return {.beam_size = options.beam_size,
          .n_best = n_best,
          .length_penalty = options.length_penalty,
          .max_length_factor = options.max_length_factor};
}

void check(const TranslationOptions& options) {
  check(search_options(options, /*n_best=*/1));
  if (options.max_length < 1 || options.batch_size < 1) {
    throw UsageError("max_length and batch_size must be at least 1, not {} and {}",
                     options.max_length, options.batch_size);
  }
}

}  // namespace

class Translator::Model {
 public:
  Model(const std::filesystem::path& folder, const TranslationOptions& options)
      : options_(options),
        model_(load<TranslationModel>(ModelFolder(folder))),
        source_(std::make_unique<ModelSource>(model_, FeatureFileOptions())) {}

  enum class KeepAttention { kNo, kYes };

  std::vector<std::vector<Translation>> translate(std::span<const std::string> lines,
                                                  int64_t n_best, KeepAttention keep) const {
    const SearchOptions options = search_options(options_, n_best);
    check(options);
    std::vector<SourceLine> sources;
    for (const std::string& line : lines) sources.push_back(read(line));
    const NBestLists hypotheses = search(sources, options, keep);
    std::vector<std::vector<Translation>> translations(lines.size());
    for (size_t i = 0; i < lines.size(); ++i) {
      // An empty line is not translated: its translation is empty, and certain.
      if (sources[i].is_empty()) translations[i].emplace_back();
      if (!model_.languages.has_features) sources[i].tokens.emplace_back(kEndSymbol);
      for (const Hypothesis& hypothesis : hypotheses[i])
        translations[i].push_back(translation(sources[i].tokens, hypothesis));
    }
    return translations;
  }

 private:
  SourceLine read(const std::string& line) const {
    const std::lock_guard lock(turn());
    if (!is_valid_text(line) || line.find('\n') != std::string::npos)
      throw Error("expected a line of UTF-8 text to translate, found other bytes");
    SourceLine source = source_->read(line, options_.max_length);
    if (const std::string reason = beyond_positions(*model_.network, source.pair().source_size());
        !reason.empty())
      throw Error(reason);
    return source;
  }

  NBestLists search(std::span<const SourceLine> lines, const SearchOptions& options,
                    KeepAttention keep) const {
    const std::lock_guard lock(turn());
    const ops::ThreadSettings of_the_program;
    ops::set_threads(ops::usual_threads());
    std::vector<SentencePair> all;
    for (const SourceLine& line : lines) all.push_back(line.pair());
    const TranslatorOptions how = {
        .search = options,
        .batch_size = options_.batch_size,
        .keep_attention = keep == KeepAttention::kYes && model_.network->options().has_attention()};
    return search_lines(
        all, how,
        {[this](std::span<const SentencePair> sources, std::span<const size_t> /*places*/,
                const TranslatorOptions& given) {
           return alinea::translate(*model_.network, sources, given);
         },
         [this](size_t /*place*/, const Hypothesis& hypothesis) {
           return model_.languages.target.decode(hypothesis.tokens);
         }});
  }

  Translation translation(const std::vector<std::string>& source,
                          const Hypothesis& hypothesis) const {
    const Language& target = model_.languages.target;
    Translation translation{.text = target.decode(hypothesis.tokens),
                            .score = hypothesis.score,
                            .log_probability = hypothesis.log_probability,
                            .source_tokens = source,
                            .target_tokens = target.tokens(hypothesis.tokens),
                            .attention = hypothesis.attention.mean(std::ssize(source))};
    if (hypothesis.ended) translation.target_tokens.emplace_back(kEndSymbol);
    return translation;
  }

  TranslationOptions options_;
  TranslationModel model_;
  std::unique_ptr<ModelSource> source_;  // which opens the files that lines of features name
};

Translator::Translator(const std::filesystem::path& model_folder,
                       const TranslationOptions& options) {
  check(options);
  model_ = std::make_unique<const Model>(model_folder, options);
}

Translator::Translator(Translator&&) noexcept = default;
Translator& Translator::operator=(Translator&&) noexcept = default;
Translator::~Translator() = default;

std::string Translator::translate(std::string_view line) const {
  return translate_all(std::vector<std::string>{std::string(line)}).front();
}

std::vector<std::string> Translator::translate_all(std::span<const std::string> lines) const {
  std::vector<std::string> texts;
  for (std::vector<Translation>& best :
       model_->translate(lines, /*n_best=*/1, Model::KeepAttention::kNo))
    texts.push_back(best.empty() ? std::string() : std::move(best.front().text));
  return texts;
}

std::vector<std::vector<Translation>> Translator::n_best(std::span<const std::string> lines,
                                                         int64_t n) const {
  return model_->translate(lines, n, Model::KeepAttention::kYes);
}

}  // namespace alinea
