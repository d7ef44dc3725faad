#include "tasks/language_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "models/translation_model.h"
#include "options/limits.h"
#include "support/counted.h"
#include "support/error.h"

namespace alinea {

namespace {

// What a new vocabulary is made with.
constexpr const char* kMakingWords[] = {"vocabulary",
                                        "min-frequency",
                                        "vocabulary-size",
                                        "sentencepiece-type",
                                        "character-coverage",
                                        "sentencepiece-max-lines",
                                        "normalization-rule-name",
                                        "user-defined-symbols",
                                        "user-defined-symbols-file"};

std::string described_text(const std::string& name, const TextCorpus& corpus,
                           const TextReport& report, int64_t max_length) {
  const int64_t words = std::max<int64_t>(corpus.tokens() - corpus.lines(), 1);
  std::string line =
      fmt::format("{}: {}, {}, {:.2f}% of them unknown", name, counted(corpus.lines(), "line"),
                  counted(corpus.tokens() - corpus.lines(), "token"),
                  100.0 * static_cast<double>(corpus.unknown()) / static_cast<double>(words));
  if (report.empty > 0) line += fmt::format("; skipped {}", counted(report.empty, "empty line"));
  if (report.too_long > 0)
    line += fmt::format("; skipped {} with more than {}", report.too_long,
                        counted(max_length, "token"));
  return line;
}

// Tokens of a line that the network can learn, without </s>; 0: no limit.
int64_t longest_line(int64_t max_length, std::optional<int64_t> most_words) {
  if (!most_words) return max_length;
  return max_length == 0 ? *most_words - 1 : std::min(max_length, *most_words - 1);
}

}  // namespace

void LanguageDataOptions::visit(FieldList& fields) {
  fields.required("train", training, "text, plain or .gz, a line each; may be given several times")
      .required("valid", validation, "text for validation");
  add_tokenizer(fields, vocabulary);
  fields.add("vocabulary", vocabulary.vocabulary,
             "existing vocabulary file to use (sentencepiece: its model)");
  add_frequency(fields, vocabulary);
  add_sentencepiece(fields, vocabulary);
  user_symbols.visit(fields);
  fields.add("max-length", max_length, "skip lines with more tokens; 0: keep all")
      .range<int64_t>(0, kNoLimit)
      .add("stream", stream,
           "learn the lines as one stream of tokens in windows of --bptt tokens, and carry the "
           "states of recurrent layers from window to window; otherwise each line by itself")
      .add("bptt", bptt, "tokens of such a window, through which the gradients go")
      .range<int64_t>(1, kLargestSize)
      .needs("stream");
}

void take_pretrained(const Options& table, LanguageDataOptions& o,
                     const FirstValuesOptions& first) {
  const LanguageModel model = LanguageModel::outline(ModelFolder(first.model));
  const std::string tokenizer(model.language.tokenizer().name());
  if (!table.given("tokenizer")) o.vocabulary.tokenizer = tokenizer;
  if (!table.given("lowercase")) o.vocabulary.lowercase = model.language.lowercase();
  const bool is_alike =
      o.vocabulary.tokenizer == tokenizer && o.vocabulary.lowercase == model.language.lowercase();
  if (first.update_vocabulary || !is_alike) return;
  refuse_making(table, kMakingWords);
  o.pretrained = first.model;
}

void check_data(const Options& table, LanguageDataOptions& o, const LanguageOptions& network) {
  if (o.stream && table.given("max-length"))
    throw UsageError(
        "--max-length applies to lines, but with --stream there are windows of --bptt "
        "tokens: leave it out");
  if (const auto most = network.most_words(); o.stream && most && o.bptt > *most)
    throw UsageError(
        "--bptt {} is more than the {} positions that are learned: lower it, or raise "
        "--max-positions",
        o.bptt, *most);
  check_vocabulary(table, o.vocabulary);
  refuse_beside("vocabulary", {"vocabulary-size", "min-frequency"}, table);
  o.vocabulary.user_symbols = o.user_symbols.read();
  if (network.is_masked()) o.vocabulary.always = {kMaskSymbol};
}

std::map<std::string, std::filesystem::path> text_files(const LanguageDataOptions& o) {
  std::map<std::string, std::filesystem::path> files = {{"valid", o.validation}};
  for (size_t i = 0; i < o.training.size(); ++i)
    files[i == 0 ? "train" : fmt::format("train.{}", i + 1)] = o.training[i];
  return files;
}

Language make_language(const LanguageDataOptions& o) {
  if (!o.pretrained.empty()) {
    Language language = Language::load(o.pretrained, LanguageModel::kSide,
                                       {o.vocabulary.tokenizer, o.vocabulary.lowercase});
    for (const std::string& symbol : o.vocabulary.always)
      if (language.vocabulary().id(symbol) == kUnknown)
        throw Error("the vocabulary of {} lacks {}: give --update-vocabulary to build a new one",
                    o.pretrained.string(), symbol);
    return language;
  }
  std::vector<TextFile> files;
  for (const std::filesystem::path& path : o.training) files.emplace_back(path);
  return build_language(files, o.vocabulary,
                        [](const std::string& line) { std::cerr << line << '\n'; });
}

LanguageTexts read_texts(const LanguageDataOptions& o, const Language& language,
                         const LanguageOptions& network) {
  LanguageTexts texts;
  const std::optional<int64_t> most = network.most_words();
  TextReadOptions reading{.max_length = o.stream ? 0 : longest_line(o.max_length, most),
                          .keep_empty = o.stream};
  if (reading.max_length != o.max_length) reading.limit = "--max-positions";
  for (const std::filesystem::path& path : o.training) {
    TextCorpus one;
    const TextReport report = add_lines(one, path, language, reading);
    texts.report.push_back(described_text(path.string(), one, report, reading.max_length));
    texts.training.append(one);
  }
  const TextReport report =
      add_lines(texts.validation, o.validation, language, {.max_length = 0, .keep_empty = true});
  texts.report.push_back(described_text(o.validation.string(), texts.validation, report, 0));
  for (int64_t i = 0; !o.stream && most && i < texts.validation.lines(); ++i)
    if (const int64_t tokens = texts.validation.line(i).length(); tokens > *most)
      throw Error(
          "'{}', line {}: it has {} tokens with </s>, but learned positions end at {}; raise "
          "--max-positions",
          o.validation.string(), texts.validation.line_number(i), tokens, *most);
  return texts;
}

TextCut text_cut(const LanguageDataOptions& o, const LanguageOptions& network, int64_t streams) {
  if (!o.stream) return {};
  return {network.carries_states() ? TextCut::Kind::kStreams : TextCut::Kind::kWindows, o.bptt,
          streams};
}

}  // namespace alinea
