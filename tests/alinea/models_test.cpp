// Language models, readers and classifiers of pictures of the library, beside the program itself.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <stdexcept>

#include "alinea/look.h"
#include "alinea/read.h"
#include "alinea/write.h"
#include "end_to_end/small_data.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;
using Lines = std::vector<std::string>;

void make(const Workspace& work, const std::string& command, Given options, const Given& usual) {
  options.merge(Given{{"model", "m"}, {"threads", "1"}});
  options.insert(usual.begin(), usual.end());
  const Outcome outcome = work.run(command, options);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
}

const Given kTinyWriter = {
    {"train", "train.en"}, {"valid", "valid.en"}, {"embedding-size", "12"}, {"hidden-size", "10"},
    {"updates", "60"},     {"batch-size", "8"},   {"learning-rate", "0.01"}};

TEST_CASE("the library writes texts as the program does") {
  const Workspace work;
  make(work, "train-language-model", {}, kTinyWriter);
  const TextWriter writer(work.path("m"));
  const Lines prompts = {"twenty", "", "xylophone one"};
  WritingOptions options;
  options.n_best = options.beam_size = 3;
  options.max_length = 6;
  Lines printed;
  const auto answers = writer.write(prompts, options);
  REQUIRE(answers.size() == prompts.size());
  for (size_t i = 0; i < answers.size(); ++i) {
    CHECK(answers[i].fault.empty());
    for (const WrittenText& text : answers[i].texts) {
      CHECK(text.text.starts_with(prompts[i]));
      CHECK(text.token_log_probabilities.size() == text.tokens.size());
      printed.push_back(fmt::format("{} ||| {} ||| {:.6f}", i, text.text, text.score));
    }
  }
  const Outcome outcome = work.run(
      "generate", {{"model", "m"}, {"beam-size", "3"}, {"n-best", ""}, {"max-length", "6"}},
      "twenty\n\nxylophone one\n");
  CHECK(printed == lines_of(outcome.out));

  options.sampling = true;
  options.beam_size = 6;
  options.temperature = 3;
  std::set<std::string> drawn;
  const auto samples = writer.write(prompts, options), again = writer.write(prompts, options);
  for (const WrittenText& text : samples[0].texts) drawn.insert(text.text);
  CHECK(drawn.size() > 1);
  REQUIRE(again[0].texts.size() == samples[0].texts.size());
  CHECK(again[0].texts[0].text == samples[0].texts[0].text);
  CHECK_THAT(writer.write(Lines{"a\nb"})[0].fault, Contains("single line"));
  options.top_p = 2;
  CHECK_THROWS_AS(writer.write(prompts, options), std::invalid_argument);
  options.top_p = 1;
  options.max_length = std::numeric_limits<int64_t>::max();
  CHECK_THROWS_AS(writer.write(prompts, options), std::invalid_argument);
  CHECK_THROWS_AS(TextWriter(work.path("m"), "f8"), std::invalid_argument);
  CHECK_THROWS_AS(TextWriter(work.path("missing")), std::runtime_error);
}

TEST_CASE("the library scores texts as the program does") {
  const Workspace work;
  make(work, "train-language-model", {}, kTinyWriter);
  const TextWriter writer(work.path("m"));
  const Lines texts = {"twenty one", "", "xylophone"};
  work.write("texts", "twenty one\n\nxylophone\n");
  Lines printed;
  for (const ScoredText& text : writer.score(texts)) {
    CHECK(text.fault.empty());
    CHECK(std::accumulate(text.token_log_probabilities.begin(), text.token_log_probabilities.end(),
                          0.0) == Approx(text.log_probability).margin(1e-4));
    printed.push_back(fmt::format("{:.6f}\t{}\t{:.6f}\t{:.4f}", text.log_probability,
                                  text.tokens.size(), std::log(text.perplexity), text.perplexity));
  }
  CHECK(printed == lines_of(work.run("score", {{"model", "m"}, {"text", "texts"}}).out));
  const auto faulty = writer.score(Lines{"\xff", "one"});
  CHECK_THAT(faulty[0].fault, Contains("UTF-8"));
  CHECK(faulty[1].log_probability < 0);
}

Lines printed_choices(const std::vector<ReadingReply>& replies) {
  Lines lines;
  for (const ReadingReply& reply : replies) {
    std::string line = reply.answer;
    for (const ReadingReply::Choice& choice : reply.choices)
      line += fmt::format("\t{}={:.4f}", choice.answer, choice.probability);
    lines.push_back(line);
  }
  return lines;
}

TEST_CASE("the library answers questions about documents as the program does") {
  const Workspace work;
  work.write("questions.tsv", questions_text(60));
  make(work, "train-reader", {},
       {{"train", "questions.tsv"},
        {"embedding-size", "8"},
        {"hidden-size", "6"},
        {"batch-size", "8"},
        {"updates", "6"}});
  const TextReader reader(work.path("m"));
  CHECK_FALSE(reader.reads_stories());
  CHECK(reader.blank() == "XXXXX");
  const std::vector<ReadingQuestion> questions = {
      {{"Ann sleeps but", "Bob runs ."}, "XXXXX has no work .", {"Bob", "Ann"}},
      {{"Zoe sleeps"}, "XXXXX has"}};
  const auto replies = reader.answer(questions, {.keep_attention = true});
  const Outcome outcome = work.run("answer", {{"model", "m"}},
                                   "Ann sleeps but Bob runs .\tXXXXX has no work .\tBob|Ann\n"
                                   "Zoe sleeps\tXXXXX has\n");
  CHECK(printed_choices(replies) == lines_of(outcome.out));
  for (const ReadingReply& reply : replies) {
    CHECK(reply.attention.size() == reply.rows.size() * reply.columns.size());
    CHECK(reply.query_weights.size() == reply.rows.size());
    CHECK(std::accumulate(reply.word_weights.begin(), reply.word_weights.end(), 0.0) ==
          Approx(1).epsilon(1e-4));
  }
  CHECK(replies[1].columns == Lines{"Zoe", "sleeps"});
  const std::vector<ReadingQuestion> faulty = {{{"Zoe"}, "who has"},
                                               {{}, "XXXXX has"},
                                               {{"a\tb"}, "XXXXX has"},
                                               {{"Zoe"}, "XXXXX has", {"two words"}},
                                               {{"Zoe sleeps"}, "XXXXX has"},
                                               {{"Zoe"}, "a\u00a0XXXXX has"},
                                               {{"Zoe"}, "XXXXX has", {"Zoe|Ann"}},
                                               {{"Zoe"}, "XXXXX has", {""}}};
  const auto answers = reader.answer(faulty);
  CHECK_THAT(answers[0].fault, Contains("XXXXX") && !Contains("--"));
  CHECK_THAT(answers[1].fault, Contains("no words"));
  CHECK_THAT(answers[2].fault, Contains("tabs"));
  CHECK_THAT(answers[3].fault, Contains("two words"));
  CHECK(printed_choices({answers[4]}) == printed_choices({replies[1]}));
  CHECK(answers[4].attention.empty());
  CHECK_THAT(answers[5].fault, Contains("XXXXX") && !Contains("--"));
  CHECK_THAT(answers[6].fault, Contains("Zoe|Ann"));
  CHECK_THAT(answers[7].fault, Contains("a candidate"));
}

TEST_CASE("the library answers questions about stories as the program does") {
  const Workspace work;
  work.write("stories.txt", stories_text(96));
  make(work, "train-reader", {{"stories", ""}},
       {{"train", "stories.txt"},
        {"embedding-size", "8"},
        {"encoder", "transformer"},
        {"heads", "2"},
        {"batch-size", "8"},
        {"updates", "6"}});
  const TextReader reader(work.path("m"));
  CHECK(reader.reads_stories());
  const std::vector<ReadingQuestion> questions = {
      {{"Mary went to the hall.", "John left."}, "Where is Mary?"}, {{}, "Who is here?"}};
  const auto replies = reader.answer(questions, {.keep_attention = true});
  const Outcome outcome = work.run("answer", {{"model", "m"}},
                                   "1 Mary went to the hall.\n2 John left.\n3 Where is Mary?\n"
                                   "1 Who is here?\t\n");
  CHECK(printed_choices(replies) == lines_of(outcome.out));
  CHECK(replies[0].columns == Lines{"Mary went to the hall.", "John left.", "Where is Mary?"});
  CHECK(std::accumulate(replies[0].attention.begin(), replies[0].attention.end(), 0.0) ==
        Approx(1).epsilon(1e-4));
  const auto faulty = reader.answer(std::vector<ReadingQuestion>{
      {{"Is it?"}, "Who is here?"}, {{}, "Who is here?", {"hall"}}, {{}, "Who is here?"}});
  CHECK_THAT(faulty[0].fault, Contains("'?'"));
  CHECK_THAT(faulty[1].fault, Contains("candidates"));
  CHECK(printed_choices({faulty[2]}) == printed_choices({replies[1]}));
}

TEST_CASE("the library classifies pictures as the program does") {
  const Workspace work;
  write_labelled_pictures(work, 120);
  make(work, "train-classifier", {{"source-type", "features"}, {"features-folder", "."}},
       {{"train", "train.tsv"},
        {"valid", "valid.tsv"},
        {"glimpses", "3"},
        {"glimpse-size", "4"},
        {"glimpse-hidden-size", "16"},
        {"batch-size", "20"},
        {"epochs", "2"}});
  const PictureLooker looker(work.path("m"));
  const std::string pictures = work.path("pictures-idx3-ubyte");
  const Lines entries = {pictures + ":0", work.path("nowhere.png"), pictures + ":2"};
  const auto answers = looker.classify(entries, {.samples = 2, .keep_paths = true});
  REQUIRE(answers.size() == 3);
  CHECK_THAT(answers[1].fault, Contains("nowhere.png"));
  Lines printed;
  for (const size_t i : {0, 2}) {
    CHECK(answers[i].fault.empty());
    std::string line = answers[i].label;
    for (size_t c = 0; c < looker.labels().size(); ++c)
      line += fmt::format("\t{}={:.4f}", looker.labels()[c], answers[i].probabilities[c]);
    printed.push_back(line);
    REQUIRE(answers[i].paths.size() == 2);
    for (const ClassifiedPicture::Path& path : answers[i].paths) {
      CHECK(path.places.size() == 3);
      for (const auto& [x, y] : path.places) CHECK((std::abs(x) <= 1 && std::abs(y) <= 1));
    }
  }
  work.write("list", entries[0] + "\n" + entries[2] + "\n");
  CHECK(
      printed ==
      lines_of(
          work.run("classify", {{"model", "m"}, {"input", "list"}, {"glimpse-samples", "2"}}).out));
  CHECK(looker.classify(entries)[0].paths.empty());
}

}  // namespace
}  // namespace alinea
