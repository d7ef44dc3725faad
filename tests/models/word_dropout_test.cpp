#include "layers/word_dropout.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "models/variants.h"
#include "ops/engine.h"
#include "text/vocabulary.h"

namespace alinea {
namespace {

std::vector<int32_t> dropped(std::vector<int32_t> ids, double probability, uint64_t seed) {
  Random random(seed);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining, &random);
  drop_words(tape, probability, ids);
  return ids;
}

float loss_of(double word_dropout, std::span<const SentencePair> pairs, Random* dropout) {
  ModelOptions options = all_variants().front().options;
  options.word_dropout = word_dropout;
  const auto model = random_model(options, 4);
  const Batch batch = make_batch(pairs);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining, dropout);
  return model->likelihood(tape, batch).loss.value()[0];
}

TEST_CASE("a share of the words become unknown, what is no word stays") {
  std::vector<int32_t> ids(3000, 5);
  for (size_t i = 0; i < ids.size(); i += 3) ids[i] = i % 2 == 0 ? kEnd : kBegin;
  ids[1] = -1;
  const std::vector<int32_t> left = dropped(ids, 0.3, 1);
  const auto unknown = std::ranges::count(left, kUnknown);
  CHECK(unknown > 500);
  CHECK(unknown < 700);
  CHECK(std::ranges::count(left, kEnd) == 500);
  CHECK(std::ranges::count(left, kBegin) == 500);
  CHECK(left[1] == -1);
  CHECK(dropped(ids, 0.3, 1) == left);
  CHECK(dropped(ids, 0.3, 2) != left);
  CHECK(dropped(ids, 0, 1) == ids);
}

TEST_CASE("a translation model with all words dropped sees none of either side") {
  ops::set_threads(1);
  const double all = 0.99;  // with these seeds every word
  const std::vector<int32_t> words = {3, 4, 5}, unknown = {0, 0, 0}, others = {7, 8, 9};
  const std::vector<int32_t> none, target = {6, 7}, same_end = {10, 7};
  const std::vector<SentencePair> known = {{words, none}}, hidden = {{unknown, none}};
  Random random(1);
  CHECK(loss_of(all, known, &random) == loss_of(0, hidden, nullptr));
  CHECK(loss_of(all, known, nullptr) == loss_of(0, known, nullptr));
  CHECK(loss_of(0, known, nullptr) != loss_of(0, hidden, nullptr));

  // What is to be predicted is not dropped: another last word has another loss, whatever is read.
  const std::vector<SentencePair> one = {{words, target}}, other = {{others, target}},
                                  changed = {{words, same_end}};
  CHECK(loss_of(all, one, &random) == loss_of(all, other, &random));
  CHECK(loss_of(all, one, &random) != loss_of(all, changed, &random));
}

}  // namespace
}  // namespace alinea
