#include "text/piece_sampler.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <map>

#include "storage/temporary_folder.h"
#include "support/error.h"
#include "text/sentencepiece.h"

namespace alinea {

using Catch::Matchers::Contains;
using Ids = std::vector<int32_t>;
using Type = PieceModel::Type;

namespace {

// Ids 0 to 2 are not normal.
PieceModel model(Type type, const std::vector<PieceModel::Piece>& pieces) {
  PieceModel model{type, {{"<unk>", 0, false}, {"<s>", 0, false}, {"</s>", 0, false}}};
  model.pieces.insert(model.pieces.end(), pieces.begin(), pieces.end());
  return model;
}

// How often each segmentation comes in so many draws.
std::map<Ids, double> shares(const PieceSampler& sampler, const Ids& ids, int draws = 20'000) {
  std::map<Ids, double> shares;
  Random random(5);
  for (int i = 0; i < draws; ++i) shares[sampler.sample(ids, random)] += 1.0 / draws;
  return shares;
}

}  // namespace

TEST_CASE("unigram draws a segmentation by its probability to the power of alpha") {
  const double alpha = 0.5;
  const auto sampler = make_piece_sampler(
      model(Type::kUnigram, {{"a", -1}, {"b", -3}, {"ab", -2}, {"aba", -2.5F}}), alpha);
  const std::map<Ids, double> drawn = shares(*sampler, {6});
  const std::map<Ids, double> scores = {{{6}, -2.5}, {{5, 3}, -3}, {{3, 4, 3}, -5}};
  double sum = 0;
  for (const auto& [ids, score] : scores) sum += std::exp(alpha * score);
  REQUIRE(drawn.size() == scores.size());
  for (const auto& [ids, score] : scores)
    CHECK(drawn.at(ids) == Approx(std::exp(alpha * score) / sum).margin(0.01));
}

TEST_CASE("bpe leaves out each merge with probability alpha") {
  const double p = 0.3;
  const auto sampler = make_piece_sampler(
      model(Type::kBpe, {{"ab", -1}, {"abc", -2}, {"a", -9}, {"b", -9}, {"c", -9}}), p);
  const std::map<Ids, double> drawn = shares(*sampler, {4});
  REQUIRE(drawn.size() == 3);
  CHECK(drawn.at({5, 6, 7}) == Approx(p).margin(0.01));
  CHECK(drawn.at({3, 7}) == Approx((1 - p) * p).margin(0.01));
  CHECK(drawn.at({4}) == Approx((1 - p) * (1 - p)).margin(0.01));
  const auto all = make_piece_sampler(model(Type::kBpe, {{"ab", -1}, {"a", -9}, {"b", -9}}), 1);
  CHECK(shares(*all, {3, 3}, 10).at({4, 5, 4, 5}) == Approx(1));
}

TEST_CASE("the best merge is the first of the highest score") {
  const auto sampler = make_piece_sampler(
      model(Type::kBpe, {{"aa", -1}, {"a", -9}, {"ba", -0.5F}, {"b", -9}, {"aaa", -3}}), 0);
  Random random(1);
  CHECK(sampler->sample(Ids{4, 4, 4}, random) == Ids{7});
  CHECK(sampler->sample(Ids{4, 4, 4, 4}, random) == Ids{3, 3});
  CHECK(sampler->sample(Ids{4, 6, 4, 4}, random) == Ids{4, 5, 4});
}

TEST_CASE("a word as long as a line may be is merged in a moment") {
  std::string word;
  for (int i = 0; i < 200'000; ++i) word += "abc";
  const auto pieces = model(Type::kBpe, {{"ab", -1}, {"abc", -2}, {"a", -9}, {"b", -9}, {"c", -9}});
  const Ids letters = [&] {
    Ids ids;
    for (const char letter : word) ids.push_back(5 + (letter - 'a'));
    return ids;
  }();
  Random random(1);
  const auto begin = std::chrono::steady_clock::now();
  CHECK(make_piece_sampler(pieces, 0)->sample(letters, random) == Ids(200'000, 4));
  const Ids drawn = make_piece_sampler(pieces, 0.25)->sample(letters, random);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
  // Each merge comes again and again until it is made, unless all that are left are left out.
  CHECK(std::ranges::count(drawn, 4) > 199'000);
}

TEST_CASE("pieces that are not normal stay, and words keep apart") {
  const auto sampler = make_piece_sampler(
      model(Type::kUnigram,
            {{"▁a", -1}, {"b", -1}, {"▁ab", -1}, {"b▁a", -1}, {"▁", -1}, {"a", -1}}),
      0);
  for (const auto& [ids, share] : shares(*sampler, {5, 0, 4, 0, 0, 3, 3}, 300)) {
    const auto first = std::ranges::find(ids, 0);
    CHECK(std::vector(first, first + 4) == Ids{0, 4, 0, 0});
    CHECK(std::ranges::find(ids, 6) == ids.end());
    CHECK(share > 0);
  }
  Random random(1);
  CHECK(sampler->sample(Ids{}, random).empty());
  CHECK(sampler->sample(Ids{0, 2}, random) == Ids{0, 2});
}

TEST_CASE("pieces that nothing else makes up stay as they are") {
  Random random(1);
  // No piece for the letters of "ab".
  CHECK(make_piece_sampler(model(Type::kBpe, {{"ab", -1}}), 1)->sample(Ids{3, 3}, random) ==
        Ids{3, 3});
  const float none = -std::numeric_limits<float>::infinity();
  const auto impossible = make_piece_sampler(model(Type::kUnigram, {{"a", none}, {"b", -1}}), 0.5);
  CHECK(impossible->sample(Ids{3, 4}, random) == Ids{3, 4});
  CHECK_THROWS_WITH(make_piece_sampler(model(Type::kOther, {}), 0.1),
                    Contains("sentencepiece-alpha"));
}

TEST_CASE(
    "a sampler of a trained model draws the same text, without chance what the library gives") {
  const std::string type = GENERATE("unigram", "bpe");
  CAPTURE(type);
  const TemporaryFolder folder;
  std::string text;
  for (const char* line :
       {"bako mitu bakomi", "tubako reba", "mitu remi tuba", "kobare lomi 日 ba"})
    for (int i = 0; i < 5; ++i) text += std::string(line) + "\n";
  const auto tokenizer =
      train_sentencepiece({{folder.file("t.txt", text)}}, {.vocabulary_size = 24, .type = type})
          .tokenizer;
  const Vocabulary vocabulary = tokenizer->own_vocabulary().value();
  const auto ids = [&](const std::string& line) {
    Ids pieces;
    for (const std::string& piece : tokenizer->split(line)) pieces.push_back(vocabulary.id(piece));
    return pieces;
  };
  const auto joined = [&](const Ids& pieces) {
    std::vector<std::string> tokens;
    for (const int32_t id : pieces) tokens.push_back(vocabulary.token(id));
    return tokenizer->join(tokens);
  };
  const auto certain = tokenizer->sampler(type == "unigram" ? 1000 : 0);
  const auto sampler = tokenizer->sampler(0.3);
  Random random(3), again(3);
  for (const char* line : {"bako mitu", "reba lomi tubako", "ba日ko", ""}) {
    CAPTURE(line);
    CHECK(certain->sample(ids(line), random) == ids(line));
    const auto drawn = shares(*sampler, ids(line), 100);
    CHECK((drawn.size() > 1) == !std::string(line).empty());
    for (const auto& [pieces, share] : drawn) CHECK(joined(pieces) == joined(ids(line)));
  }
  CHECK(make_tokenizer("char", {})->sampler(0.5) == nullptr);
}

}  // namespace alinea
