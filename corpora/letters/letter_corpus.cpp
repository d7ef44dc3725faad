#include "letters/letter_corpus.h"

#include <fmt/format.h>

#include <random>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "letters/phrases.h"
#include "lines.h"

namespace alinea {
namespace {

constexpr uint64_t kSeed = 2016;
constexpr size_t kTrainSize = 1000;
constexpr size_t kHeldOutSize = 200;
constexpr size_t kShortest = 3, kLongest = 8;  // sentences

// Sentences of small talk, none made from the same pattern as another.
std::vector<std::string> draw_small_talk(size_t count, std::mt19937_64& random) {
  std::vector<std::string_view> patterns(small_talk().begin(), small_talk().end());
  std::vector<std::string> sentences;
  while (sentences.size() < count) {
    const size_t drawn = random() % patterns.size();
    sentences.push_back(filled(patterns[drawn], random));
    std::swap(patterns[drawn], patterns.back());
    patterns.pop_back();
  }
  return sentences;
}

Letter draw_letter(std::mt19937_64& random) {
  const Subject& subject = choose(subjects(), random);
  const size_t size = kShortest + random() % (kLongest - kShortest + 1);
  Letter letter{.label = std::string(subject.label),
                .sentences = draw_small_talk(size - 1, random),
                .telling = random() % size};
  const std::string_view frame = choose(telling_frames(), random);
  const std::string_view wish = choose(subject.wishes, random);
  letter.sentences.insert(letter.sentences.begin() + static_cast<std::ptrdiff_t>(letter.telling),
                          telling_sentence(frame, wish, random));
  return letter;
}

std::string text_of(const Letter& letter) {
  return fmt::format("{}", fmt::join(letter.sentences, " "));
}

void write_letters(const std::filesystem::path& path, const std::vector<Letter>& letters) {
  std::vector<std::string> lines;
  lines.reserve(letters.size());
  for (const Letter& letter : letters)
    lines.push_back(fmt::format("{}\t{}", letter.label, text_of(letter)));
  write_lines(path, lines);
}

}  // namespace

LetterSplits draw_letters() {
  LetterSplits splits;
  std::mt19937_64 random(kSeed);
  std::unordered_set<std::string> drawn;
  const auto fill = [&](std::vector<Letter>& split, size_t size) {
    while (split.size() < size) {
      Letter letter = draw_letter(random);
      if (drawn.insert(text_of(letter)).second) split.push_back(std::move(letter));
    }
  };
  fill(splits.test, kHeldOutSize);
  fill(splits.valid, kHeldOutSize);
  fill(splits.train, kTrainSize);
  return splits;
}

void write_letter_corpus(const std::filesystem::path& folder) {
  make_folder(folder);
  const LetterSplits splits = draw_letters();
  write_letters(folder / "train.tsv", splits.train);
  write_letters(folder / "valid.tsv", splits.valid);
  write_letters(folder / "test.tsv", splits.test);
  std::vector<std::string> gold;
  gold.reserve(splits.test.size());
  for (const Letter& letter : splits.test) gold.push_back(std::to_string(letter.telling));
  write_lines(folder / "test.gold", gold);
}

}  // namespace alinea
