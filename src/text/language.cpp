#include "text/language.h"

#include <utility>

#include "support/error.h"
#include "text/line_reader.h"
#include "text/sentencepiece.h"

namespace alinea {

namespace {

std::filesystem::path vocabulary_file(const std::filesystem::path& folder, std::string_view side) {
  return folder / fmt::format("{}.vocabulary.txt", side);
}

Vocabulary count_vocabulary(const std::filesystem::path& corpus, const Tokenizer& tokenizer,
                            const VocabularyOptions& options) {
  LineReader reader(corpus);
  VocabularyCounter counter;
  for (std::string line; reader.next(line);) {
    for (const std::string& token : tokenizer.split(line)) counter.add(token);
  }
  try {
    return counter.build(options.min_frequency, options.vocabulary_size);
  } catch (const Error& error) {
    throw Error("'{}': {}", corpus.string(), error.what());
  }
}

Language build_sentencepiece(const std::filesystem::path& corpus,
                             const VocabularyOptions& options) {
  auto tokenizer = options.vocabulary.empty() ? train_sentencepiece(corpus, options.vocabulary_size)
                                              : load_sentencepiece(options.vocabulary);
  Vocabulary vocabulary = tokenizer->own_vocabulary().value();
  return {std::move(tokenizer), std::move(vocabulary)};
}

}  // namespace

Language::Language(std::unique_ptr<const Tokenizer> tokenizer, Vocabulary vocabulary)
    : tokenizer_(std::move(tokenizer)), vocabulary_(std::move(vocabulary)) {}

std::vector<int32_t> Language::encode(std::string_view line) const {
  std::vector<int32_t> ids;
  for (const std::string& token : tokens(line)) ids.push_back(vocabulary_.id(token));
  return ids;
}

std::vector<std::string> Language::tokens(std::string_view line) const {
  return tokenizer_->split(line);
}

std::string Language::decode(std::span<const int32_t> ids) const {
  std::vector<std::string> tokens;
  tokens.reserve(ids.size());
  for (const int32_t id : ids) tokens.push_back(vocabulary_.token(id));
  return tokenizer_->join(tokens);
}

Language Language::load(const std::filesystem::path& folder, std::string_view side,
                        std::string_view tokenizer) {
  auto loaded = make_tokenizer(tokenizer, folder / side);
  const auto path = vocabulary_file(folder, side);
  Vocabulary vocabulary = Vocabulary::load(path);
  if (const auto own = loaded->own_vocabulary(); own && *own != vocabulary) {
    throw Error("'{}' has other tokens than the model '{}' beside it", path.string(),
                sentencepiece_file(folder / side).string());
  }
  return {std::move(loaded), std::move(vocabulary)};
}

void Language::save(const std::filesystem::path& folder, std::string_view side) const {
  tokenizer_->save(folder / side);
  vocabulary_.save(vocabulary_file(folder, side));
}

Language build_language(const std::filesystem::path& corpus, const VocabularyOptions& options) {
  check_tokenizer_name(options.tokenizer);
  if (options.tokenizer == "sentencepiece") return build_sentencepiece(corpus, options);
  if (options.vocabulary_size > 0 && options.vocabulary_size <= kEnd + 1)
    throw UsageError(
        "expected --vocabulary-size to leave room beside {} special tokens, got {}: raise it, or "
        "give 0 for no limit",
        kEnd + 1, options.vocabulary_size);
  auto tokenizer = make_tokenizer(options.tokenizer, {});
  Vocabulary vocabulary = options.vocabulary.empty() ? count_vocabulary(corpus, *tokenizer, options)
                                                     : Vocabulary::load(options.vocabulary);
  return {std::move(tokenizer), std::move(vocabulary)};
}

}  // namespace alinea
