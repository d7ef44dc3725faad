#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "letters/letter_corpus.h"
#include "letters/phrases.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

using namespace alinea;
namespace fs = std::filesystem;

namespace {

// Whether the pattern's text between its places stands in the sentence, in order and up to its end.
bool is_made_from(std::string_view sentence, std::string_view pattern) {
  while (true) {
    const size_t open = std::min(pattern.find('{'), pattern.size());
    const std::string_view text = pattern.substr(0, open);
    if (open == pattern.size()) return sentence.ends_with(text);
    const size_t at = sentence.find(text);
    if (at == std::string_view::npos) return false;
    sentence.remove_prefix(at + text.size());
    pattern.remove_prefix(pattern.find('}') + 1);
  }
}

template <typename Patterns>
bool is_one_of(const std::string& sentence, const Patterns& patterns) {
  return std::ranges::any_of(
      patterns, [&](std::string_view pattern) { return is_made_from(sentence, pattern); });
}

std::vector<Letter> all_letters() {
  LetterSplits splits = draw_letters();
  std::vector<Letter> all = splits.train;
  all.insert(all.end(), splits.valid.begin(), splits.valid.end());
  all.insert(all.end(), splits.test.begin(), splits.test.end());
  return all;
}

}  // namespace

TEST_CASE("no letter is drawn twice") {
  const LetterSplits splits = draw_letters();
  CHECK(splits.train.size() == 1000);
  CHECK(splits.valid.size() == 200);
  CHECK(splits.test.size() == 200);
  std::set<std::vector<std::string>> different;
  for (const Letter& letter : all_letters()) different.insert(letter.sentences);
  CHECK(different.size() == 1400);
}

TEST_CASE("one sentence of a letter tells its label, the others are small talk") {
  std::map<std::string, std::vector<std::string>> telling;  // patterns by label
  for (const Subject& subject : subjects())
    for (const std::string_view wish : subject.wishes)
      for (std::string frame :
           std::vector<std::string>(telling_frames().begin(), telling_frames().end())) {
        frame.replace(frame.find("{wish}"), 6, wish);
        telling[std::string(subject.label)].push_back(frame);
      }
  REQUIRE(telling.size() == 4);
  int wrong = 0;
  for (const Letter& letter : all_letters()) {
    REQUIRE(letter.telling < letter.sentences.size());
    for (size_t s = 0; s < letter.sentences.size(); ++s) {
      const bool tells = s == letter.telling;
      if (is_one_of(letter.sentences[s], small_talk()) == tells) ++wrong;
      for (const auto& [label, patterns] : telling)
        if (is_one_of(letter.sentences[s], patterns) != (tells && label == letter.label)) ++wrong;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("labels, lengths and the place of the telling sentence are spread evenly") {
  std::map<std::string, int> labels;
  std::map<size_t, int> lengths;
  std::map<size_t, int> places;  // in letters of five sentences
  for (const Letter& letter : all_letters()) {
    ++labels[letter.label];
    ++lengths[letter.sentences.size()];
    if (letter.sentences.size() == 5) ++places[letter.telling];
  }
  CHECK(labels.size() == 4);
  for (const auto& [label, count] : labels) CHECK(count > 300);
  CHECK(lengths.begin()->first == 3);
  CHECK(lengths.rbegin()->first == 8);
  for (const auto& [length, count] : lengths) CHECK(count > 180);
  CHECK(places.size() == 5);
  for (const auto& [place, count] : places) CHECK(count > 25);
}

TEST_CASE("every place of a sentence is filled") {
  std::mt19937_64 random(1);
  const auto check = [](const std::string& sentence) {
    CAPTURE(sentence);
    CHECK(sentence.find_first_of("{}") == std::string::npos);
    CHECK(sentence.find_first_of(".?!") == sentence.size() - 1);
    CHECK((std::isupper(static_cast<unsigned char>(sentence[0])) != 0));
  };
  for (const std::string_view frame : telling_frames())
    check(telling_sentence(frame, "praise", random));
  for (const std::string_view pattern : small_talk()) check(filled(pattern, random));
  CHECK(filled("{day}, {day}.", random).find(',') >= 6);
  CHECK_THROWS_AS(filled("{nothing}", random), std::logic_error);
}

TEST_CASE("the embedded letters are what their generator writes") {
  const TemporaryFolder folder;
  write_letter_corpus(folder.path() / "new");
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder.path() / "new")) {
    CAPTURE(entry.path());
    CHECK(bytes_of(entry.path()) == bytes_of(fs::path(EMBEDDED_LETTERS) / entry.path().filename()));
    ++files;
  }
  CHECK(files == 4);
}

TEST_CASE("letters that cannot be written are refused") {
  CHECK_THROWS_AS(write_letter_corpus("/dev/null/letters"), Error);
}
