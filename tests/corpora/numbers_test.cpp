#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "numbers/number_corpus.h"
#include "numbers/spelled_number.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

using namespace alinea;
namespace fs = std::filesystem;
using Words = std::vector<std::string>;

TEST_CASE("numbers are cut into morphemes and aligned") {
  const NumberSpeller speller;

  const SpelledNumber zero = speller.spell(0);
  CHECK(zero.german == Words{"null"});
  CHECK(zero.english == Words{"zero"});
  CHECK(pharaoh(zero.links) == "0-0");

  const SpelledNumber teen = speller.spell(17);
  CHECK(teen.german == Words{"siebzehn"});
  CHECK(teen.english == Words{"seventeen"});
  CHECK(pharaoh(teen.links) == "0-0");

  const SpelledNumber turned = speller.spell(21);
  CHECK(turned.german == Words{"ein", "und", "zwanzig"});
  CHECK(turned.english == Words{"twenty", "one"});
  CHECK(pharaoh(turned.links) == "0-1 1?0 1?1 2-0");

  const SpelledNumber long_one = speller.spell(703'045);
  CHECK(long_one.german == Words{"sieben", "hundert", "drei", "tausend", "fünf", "und", "vierzig"});
  CHECK(long_one.english == Words{"seven", "hundred", "three", "thousand", "forty", "five"});
  CHECK(pharaoh(long_one.links) == "0-0 1-1 2-2 3-3 4-5 5?4 5?5 6-4");

  // The same words twice: each links within its own group.
  const SpelledNumber twice = speller.spell(32'032);
  CHECK(twice.german == Words{"zwei", "und", "dreißig", "tausend", "zwei", "und", "dreißig"});
  CHECK(twice.english == Words{"thirty", "two", "thousand", "thirty", "two"});
  CHECK(pharaoh(twice.links) == "0-1 1?0 1?1 2-0 3-2 4-4 5?3 5?4 6-3");

  const SpelledNumber round = speller.spell(100'020);
  CHECK(round.german == Words{"ein", "hundert", "tausend", "zwanzig"});
  CHECK(pharaoh(round.links) == "0-0 1-1 2-2 3-3");
}

TEST_CASE("every number of the corpus has each word linked") {
  const NumberSpeller speller;
  for (const int64_t number : {9, 99, 119, 980, 1001, 21'021, 999'999}) {
    CAPTURE(number);
    const SpelledNumber spelled = speller.spell(number);
    std::set<int64_t> sources;
    std::set<int64_t> sure_targets;
    for (const GoldLink& link : spelled.links) {
      sources.insert(link.source);
      if (link.sure) CHECK(sure_targets.insert(link.target).second);
      CHECK(link.sure == (spelled.german[static_cast<size_t>(link.source)] != "und"));
    }
    CHECK(sources.size() == spelled.german.size());
    CHECK(sure_targets.size() == spelled.english.size());
  }
}

TEST_CASE("numbers outside the corpus are refused") {
  const NumberSpeller speller;
  CHECK_THROWS_AS(speller.spell(-1), Error);
  CHECK_THROWS_AS(speller.spell(1'000'000), Error);
}

TEST_CASE("no number is drawn twice") {
  const NumberSplits splits = draw_numbers();
  CHECK(splits.train.size() == 8000);
  CHECK(splits.valid.size() == 500);
  CHECK(splits.test.size() == 500);
  std::set<int64_t> all;
  for (const auto* split : {&splits.train, &splits.valid, &splits.test}) {
    all.insert(split->begin(), split->end());
  }
  CHECK(all.size() == 9000);
  CHECK(*all.begin() == 0);
  CHECK(*all.rbegin() < 1'000'000);
  // Every magnitude is held out.
  for (const int64_t least : {100, 1000, 10'000, 100'000}) {
    CHECK(std::count_if(splits.test.begin(), splits.test.end(), [&](int64_t number) {
            return number >= least && number < 10 * least;
          }) > 20);
  }
}

TEST_CASE("the embedded corpus is what its generator writes") {
  const fs::path folder =
      fs::temp_directory_path() / ("alinea-numbers-" + std::to_string(getpid()));
  fs::remove_all(folder);
  write_number_corpus(folder / "new");
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder / "new")) {
    CAPTURE(entry.path());
    CHECK(bytes_of(entry.path()) == bytes_of(fs::path(EMBEDDED_NUMBERS) / entry.path().filename()));
    ++files;
  }
  CHECK(files == 7);
  fs::remove_all(folder);
}

TEST_CASE("a corpus that cannot be written is refused") {
  CHECK_THROWS_AS(write_number_corpus("/dev/null/numbers"), Error);
}
