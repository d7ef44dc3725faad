#include "search/phrases.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "search/allotment.h"

namespace alinea {
namespace {

using Tokens = std::vector<int32_t>;

// Whether it comes, and else the most of its beginning that the text ends with.
size_t slow_progress(const Tokens& phrase, const Tokens& text) {
  if (std::search(text.begin(), text.end(), phrase.begin(), phrase.end()) != text.end())
    return phrase.size();
  for (size_t size = std::min(phrase.size(), text.size()); size > 0; --size)
    if (std::equal(text.end() - static_cast<std::ptrdiff_t>(size), text.end(), phrase.begin()))
      return size;
  return 0;
}

TEST_CASE("progress is what a search through the text finds, whatever the phrases") {
  std::mt19937 random(5);
  const auto tokens = [&](size_t size) {
    Tokens result(size);
    for (int32_t& token : result) token = static_cast<int32_t>(random() % 2) + 3;
    return result;
  };
  for (int turn = 0; turn < 300; ++turn) {
    const Tokens phrase = tokens(1 + random() % 5), text = tokens(random() % 9);
    CAPTURE(phrase, text);
    const Phrases phrases(std::vector<Tokens>{phrase});
    REQUIRE(phrases.progress(text) == Phrases::Progress{slow_progress(phrase, text)});
  }
}

TEST_CASE("what is met counts phrases held and the nearest of the others") {
  const Phrases phrases(std::vector<Tokens>{{3, 4, 5}, {3, 6}, {7}, {3, 6}});
  CHECK(phrases.size() == 6);  // the same twice is one
  const auto met = [&](const Tokens& text) { return phrases.met(phrases.progress(text)); };
  const auto next = [&](const Tokens& text) { return phrases.next_tokens(phrases.progress(text)); };
  CHECK(met({}) == 0);
  CHECK(met({9, 3}) == 1);
  CHECK(met({3, 4}) == 2);
  CHECK(met({3, 6}) == 2);
  CHECK(met({3, 6, 7}) == 3);
  CHECK(met({3, 6, 7, 3, 4}) == 5);
  CHECK(met({3, 6, 7, 3, 4, 8}) == 3);
  CHECK(met({7, 3, 6, 3, 4, 5}) == 6);
  CHECK(phrases.are_held(phrases.progress(Tokens{7, 3, 6, 3, 4, 5, 3})));
  CHECK(next({}) == Tokens{3, 7});
  CHECK(next({3}) == Tokens{4, 6, 7});
  CHECK(next({7, 3, 6}) == Tokens{3});
  CHECK(next({7, 3, 6, 3, 4, 5}).empty());
  CHECK(Phrases().empty());
  CHECK(Phrases().are_held({}));
}

TEST_CASE("some token always brings more of the phrases") {
  std::mt19937 random(6);
  for (int turn = 0; turn < 300; ++turn) {
    std::vector<Tokens> given(1 + random() % 3);
    for (Tokens& phrase : given) {
      phrase.resize(1 + random() % 3);
      for (int32_t& token : phrase) token = static_cast<int32_t>(random() % 3);
    }
    const Phrases phrases(given);
    Phrases::Progress progress = phrases.progress({});
    for (size_t met = 0; met < phrases.size();) {
      Phrases::Progress best = progress;
      for (const int32_t token : phrases.next_tokens(progress)) {
        Phrases::Progress then = progress;
        phrases.advance(then, token);
        if (phrases.met(then) > phrases.met(best)) best = then;
      }
      REQUIRE(phrases.met(best) > met);
      progress = best;
      met = phrases.met(best);
    }
  }
}

TEST_CASE("banks share a beam, and give what they cannot fill to their neighbours") {
  using Places = std::vector<int64_t>;
  CHECK(allotted(Places{9}, 5) == Places{5});
  CHECK(allotted(Places{3}, 5) == Places{3});
  CHECK(allotted(Places{9, 9, 9}, 6) == Places{2, 2, 2});
  CHECK(allotted(Places{9, 9, 9}, 8) == Places{2, 2, 4});
  CHECK(allotted(Places{9, 9, 0}, 6) == Places{2, 4, 0});
  CHECK(allotted(Places{9, 0, 0}, 6) == Places{6, 0, 0});
  CHECK(allotted(Places{1, 9, 9}, 6) == Places{1, 3, 2});
  CHECK(allotted(Places{9, 3, 0, 0}, 8) == Places{5, 3, 0, 0});
  // Fewer places than banks: the last that has candidates goes first.
  CHECK(allotted(Places{9, 1, 0, 0}, 3) == Places{2, 1, 0, 0});
  CHECK(allotted(Places{9, 9, 0, 0}, 1) == Places{0, 1, 0, 0});
  CHECK(allotted(Places{0, 0}, 4) == Places{0, 0});
}

}  // namespace
}  // namespace alinea
