#include "toys/toy_corpora.h"

#include <unordered_set>
#include <utility>

#include "lines.h"

namespace alinea {
namespace {

constexpr uint64_t kSeed = 2017;

constexpr ToyCorpus kCorpora[] = {
    {"orders", 1500, 300, draw_order}, {"pronouns", 4000, 300, draw_pronoun},
    {"pairs", 5000, 500, draw_pair},   {"questions", 2500, 300, draw_question},
    {"notes", 3000, 300, draw_note},
};

}  // namespace

std::span<const ToyCorpus> toy_corpora() { return kCorpora; }

ToySplits draw_toys(const ToyCorpus& corpus) {
  ToySplits splits;
  Random random(kSeed);
  std::unordered_set<std::string> drawn;
  const auto fill = [&](std::vector<std::string>& split, size_t size) {
    while (split.size() < size)
      if (std::string line = corpus.draw(random); drawn.insert(line).second)
        split.push_back(std::move(line));
  };
  fill(splits.test, corpus.held_out_size);
  fill(splits.valid, corpus.held_out_size);
  fill(splits.train, corpus.train_size);
  return splits;
}

void write_toy_corpora(const std::filesystem::path& folder) {
  for (const ToyCorpus& corpus : toy_corpora()) {
    make_folder(folder / corpus.name);
    const ToySplits splits = draw_toys(corpus);
    write_lines(folder / corpus.name / "train.tsv", splits.train);
    write_lines(folder / corpus.name / "valid.tsv", splits.valid);
    write_lines(folder / corpus.name / "test.tsv", splits.test);
  }
}

}  // namespace alinea
