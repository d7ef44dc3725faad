// Attention that is told where to look.
#include <catch2/catch.hpp>

#include "workspace.h"

namespace alinea {
namespace {

// Every target word of the training text linked with the first source word.
std::string links_to_first(const Workspace& work) {
  std::string text;
  for (const std::string& line : lines_of(work.read("train.en"))) {
    const auto words = static_cast<int64_t>(split(line, " ").size());
    for (int64_t t = 0; t < words; ++t) text += (t > 0 ? " 0-" : "0-") + std::to_string(t);
    text += "\n";
  }
  return text;
}

// The share of target words that a model looks at the first source word with.
double share_of_first(const Workspace& work, const std::string& model) {
  const Outcome outcome = work.run("align", {{"model", model},
                                             {"source", "valid.de"},
                                             {"target", "valid.en"},
                                             {"output", "links.out"},
                                             {"format", "pharaoh"}});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  double first = 0, all = 0;
  for (const std::string& line : lines_of(work.read("links.out"))) {
    for (const std::string& link : split(line, " ")) {
      if (link.empty()) continue;
      ++all;
      if (link.starts_with("0-")) ++first;
    }
  }
  return first / all;
}

TEST_CASE("attention follows the links that it is given") {
  const Workspace work;
  work.write("links", links_to_first(work));
  const std::string cost = GENERATE("ce", "mse", "mult");
  const Given slow = {{"updates", "60"}, {"learning-rate", "0.01"}};
  Given guided = slow;
  guided["guided-alignment"] = "links";
  guided["guided-alignment-cost"] = cost;
  guided["guided-alignment-weight"] = "3";
  work.make_model("guided", guided);
  CHECK(share_of_first(work, "guided") > 0.95);
  if (cost != "ce") return;
  Given on_disk = guided;
  on_disk["corpus-on-disk"] = "";
  work.make_model("disk", on_disk);
  CHECK(work.read("disk/last.safetensors") == work.read("guided/last.safetensors"));
  work.make_model("free", slow);
  CHECK(share_of_first(work, "free") < 0.7);
}

// Target words linked with the source words of their own numbers.
std::string diagonal(const Workspace& work) {
  std::string text;
  const std::vector<std::string> sources = lines_of(work.read("train.de")),
                                 targets = lines_of(work.read("train.en"));
  for (size_t i = 0; i < sources.size(); ++i) {
    const size_t words = std::min(split(sources[i], " ").size(), split(targets[i], " ").size());
    for (size_t t = 0; t < words; ++t)
      text += (t > 0 ? " " : "") + std::to_string(t) + "-" + std::to_string(t);
    text += "\n";
  }
  return text;
}

// The same links between characters, of which a space belongs to the word behind it.
std::string between_characters(const Workspace& work, const std::string& links) {
  const auto places = [](const std::string& line) {
    std::vector<size_t> begins = {0};
    size_t characters = 0;
    for (const char byte : line) {
      if (byte == ' ') begins.push_back(characters);
      if ((static_cast<unsigned char>(byte) & 0xC0U) != 0x80U) ++characters;
    }
    begins.push_back(characters);
    return begins;
  };
  std::string text;
  const std::vector<std::string> sources = lines_of(work.read("train.de")),
                                 targets = lines_of(work.read("train.en"));
  size_t i = 0;
  for (const std::string& line : lines_of(links)) {
    const std::vector<size_t> from = places(sources[i]), to = places(targets[i]);
    for (const std::string& link : split(line, " ")) {
      const size_t s = std::stoul(link), t = std::stoul(link.substr(link.find('-') + 1));
      for (size_t a = from[s]; a < from[s + 1]; ++a)
        for (size_t b = to[t]; b < to[t + 1]; ++b)
          text += std::to_string(a) + "-" + std::to_string(b) + " ";
    }
    text += "\n";
    ++i;
  }
  return text;
}

TEST_CASE("links between words guide a model of characters as those of their characters do") {
  const Workspace work;
  const std::string words = diagonal(work);
  work.write("words", words);
  work.write("characters", between_characters(work, words));
  const auto train = [&](const std::string& model, Given options) {
    options.merge(Given{{"tokenizer", "char"}, {"updates", "5"}, {"guided-alignment-weight", "1"}});
    const Outcome outcome = work.train(model, options);
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
    return outcome.err;
  };
  CHECK_THAT(train("characters.model", {{"guided-alignment", "characters"}}),
             !Catch::Contains("links"));
  CHECK_THAT(train("found", {{"guided-alignment", "words"}}),
             Catch::Contains("words: these links count words") &&
                 Catch::Contains("--guided-alignment-unit token"));
  CHECK_THAT(train("said", {{"guided-alignment", "words"}, {"guided-alignment-unit", "word"}}),
             !Catch::Contains("these links"));
  train("wrong", {{"guided-alignment", "words"}, {"guided-alignment-unit", "token"}});
  const std::string expected = work.read("characters.model/last.safetensors");
  CHECK(work.read("found/last.safetensors") == expected);
  CHECK(work.read("said/last.safetensors") == expected);
  CHECK(work.read("wrong/last.safetensors") != expected);
  check_refused(work.train("model", {{"tokenizer", "char"},
                                     {"guided-alignment", "characters"},
                                     {"guided-alignment-unit", "word"}}),
                1, {"characters:1", "words"});
}

TEST_CASE("links without a place are refused before anything is made") {
  const Workspace work;
  work.write("links", "0-0\n");
  check_refused(work.train("model", {{"guided-alignment", "links"}, {"attention", "none"}}), 2,
                {"--guided-alignment", "--attention"});
  check_refused(work.train("model", {{"guided-alignment-weight", "1"}}), 2,
                {"--guided-alignment-weight", "requires --guided-alignment"});
  check_refused(work.train("model", {{"guided-alignment", "none"}}), 1, {"none"});
  CHECK(!work.exists("model"));
  const Outcome few = work.train("model", {{"guided-alignment", "links"}});
  CHECK(few.status == 1);
  CHECK_THAT(few.err, Catch::Contains("links") && Catch::Contains("300, got 1"));
  CHECK(!work.exists("model/config.json"));
}

}  // namespace
}  // namespace alinea
