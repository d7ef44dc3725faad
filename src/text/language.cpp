#include "text/language.h"

#include <algorithm>
#include <utility>

#include "support/counted.h"
#include "support/error.h"
#include "support/utf8.h"
#include "text/icu_tokenizer.h"
#include "text/unicode.h"

namespace alinea {

namespace {

std::filesystem::path vocabulary_file(const std::filesystem::path& folder, std::string_view side) {
  return folder / fmt::format("{}.vocabulary.txt", side);
}

// The number of the code point that each byte belongs to; behind the last byte, how many there are.
std::vector<int64_t> code_point_numbers(std::string_view line) {
  std::vector<int64_t> numbers;
  int64_t number = 0;
  for (const std::string_view point : code_points(line))
    numbers.insert(numbers.end(), point.size(), number++);
  numbers.push_back(number);
  return numbers;
}

// With those tokens behind all others, unless they are there.
Vocabulary with_tokens(const Vocabulary& vocabulary, const std::vector<std::string>& always) {
  std::vector<std::string> tokens = vocabulary.tokens();
  for (const std::string& token : always)
    if (vocabulary.id(token) == kUnknown) tokens.push_back(token);
  return Vocabulary(std::move(tokens));
}

Vocabulary count_vocabulary(const Texts& texts, const Tokenizer& tokenizer,
                            const VocabularyOptions& options) {
  VocabularyCounter counter;
  TextLines lines(texts);
  for (std::string line; lines.next(line);)
    for (const std::string& token : tokenizer.split(line)) counter.add(token);
  try {
    return counter.build(options.min_frequency, options.vocabulary_size);
  } catch (const Error& error) {
    throw Error("{}: {}", texts.names(), error.what());
  }
}

// In the case that the text has when it is split.
std::vector<std::string> user_symbols(const VocabularyOptions& options) {
  std::vector<std::string> symbols = options.user_symbols;
  if (options.lowercase)
    for (std::string& symbol : symbols) symbol = to_lower(symbol);
  return symbols;
}

std::unique_ptr<Tokenizer> learn_pieces(const Texts& texts, const VocabularyOptions& options,
                                        const Warn& warn) {
  SentencePieceOptions training = options.sentencepiece;
  training.vocabulary_size = options.vocabulary_size;
  training.user_symbols = user_symbols(options);
  for (const std::string& symbol : options.always)
    if (std::ranges::find(training.user_symbols, symbol) == training.user_symbols.end())
      training.user_symbols.push_back(symbol);
  TrainedSentencePiece trained = train_sentencepiece(texts, training);
  if (trained.cut_lines > 0)
    warn(
        fmt::format("{}: SentencePiece learned from {} of more than {} bytes in parts; is there a "
                    "sentence on each line?",
                    texts.names(), counted(trained.cut_lines, "line"), kLongestLearnedBytes));
  return std::move(trained.tokenizer);
}

Language build_sentencepiece(const Texts& texts, const VocabularyOptions& options,
                             const Warn& warn) {
  auto tokenizer = options.vocabulary.empty() ? learn_pieces(texts, options, warn)
                                              : load_sentencepiece(options.vocabulary);
  Vocabulary vocabulary = tokenizer->own_vocabulary().value();
  for (const std::string& token : options.always)
    if (vocabulary.id(token) == kUnknown)
      throw Error("the SentencePiece model '{}' lacks the symbol {}: train one that has it",
                  options.vocabulary.string(), token);
  return {std::move(tokenizer), std::move(vocabulary), options.lowercase};
}

}  // namespace

Language::Language(std::unique_ptr<const Tokenizer> tokenizer, Vocabulary vocabulary,
                   bool lowercase)
    : tokenizer_(std::move(tokenizer)), vocabulary_(std::move(vocabulary)), lowercase_(lowercase) {}

std::vector<int32_t> Language::encode(std::string_view line) const {
  std::vector<int32_t> ids;
  for (const std::string& token : tokens(line)) {
    const int32_t id = vocabulary_.id(token);
    ids.push_back(id == kUnknown && open_ ? open_->id(token) : id);
  }
  return ids;
}

std::vector<std::string> Language::tokens(std::string_view line) const {
  return lowercase_ ? tokenizer_->split(to_lower(line)) : tokenizer_->split(line);
}

std::vector<CharacterRange> Language::ranges(std::string_view line) const {
  const std::string text = lowercase_ ? to_lower(line) : std::string(line);
  const std::vector<int64_t> numbers = code_point_numbers(line);
  const std::vector<size_t> origins = lowercase_ ? origins_in_lower(line) : std::vector<size_t>();
  // A code point of the line may have become several.
  const auto number = [&](size_t byte) {
    if (!lowercase_) return numbers[byte];
    return byte == text.size() ? numbers.back() : numbers[origins[byte]];
  };
  std::vector<CharacterRange> ranges;
  for (const std::string_view place : tokenizer_->places(text)) {
    const auto begin = static_cast<size_t>(place.data() - text.data());
    const int64_t first = number(begin);
    ranges.push_back({first, place.empty() ? first : number(begin + place.size() - 1) + 1});
  }
  return ranges;
}

std::vector<std::string> Language::tokens(std::span<const int32_t> ids) const {
  std::vector<std::string> tokens;
  tokens.reserve(ids.size());
  for (const int32_t id : ids)
    tokens.push_back(open_ && id >= vocabulary_.size() ? open_->word(id) : vocabulary_.token(id));
  return tokens;
}

std::string Language::decode(std::span<const int32_t> ids) const {
  return tokenizer_->join(tokens(ids));
}

// Only subword-nmt changes text that is tokenised already; the other tokenizers give back what
// their text has, and SentencePiece's normalisation is part of what is measured.
std::string Language::reference(std::string_view line) const {
  if (tokenizer_->is_for_tokenized_text()) return tokenizer_->join(tokens(line));
  return lowercase_ ? to_lower(line) : std::string(line);
}

Language Language::load(const std::filesystem::path& folder, std::string_view side,
                        const TextOptions& options) {
  auto loaded = make_tokenizer(options.tokenizer, folder / side);
  const auto path = vocabulary_file(folder, side);
  Vocabulary vocabulary = Vocabulary::load(path);
  if (const auto own = loaded->own_vocabulary(); own && *own != vocabulary) {
    throw Error("'{}' has other tokens than the SentencePiece model '{}'", path.string(),
                sentencepiece_file(folder / side).string());
  }
  return {std::move(loaded), std::move(vocabulary), options.lowercase};
}

void Language::save(const std::filesystem::path& folder, std::string_view side) const {
  tokenizer_->save(folder / side);
  vocabulary_.save(vocabulary_file(folder, side));
}

Language build_language(const std::vector<TextFile>& files, const VocabularyOptions& options,
                        const Warn& warn) {
  const Texts texts{files, options.lowercase};
  check_tokenizer_name(options.tokenizer);
  if (options.tokenizer == "sentencepiece") return build_sentencepiece(texts, options, warn);
  if (options.vocabulary_size > 0 && options.vocabulary_size <= kEnd + 1)
    throw UsageError(
        "expected vocabulary-size to be larger than the number of special tokens, {}, got {}: "
        "raise it, or give 0 for no limit",
        kEnd + 1, options.vocabulary_size);
  auto tokenizer = options.tokenizer == "icu" ? make_icu_tokenizer(user_symbols(options))
                                              : make_tokenizer(options.tokenizer, {});
  const Vocabulary vocabulary = options.vocabulary.empty()
                                    ? count_vocabulary(texts, *tokenizer, options)
                                    : Vocabulary::load(options.vocabulary);
  return {std::move(tokenizer), with_tokens(vocabulary, options.always), options.lowercase};
}

}  // namespace alinea
