// The library's answers to requests: options of each call, what is asked of single lines, faults,
// ensembles, callbacks, and calls from several threads.
#include <omp.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <numeric>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>

#include "alinea/translate.h"
#include "end_to_end/workspace.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;
using Lines = std::vector<std::string>;

const Lines kLines = {"zwei", "fünf und zwanzig", "ein hundert sieben", "sieben hundert neun"};

std::string joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::vector<TranslationRequest> requests(const Lines& lines) {
  std::vector<TranslationRequest> all;
  for (const std::string& line : lines) all.push_back({line});
  return all;
}

struct TrainedTranslator {
  explicit TrainedTranslator(const Given& options = {}) {
    Given given = options;
    given.merge(Given{{"updates", "120"}, {"learning-rate", "0.01"}});
    workspace.make_model("m", given);
    translator.emplace(workspace.path("m"));
  }

  Lines program(Given options) const {
    options.merge(Given{{"model", "m"}});
    return lines_of(workspace.run("translate", options, joined(kLines)).out);
  }
  Lines library(const TranslationOptions& options) const {
    Lines texts;
    for (const TranslationAnswer& answer : translator->answer(requests(kLines), options))
      for (const Translation& best : answer.translations) texts.push_back(best.text);
    return texts;
  }

  Workspace workspace;
  std::optional<Translator> translator;
};

TEST_CASE("options of a call are the program's") {
  const TrainedTranslator tiny;
  struct Case {
    Given program;
    std::function<void(TranslationOptions&)> set;
  };
  const std::vector<Case> cases = {
      {{{"beam-size", "1"}}, [](auto& o) { o.beam_size = 1; }},
      {{{"beam-size", "3"}, {"coverage-penalty", "0.4"}},
       [](auto& o) { o.beam_size = 3, o.coverage_penalty = 0.4; }},
      {{{"extractive-weights", "0,9,9,9"}, {"min-length", "5"}},
       [](auto& o) {
         o.extractive_weights = {0, 9, 9, 9}, o.min_length = 5;
       }},
      {{{"min-length", "7"}}, [](auto& o) { o.min_length = 7; }},
      {{{"max-target-length", "2"}}, [](auto& o) { o.max_target_length = 2; }},
      {{{"length-penalty", "0"}}, [](auto& o) { o.length_penalty = 0; }},
      {{{"max-length", "1"}}, [](auto& o) { o.max_length = 1; }},
      {{{"no-repeat-ngram-size", "1"}, {"min-length", "5"}},
       [](auto& o) { o.no_repeat_ngram_size = 1, o.min_length = 5; }},
      {{{"repetition-penalty", "4"}, {"min-length", "5"}},
       [](auto& o) { o.repetition_penalty = 4, o.min_length = 5; }},
      {{{"sampling", ""}, {"seed", "7"}, {"temperature", "0.7"}, {"top-k", "5"}, {"top-p", "0.9"}},
       [](auto& o) {
         o.sampling = true, o.beam_size = 1, o.seed = 7, o.temperature = 0.7, o.top_k = 5,
         o.top_p = 0.9;
       }},
  };
  std::set<Lines> different;
  for (const Case& one : cases) {
    CAPTURE(one.program.begin()->first);
    TranslationOptions options;
    one.set(options);
    const Lines expected = tiny.program(one.program);
    CHECK(tiny.library(options) == expected);
    different.insert(expected);
  }
  CHECK(different.size() >= 5);
  // None of that changes the next call.
  CHECK(tiny.translator->translate_all(kLines) == tiny.program({}));
}

TEST_CASE("what is asked of a line is met, and changes no other line") {
  const TrainedTranslator tiny;
  std::vector<TranslationRequest> all = requests(kLines);
  const Lines usual = tiny.program({});
  all[1].prefix = "two hundred";
  all[2].constraints = {"nine", "seven"};
  all[3].avoid = {split(usual[3], " ")[0], "never-seen"};
  const std::vector<TranslationAnswer> answers = tiny.translator->answer(all, {});
  REQUIRE(answers.size() == 4);
  const auto text = [&](size_t i) { return answers[i].translations.at(0).text; };
  CHECK(text(0) == usual[0]);
  CHECK_THAT(text(1), Catch::StartsWith("two hundred"));
  CHECK_THAT(text(2), Contains("nine") && Contains("seven"));
  CHECK(answers[2].holds_constraints);
  CHECK(split(text(3), " ")[0] != split(usual[3], " ")[0]);
  for (const TranslationAnswer& answer : answers) CHECK(answer.fault.empty());

  // What is forbidden cannot be held.
  all[2].avoid = {"nine"};
  CHECK_FALSE(tiny.translator->answer(all, {})[2].holds_constraints);
}

TEST_CASE("what is wrong with a request is its fault alone, in the library's own words") {
  const TrainedTranslator tiny;
  std::vector<TranslationRequest> all = requests(kLines);
  all.push_back({"\xff"});
  all.push_back({"zwei\ndrei"});
  all.push_back({.text = "zwei", .constraints = {"never-seen"}});
  all.push_back({.text = "zwei", .constraints = {""}});
  all.push_back({.text = "zwei", .constraints = {"one\ntwo"}});
  all.push_back({.text = "zwei", .prefix = "one\ntwo"});
  all.push_back({.text = "zwei", .avoid = {"\xff"}});
  const std::vector<std::string> faults = {"UTF-8",       "single line", "never-seen", "empty",
                                           "single line", "single line", "UTF-8"};
  const Lines usual = tiny.program({});
  const std::vector<TranslationAnswer> answers = tiny.translator->answer(all, {});
  for (size_t i = 0; i < answers.size(); ++i) {
    CAPTURE(i, answers[i].fault);
    if (i < kLines.size()) {
      CHECK(answers[i].fault.empty());
      CHECK(answers[i].translations.at(0).text == usual[i]);
    } else {
      CHECK_THAT(answers[i].fault, Contains(faults[i - kLines.size()]));
      CHECK(answers[i].translations.empty());
    }
  }
  TranslationOptions samples;
  samples.sampling = true;
  all[0].constraints = {"one"};
  CHECK_THAT(tiny.translator->answer(all, samples)[0].fault, Contains("sampling"));
}

// Whatever the library is asked that it cannot do.
TEST_CASE("exceptions say nothing of the command line") {
  const TrainedTranslator tiny(Given{{"tokenizer", "char"}});
  Workspace& work = const_cast<Workspace&>(tiny.workspace);
  work.make_model("none", {{"attention", "none"}, {"updates", "2"}});
  work.write("bad.lexicon", "one eins much\n");
  const std::string m = work.path("m"), none = work.path("none");
  const auto call = [](const std::string& model, auto set, const LoadOptions& load = {}) {
    TranslationOptions options;
    set(options);
    Translator(model, {}, load).answer(std::vector<TranslationRequest>{{"z"}}, options);
  };
  const std::vector<std::function<void()>> wrong = {
      [&] { call(m, [](auto& o) { o.beam_size = 0; }); },
      [&] { call(m, [](auto& o) { o.n_best = 6; }); },
      [&] { call(m, [](auto& o) { o.length_penalty = -1; }); },
      [&] { call(m, [](auto& o) { o.coverage_penalty = -1; }); },
      [&] { call(m, [](auto& o) {
              o.extractive_weights = {1, 2};
            }); },
      [&] { call(m, [](auto& o) {
              o.extractive_weights = {1, -2, 0, 0};
            }); },
      [&] { call(m, [](auto& o) { o.max_length = 0; }); },
      [&] { call(m, [](auto& o) { o.batch_size = 0; }); },
      [&] { call(m, [](auto& o) { o.threads = -1; }); },
      [&] { call(m, [](auto& o) { o.min_length = -1; }); },
      [&] { call(m, [](auto& o) { o.max_target_length = -1; }); },
      [&] { call(m, [](auto& o) { o.no_repeat_ngram_size = -1; }); },
      [&] { call(m, [](auto& o) { o.repetition_penalty = 0; }); },
      [&] { call(m, [](auto& o) { o.decoding_window = -1; }); },
      [&] { call(m, [](auto& o) { o.decoding_window = 3; }); },
      [&] { call(m, [](auto& o) { o.ctc_weight = 2; }); },
      [&] { call(m, [](auto& o) { o.ctc_weight = 0.5; }); },
      [&] { call(m, [](auto& o) { o.sampling = true, o.temperature = 0; }); },
      [&] { call(m, [](auto& o) { o.sampling = true, o.top_p = 2; }); },
      [&] { call(m, [](auto& o) { o.sampling = true, o.top_k = -1; }); },
      [&] { call(none, [](auto& o) { o.coverage_penalty = 1; }); },
      [&] { call(none, [](auto& o) { o.replace_unknown = true; }); },
      [&] {
        Translator(m, {}, {.weights = {1, 2}});
      },
      [&] { Translator(m, {}, {.weights = {0}}); },
      [&] { Translator(m, {}, {.precision = "f64"}); },
      [&] { Translator(m, {}, {.hard_attention = "sampled"}); },
      [&] { Translator(m, {}, {.hard_attention = "soft"}); },
      [&] { Translator(m, {}, {.shortlist = work.path("bad.lexicon")}); },
      [&] { Translator(m, {}, {.shortlist = work.path("missing")}); },
      [&] { Translator(m, {}, {.dictionary = work.path("missing")}); },
      [&] { Translator(std::span<const std::filesystem::path>()); },
      [&] { Translator(work.path("missing")); },
      [&] {
        Translator(m).score(std::vector<Translator::Pair>{{"a", "b"}}, {.batch_size = 0});
      },
      [&] {
        Translator(m).score(std::vector<Translator::Pair>{{"a", "b"}}, {.attention_of = "all"});
      },
      [&] {
        Translator(m).score(std::vector<Translator::Pair>{{"a", "b"}},
                            {.keep_attention = true, .attention_of = "encoder"});
      },
  };
  for (size_t i = 0; i < wrong.size(); ++i) {
    CAPTURE(i);
    try {
      wrong[i]();
      FAIL("nothing was thrown");
    } catch (const std::exception& error) {
      CHECK_THAT(error.what(), !Contains("--") && !Contains("\n"));
    }
  }
}

TEST_CASE("several models translate together, as the program has them") {
  Workspace work;
  for (const char* seed : {"1", "2"})
    work.make_model(std::string("m") + seed, {{"seed", seed}, {"updates", "60"}});
  const std::vector<std::filesystem::path> folders = {work.path("m1"), work.path("m2")};
  const Translator both(folders, {}, {.weights = {3, 1}});
  const std::string input = joined(kLines);
  const Outcome expected =
      work.shell("", "translate", {{"model", "m1"}, {"weights", "3,1"}}, " --model m2 < valid.de");
  const Lines lines = lines_of(work.read("valid.de"));
  CHECK(both.translate_all(lines) == lines_of(expected.out));
  CHECK_THROWS_AS(both.score(std::vector<Translator::Pair>{{"a", "b"}}), std::invalid_argument);
}

TEST_CASE("a call tells how far its translations are") {
  const TrainedTranslator tiny;
  TranslationOptions greedy;
  greedy.beam_size = 1;
  std::vector<Lines> told(kLines.size());
  const auto answers = tiny.translator->answer(
      requests(kLines), greedy,
      {.on_token = [&](size_t i, const std::string& text) { told.at(i).push_back(text); }});
  for (size_t i = 0; i < kLines.size(); ++i) {
    const Translation& best = answers[i].translations.at(0);
    REQUIRE(told[i].size() == best.target_tokens.size() - 1);
    CHECK(told[i].back() == best.text);
    for (size_t t = 0; t + 1 < told[i].size(); ++t)
      CHECK_THAT(told[i][t + 1], Catch::StartsWith(told[i][t]));
  }
}

TEST_CASE("a call is cancelled between two steps, and the next one is whole") {
  const TrainedTranslator tiny;
  int asked = 0;
  CHECK_THROWS_AS(
      tiny.translator->answer(requests(kLines), {}, {.is_cancelled = [&] { return ++asked == 2; }}),
      Cancelled);
  CHECK(asked == 2);
  CHECK(tiny.translator->translate_all(kLines) == tiny.program({}));
}

TEST_CASE("calls share a model, each with options and threads of its own") {
  const TrainedTranslator tiny;
  TranslationOptions narrow, wide;
  narrow.beam_size = narrow.threads = 1;
  wide.beam_size = 4;
  wide.threads = 2;
  const Lines of_narrow = tiny.library(narrow), of_wide = tiny.library(wide);
  std::vector<Lines> found(6);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < found.size(); ++i)
    threads.emplace_back([&, i] {
      for (int repeat = 0; repeat < 4; ++repeat)
        found[i] = tiny.library(i % 2 == 0 ? narrow : wide);
    });
  for (std::thread& thread : threads) thread.join();
  for (size_t i = 0; i < found.size(); ++i) CHECK(found[i] == (i % 2 == 0 ? of_narrow : of_wide));
}

TEST_CASE("a parallel region of the program may call, and keeps its settings") {
  const TrainedTranslator tiny;
  const Lines expected = tiny.library({});
  const int before = omp_get_max_threads();
  std::vector<Lines> found(3);
#pragma omp parallel for num_threads(3)
  for (size_t i = 0; i < 3; ++i) found[i] = tiny.library({});
  for (const Lines& lines : found) CHECK(lines == expected);
  tiny.library({.threads = 1});
  CHECK(omp_get_max_threads() == before);
}

TEST_CASE("unknown words are replaced and vocabularies shortened, as the program does") {
  const TrainedTranslator tiny(Given{{"min-frequency", "30"}});
  tiny.workspace.write("dictionary", "zwei|||TWO\n");
  std::string lexicon;
  for (const char* word : {"two", "hundred", "seven"})
    for (const char* source : {"zwei", "hundert", "sieben"})
      lexicon += std::string(word) + " " + source + " 0.3\n";
  tiny.workspace.write("lexicon", lexicon);
  const std::filesystem::path folder = tiny.workspace.path("m");
  TranslationOptions replaced;
  replaced.replace_unknown = true;
  const Translator with_dictionary(folder, replaced,
                                   {.dictionary = tiny.workspace.path("dictionary")});
  CHECK(with_dictionary.translate_all(kLines) ==
        tiny.program({{"replace-unknown", ""}, {"dictionary", "dictionary"}}));
  const Translator shortened(
      folder, {},
      {.shortlist = tiny.workspace.path("lexicon"), .shortlist_first = 3, .shortlist_best = 2});
  CHECK(
      shortened.translate_all(kLines) ==
      tiny.program({{"shortlist", "lexicon"}, {"shortlist-first", "3"}, {"shortlist-best", "2"}}));
}

}  // namespace
}  // namespace alinea
