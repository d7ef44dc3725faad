#include "numbers/number_corpus.h"

#include <fmt/format.h>

#include <iterator>
#include <random>
#include <string>
#include <unordered_set>

#include "lines.h"
#include "numbers/spelled_number.h"

namespace alinea {
namespace {

constexpr uint64_t kSeed = 2014;
constexpr int64_t kBasicNumbers = 100;
constexpr size_t kTrainSize = 8000;
constexpr size_t kHeldOutSize = 500;

// Of three to six digits, uniform within a magnitude. Short ones are rarer: there are few of them.
int64_t draw_number(std::mt19937_64& random) {
  constexpr int64_t kSmallest[] = {100,    1000,   1000,    1000,    10'000,  10'000,
                                   10'000, 10'000, 100'000, 100'000, 100'000, 100'000};
  // The standard's distributions differ between libraries; its generators do not.
  const int64_t smallest = kSmallest[random() % std::size(kSmallest)];
  return smallest + static_cast<int64_t>(random() % static_cast<uint64_t>(9 * smallest));
}

// What one split holds, a line a number.
struct SplitLines {
  std::vector<std::string> german;
  std::vector<std::string> english;
  std::vector<std::string> gold;
};

SplitLines spell_all(const std::vector<int64_t>& numbers) {
  const NumberSpeller speller;
  SplitLines lines;
  for (const int64_t number : numbers) {
    const SpelledNumber spelled = speller.spell(number);
    lines.german.push_back(fmt::format("{}", fmt::join(spelled.german, " ")));
    lines.english.push_back(fmt::format("{}", fmt::join(spelled.english, " ")));
    lines.gold.push_back(pharaoh(spelled.links));
  }
  return lines;
}

}  // namespace

NumberSplits draw_numbers() {
  NumberSplits splits;
  for (int64_t number = 0; number < kBasicNumbers; ++number) splits.train.push_back(number);
  std::mt19937_64 random(kSeed);
  std::unordered_set<int64_t> drawn;
  const auto fill = [&](std::vector<int64_t>& split, size_t size) {
    while (split.size() < size) {
      const int64_t number = draw_number(random);
      if (drawn.insert(number).second) split.push_back(number);
    }
  };
  fill(splits.test, kHeldOutSize);
  fill(splits.valid, kHeldOutSize);
  fill(splits.train, kTrainSize);
  return splits;
}

void write_number_corpus(const std::filesystem::path& folder) {
  make_folder(folder);
  const NumberSplits splits = draw_numbers();
  const SplitLines train = spell_all(splits.train);
  write_lines(folder / "train.de", train.german);
  write_lines(folder / "train.en", train.english);
  const SplitLines valid = spell_all(splits.valid);
  write_lines(folder / "valid.de", valid.german);
  write_lines(folder / "valid.en", valid.english);
  const SplitLines test = spell_all(splits.test);
  write_lines(folder / "test.de", test.german);
  write_lines(folder / "test.en", test.english);
  write_lines(folder / "test.gold", test.gold);
}

}  // namespace alinea
