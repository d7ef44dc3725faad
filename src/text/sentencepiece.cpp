#include "text/sentencepiece.h"

#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>
#include <unicode/uchar.h>
#include <utf8.h>

#include <algorithm>
#include <exception>
#include <regex>
#include <utility>

#include "storage/atomic_file.h"
#include "support/error.h"
#include "text/sentencepiece_rules.h"
#include "text/unicode.h"

namespace alinea {

namespace {

namespace spm = sentencepiece;

class SentencePieceTokenizer : public Tokenizer {
 public:
  // origin names the model in messages.
  SentencePieceTokenizer(std::string model, const std::filesystem::path& origin)
      : model_(std::move(model)) {
    if (model_.empty() || !has_sound_rules(model_) || !load()) {
      throw Error("'{}' is not a SentencePiece model", origin.string());
    }
    if (processor_.unk_id() != kUnknown || processor_.bos_id() != kBegin ||
        processor_.eos_id() != kEnd) {
      throw Error(
          "the SentencePiece model '{}' numbers <unk>, <s>, </s> as {}, {}, {}: expected 0, 1, 2",
          origin.string(), processor_.unk_id(), processor_.bos_id(), processor_.eos_id());
    }
  }

  std::vector<std::string> split(std::string_view line) const override {
    std::vector<std::string> tokens;
    check(processor_.Encode(line, &tokens));
    return tokens;
  }

  // What the line has of a piece, whatever normalisation made of it.
  std::vector<std::string_view> places(std::string_view line) const override {
    spm::ImmutableSentencePieceText text;
    check(processor_.Encode(line, text.mutable_proto()));
    std::vector<std::string_view> places;
    for (const auto& piece : text.pieces())
      places.push_back(trimmed(line.substr(piece.begin(), piece.end() - piece.begin())));
    return places;
  }

  std::string join(std::span<const std::string> tokens) const override {
    std::string line;
    check(processor_.Decode(std::vector<std::string>(tokens.begin(), tokens.end()), &line));
    return line;
  }

  // An unknown piece is written with a space on either side.
  std::vector<TokenizedWord> words(std::span<const std::string> tokens) const override {
    std::vector<std::string> spaced(tokens.begin(), tokens.end());
    const std::string& unknown = processor_.IdToPiece(kUnknown);
    for (size_t i = 0; i < tokens.size(); ++i)
      if (tokens[i] == unknown || (i > 0 && tokens[i - 1] == unknown))
        spaced[i].insert(0, kVisibleSpace);
    return words_between_spaces(spaced);
  }

  std::unique_ptr<const PieceSampler> sampler(double alpha) const override {
    return make_piece_sampler(parse_pieces(model_), alpha);
  }

  std::string_view name() const override { return "sentencepiece"; }

  void save(const std::filesystem::path& stem) const override {
    write_file(sentencepiece_file(stem), model_);
  }

  std::optional<Vocabulary> own_vocabulary() const override { return Vocabulary(pieces()); }

 private:
  // The library reports some damage by its status and some by an exception of its own.
  bool load() {
    try {
      return processor_.LoadFromSerializedProto(model_).ok();
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception&) {
      return false;
    }
  }

  static void check(const spm::util::Status& status) {
    if (!status.ok()) throw Error("SentencePiece failed: {}", status.ToString());
  }

  std::vector<std::string> pieces() const {
    std::vector<std::string> pieces;
    pieces.reserve(static_cast<size_t>(processor_.GetPieceSize()));
    for (int id = 0; id < processor_.GetPieceSize(); ++id) {
      pieces.push_back(processor_.IdToPiece(id));
    }
    return pieces;
  }

  std::string model_;  // as it lies in a file
  spm::SentencePieceProcessor processor_;
};

// True where the library can learn from a line. It ends the process for a text of which nothing is
// left after its normalisation, and passes over lines with U+2585.
bool has_content(std::string_view line) {
  bool visible = false;
  for (auto point = line.begin(); point != line.end();) {
    const char32_t c = utf8::next(point, line.end());
    if (c == U'\u2585') return false;
    visible |= u_isgraph(static_cast<UChar32>(c)) && c != U'\u2581' && c != U'\ufffd';
  }
  return visible;
}

// So many of so many lines, evenly spread.
class EvenChoice {
 public:
  // most: 0 for all.
  EvenChoice(const Texts& texts, int64_t most) : most_(most) {
    if (most == 0) return;
    TextLines lines(texts);
    for (std::string line; lines.next(line);) ++all_;
  }

  // Whether the next line is one of them.
  bool next() {
    if (most_ == 0 || all_ <= most_) return true;
    left_ += most_;
    if (left_ < all_) return false;
    left_ -= all_;
    return true;
  }

 private:
  int64_t most_, all_ = 0, left_ = 0;
};

bool is_inside_code_point(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// Takes the first part of a line off it, short enough to learn from.
std::string_view take_part(std::string_view& line) {
  constexpr auto kMost = static_cast<size_t>(kLongestLearnedBytes);
  size_t end = line.size();
  if (end > kMost) {
    end = line.rfind(' ', kMost);
    if (end == std::string_view::npos || end == 0) end = kMost;
    while (end > 1 && is_inside_code_point(line[end])) --end;
  }
  const std::string_view part = line.substr(0, end);
  line.remove_prefix(end);
  return part;
}

// Feeds a text to the library. An exception waits until the library has returned.
class Lines : public spm::SentenceIterator {
 public:
  Lines(const Texts& texts, int64_t max_lines) : lines_(texts), choice_(texts, max_lines) {
    advance();
  }

  bool done() const override { return done_; }
  void Next() override { advance(); }
  const std::string& value() const override { return part_; }
  spm::util::Status status() const override {
    return failure_ ? spm::util::Status(spm::util::StatusCode::kAborted, "") : spm::util::Status();
  }

  bool is_empty() const { return done_; }
  int64_t cut_lines() const { return cut_lines_; }
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  // What has no content teaches nothing and is left out.
  void advance() {
    try {
      do {
        while (rest_.empty() && !done_) next_line();
        part_ = take_part(rest_);
      } while (!done_ && !has_content(part_));
    } catch (...) {
      failure_ = std::current_exception();
      done_ = true;
    }
  }

  void next_line() {
    done_ = !lines_.next(line_);
    if (done_ || !choice_.next()) return;
    rest_ = line_;
    if (std::ssize(line_) > kLongestLearnedBytes) ++cut_lines_;
  }

  TextLines lines_;
  EvenChoice choice_;
  std::string line_, part_;
  std::string_view rest_;  // of line_, to come
  int64_t cut_lines_ = 0;
  bool done_ = false;
  std::exception_ptr failure_;
};

// The library's two complaints about the size carry the size to try instead.
[[noreturn]] void fail(const Texts& texts, int64_t size, const std::string& message) {
  std::smatch match;
  if (std::regex_search(message, match, std::regex("too high.*<= ([0-9]+)"))) {
    throw Error("too little text for {} pieces in {}: set vocabulary-size to {} or less", size,
                texts.names(), match.str(1));
  }
  if (std::regex_search(message, match, std::regex("required_chars.* vs ([0-9]+)"))) {
    throw Error("too many characters for {} pieces in {}: set vocabulary-size to {} or more", size,
                texts.names(), match.str(1));
  }
  throw Error("cannot train SentencePiece on {}: {}", texts.names(), message);
}

// The library reads a list as a line of CSV.
std::string comma_separated(const std::vector<std::string>& symbols) {
  std::string list;
  for (const std::string& symbol : symbols) {
    if (!list.empty()) list += ',';
    list += '"';
    for (const char c : symbol) list += c == '"' ? std::string("\"\"") : std::string(1, c);
    list += '"';
  }
  return list;
}

void check_size(int64_t size) {
  constexpr int64_t kMin = 4;  // the special symbols and a piece
  if (size < kMin || size > kMaxSentencepieceVocabulary) {
    throw UsageError(
        "the tokenizer sentencepiece requires vocabulary-size from {} to {}, for example 8000, "
        "got {}",
        kMin, kMaxSentencepieceVocabulary, size);
  }
}

}  // namespace

std::filesystem::path sentencepiece_file(const std::filesystem::path& stem) {
  return std::filesystem::path(stem) += ".spm";
}

std::unique_ptr<Tokenizer> load_sentencepiece(const std::filesystem::path& model) {
  return std::make_unique<SentencePieceTokenizer>(read_file(model), model);
}

std::vector<std::string> sentencepiece_types() { return {"unigram", "bpe"}; }

std::vector<std::string> sentencepiece_normalizations() {
  return {"nmt_nfkc", "nfkc", "nmt_nfkc_cf", "nfkc_cf", "identity"};
}

TrainedSentencePiece train_sentencepiece(const Texts& texts, const SentencePieceOptions& options) {
  check_size(options.vocabulary_size);
  Lines lines(texts, options.max_lines);
  lines.rethrow();
  if (lines.is_empty()) throw Error("{}: no text to train SentencePiece on", texts.names());
  std::string model;
  const auto status = spm::SentencePieceTrainer::Train(
      {{"model_type", options.type},
       {"vocab_size", std::to_string(options.vocabulary_size)},
       {"character_coverage", fmt::format("{}", options.character_coverage)},
       {"normalization_rule_name", options.normalization},
       {"user_defined_symbols", comma_separated(options.user_symbols)},
       {"unk_id", std::to_string(kUnknown)},
       {"bos_id", std::to_string(kBegin)},
       {"eos_id", std::to_string(kEnd)},
       {"max_sentence_length", std::to_string(kLongestLearnedBytes)},
       {"num_threads", "1"},  // sums in one order, so that the model is always the same
       {"minloglevel", "2"}},
      &lines, &model);
  lines.rethrow();
  if (!status.ok()) fail(texts, options.vocabulary_size, status.ToString());
  return {std::make_unique<SentencePieceTokenizer>(std::move(model), texts.files.front().path),
          lines.cut_lines()};
}

}  // namespace alinea
