// Attention that is told where to look.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "support/random.h"
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
  check_refused(
      work.train("model", {{"guided-alignment", "links"}, {"full-context-alignment", ""}}), 2,
      {"full-context-alignment requires decoder transformer", "is bahdanau"});
  check_refused(
      work.train("model", {{"full-context-alignment", ""}, {"architecture", "transformer"}}), 2,
      {"--full-context-alignment requires --guided-alignment"});
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

// Pairs like "c a e" and "p e p c", where each p belongs to the word behind it: only who sees that
// word knows the link.
void write_articles(const Workspace& work, const std::string& name, int64_t pairs, uint64_t seed) {
  Random random(seed);
  std::string source, target, links;
  for (int64_t i = 0; i < pairs; ++i) {
    std::string words = "abcdef";
    for (size_t w = 0; w < 3; ++w) std::swap(words[w], words[w + random.next() % (6 - w)]);
    const size_t first = random.next() % 3, second = (first + 1 + random.next() % 2) % 3;
    source += fmt::format("{} {} {}\n", words[0], words[1], words[2]);
    target += fmt::format("p {} p {}\n", words[first], words[second]);
    links += fmt::format("{0}-0 {0}-1 {1}-2 {1}-3\n", first, second);
  }
  work.write(name + ".source", source);
  work.write(name + ".target", target);
  work.write(name + ".links", links);
}

Given for_articles(Given options) {
  options.merge(Given{{"source", "train.source"},
                      {"target", "train.target"},
                      {"valid-source", "valid.source"},
                      {"valid-target", "valid.target"},
                      {"guided-alignment", "train.links"},
                      {"guided-alignment-weight", "5"},
                      {"architecture", "transformer"},
                      {"encoder-layers", "1"},
                      {"decoder-layers", "1"},
                      {"embedding-size", "32"},
                      {"heads", "2"},
                      {"feed-forward-size", "16"},
                      {"positions", "relative"},
                      {"relative-window", "2"},
                      {"schedule", "constant"},
                      {"learning-rate", "0.01"},
                      {"warmup", "20"},
                      {"dropout", "0"},
                      {"embedding-dropout", "0"},
                      {"updates", "300"},
                      {"epochs", "100"},
                      {"validate-every", "300"}});
  return options;
}

Given without_links(Given options) {
  options.erase("guided-alignment");
  options.erase("guided-alignment-weight");
  return options;
}

std::string links_by(const Workspace& work, const std::string& model, Given options = {}) {
  options.merge(Given{{"model", model},
                      {"source", "valid.source"},
                      {"target", "valid.target"},
                      {"output", "links.out"},
                      {"format", "pharaoh"},
                      {"threads", "1"}});
  const Outcome outcome = work.run("align", options);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  return work.read("links.out");
}

// The share of the links of p that are right.
double share_of_articles(const Workspace& work, const std::string& found) {
  const std::vector<std::string> lines = lines_of(found), gold = lines_of(work.read("valid.links"));
  REQUIRE(lines.size() == gold.size());
  double right = 0;
  for (size_t i = 0; i < gold.size(); ++i) {
    const std::vector<std::string> links = split(lines[i], " ");
    for (const std::string& link : split(gold[i], " "))
      if (link.ends_with("-0") || link.ends_with("-2"))
        right += static_cast<double>(std::ranges::count(links, link));
  }
  return right / (2 * static_cast<double>(gold.size()));
}

TEST_CASE("links that the next word tells are learned in full context, and not without it") {
  const Workspace work;
  write_articles(work, "train", 300, 1);
  write_articles(work, "valid", 60, 2);
  work.make_model("full", for_articles({{"full-context-alignment", ""}}));
  const std::string links = links_by(work, "full");
  CHECK(share_of_articles(work, links) > 0.95);
  CHECK(links_by(work, "full", {{"shift-attention", ""}}) == links);

  work.make_model("again", for_articles({{"full-context-alignment", ""}}));
  CHECK(work.read("again/last.safetensors") == work.read("full/last.safetensors"));

  work.make_model("causal", for_articles({{"guided-alignment-shift", ""}}));
  CHECK(share_of_articles(work, links_by(work, "causal", {{"shift-attention", ""}})) < 0.7);

  // Both directions: what a source word belongs to is known without what follows.
  Given back = without_links(for_articles({{"updates", "20"}}));
  for (const std::string part : {"", "valid-"})
    std::swap(back[part + "source"], back[part + "target"]);
  work.make_model("back", back);
  const std::string kept =
      links_by(work, "full", {{"reverse-model", "back"}, {"symmetrize", "union"}});
  CHECK(share_of_articles(work, kept) > 0.95);
}

TEST_CASE(
    "a model of translation is fine-tuned in full context, and translates as it would without") {
  const Workspace work;
  write_articles(work, "train", 100, 1);
  write_articles(work, "valid", 20, 2);
  work.make_model("plain", without_links(for_articles({{"updates", "20"}})));
  const Outcome tuned = work.train("tuned", for_articles({{"pretrained-model", "plain"},
                                                          {"full-context-alignment", ""},
                                                          {"guided-alignment-layer", "0"},
                                                          {"guided-alignment-head", "1"},
                                                          {"guided-alignment-null", ""},
                                                          {"updates", "20"}}));
  INFO(tuned.err);
  REQUIRE(tuned.status == 0);
  CHECK_THAT(tuned.err, Catch::Contains("missing there, or of a different shape: "
                                        "decoder.layer0.self.relative.later_keys, "
                                        "decoder.layer0.self.relative.later_values\n") &&
                            !Catch::Contains("not used"));
  links_by(work, "tuned");

  // Sinusoids need no parameters of their own: without the field the folder has a causal model.
  Given sinusoidal = for_articles({{"full-context-alignment", ""}, {"updates", "40"}});
  sinusoidal.erase("positions");
  sinusoidal.erase("relative-window");
  work.make_model("wave", sinusoidal);
  const auto translation = [&] {
    const Outcome outcome =
        work.run("translate", {{"model", "wave"}, {"threads", "1"}}, work.read("valid.source"));
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
    return outcome.out;
  };
  const Given weights = {{"format", "tidy"}};
  const std::string translated = translation(), seen = links_by(work, "wave", weights);
  std::string config = work.read("wave/config.json");
  const std::string field = R"("full_context": true)";
  const size_t at = config.find(field);
  REQUIRE(at != std::string::npos);
  config.erase(config.rfind(',', at), at + field.size() - config.rfind(',', at));
  work.write("wave/config.json", config);
  CHECK(translation() == translated);
  CHECK(links_by(work, "wave", weights) != seen);
  CHECK(links_by(work, "wave", {{"format", "tidy"}, {"shift-attention", ""}}) != seen);
}

}  // namespace
}  // namespace alinea
