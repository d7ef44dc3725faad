// What the options of tokenizers do to text on its way through a model.
#include <algorithm>
#include <catch2/catch.hpp>

#include "half_trained.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;

Lines tokens_of(const Workspace& work, const std::string& input, const std::string& side = "source",
                const std::string& model = "model") {
  const Outcome outcome = work.run("tokenize", {{"model", model}, {"side", side}}, input);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  CHECK(outcome.err.empty());
  return lines_of(outcome.out);
}

// Where the fourth letter of a word begins; the end of a word of three letters or fewer.
size_t behind_three_letters(const std::string& word) {
  size_t end = 0;
  for (int letter = 0; letter < 3 && end < word.size(); ++letter)
    for (++end; end < word.size() && (word[end] & 0xc0) == 0x80;) ++end;
  return end;
}

// Words of a text in pieces, as subword-nmt would write them: those of more than 3 letters in two.
std::string in_pieces(const std::string& text) {
  std::string pieces;
  for (const std::string& line : lines_of(text)) {
    std::string cut;
    for (const std::string& word : split(line, " ")) {
      const size_t end = behind_three_letters(word);
      cut += (cut.empty() ? "" : " ") + word.substr(0, end) +
             (end < word.size() ? "@@ " + word.substr(end) : "");
    }
    pieces += cut + "\n";
  }
  return pieces;
}

TEST_CASE("tokenize prints the tokens that a model reads on either side") {
  const Workspace work;
  work.write("train.de", "Eins, zwei\nDrei\n");
  work.write("train.en", "One, two\nThree\n");
  work.make_model("model", {{"tokenizer", "icu"}, {"lowercase", ""}});
  CHECK(tokens_of(work, "Zwei,EINS!\n\nnie") == Lines{"zwei ￭,￭ eins ￭!", "", "nie"});
  CHECK(tokens_of(work, "A b\n", "target") == Lines{"a b"});
  work.write("train.de", work.read("valid.de"));
  work.write("train.en", work.read("valid.en"));
  work.make_model("pieces", {{"tokenizer", "sentencepiece"},
                             {"source-vocabulary-size", "45"},
                             {"target-vocabulary-size", "40"}});
  for (const char* side : {"source", "target"}) {
    const Lines known = lines_of(work.read(std::string("pieces/") + side + ".vocabulary.txt"));
    for (const std::string& piece :
         split(tokens_of(work, "hundert hundred\n", side, "pieces").front(), " "))
      if (piece != "d") CHECK(std::ranges::count(known, piece) == 1);
  }
}

TEST_CASE("tokenize refuses what it cannot read") {
  const Workspace work;
  work.make_model("model", {{"updates", "1"}});
  check_refused(work.run("tokenize", {}), 2, {"--model"});
  check_refused(work.run("tokenize", {{"model", "model"}, {"side", "both"}}), 2,
                {"source, target"});
  check_refused(work.run("tokenize", {{"model", "missing"}}), 1, {"missing"});
  const Outcome outcome = work.run("tokenize", {{"model", "model"}}, "eins\n\xff\nzwei\n");
  check_passed_over_line_2(outcome, "not UTF-8", 3);
  CHECK(outcome.out == "eins\n\nzwei\n");
}

TEST_CASE("each side has a vocabulary of its own size") {
  const Workspace work;
  const auto size = [&](const std::string& side) {
    return lines_of(work.read("model/" + side + ".vocabulary.txt")).size();
  };
  work.make_model("model", {{"source-vocabulary-size", "9"}, {"target-vocabulary-size", "12"}});
  CHECK(size("source") == 9);
  CHECK(size("target") == 12);
  work.make_model("model",
                  {{"overwrite", ""}, {"vocabulary-size", "14"}, {"target-vocabulary-size", "10"}});
  CHECK(size("source") == 14);
  CHECK(size("target") == 10);
  work.make_model("model", {{"overwrite", ""},
                            {"tokenizer", "sentencepiece"},
                            {"vocabulary-size", "50"},
                            {"source-vocabulary-size", "45"}});
  CHECK(size("source") == 45);
  CHECK(size("target") == 50);
  check_refused(work.train("none", {{"joint-vocabulary", ""}, {"source-vocabulary-size", "9"}}), 2,
                {"--joint-vocabulary", "--source-vocabulary-size"});
}

// A corpus of sentences with the punctuation of Chinese.
TEST_CASE("full-width punctuation comes back where it is not normalised away") {
  const Workspace work;
  std::string sources, targets;
  const Lines names = {"一", "二", "三", "四"};
  for (size_t i = 0; i < 64; ++i) {
    const std::string one = names[i % 4], two = names[i / 4 % 4];
    sources += std::string(1, static_cast<char>('a' + i % 4)) + " " +
               std::string(1, static_cast<char>('a' + i / 4 % 4)) + " !\n";
    targets += one + "，" + two + "！\n";
  }
  for (const std::string file : {"train", "valid"}) {
    work.write(file + ".de", sources);
    work.write(file + ".en", targets);
  }
  Given options = {{"tokenizer", "sentencepiece"},
                   {"source-vocabulary-size", "9"},
                   {"target-vocabulary-size", "10"},
                   {"hidden-size", "24"},
                   {"embedding-size", "12"},
                   {"learning-rate", "0.02"},
                   {"dropout", "0"},
                   {"updates", "120"}};
  const auto written = [&](const Given& more) {
    Given all = options;
    all.insert(more.begin(), more.end());
    all["overwrite"] = "";
    work.make_model("model", all);
    return work.run("translate", {{"model", "model"}, {"threads", "1"}}, "a b !\nd c !\n").out;
  };
  CHECK(written({{"target-normalization-rule-name", "identity"}}) == "一，二！\n四，三！\n");
  CHECK(tokens_of(work, "！", "source") == Lines{"▁ !"});
  CHECK(written({{"normalization-rule-name", "identity"}}) == "一，二！\n四，三！\n");
  CHECK(tokens_of(work, "！", "source") == Lines{"▁ ！"});
  CHECK(written({}) == "一,二!\n四,三!\n");
}

TEST_CASE("placeholders stay one token in alignments and output") {
  const Workspace work;
  const std::string tokenizer = GENERATE("sentencepiece", "icu");
  CAPTURE(tokenizer);
  for (const std::string file : {"train.de", "train.en", "valid.de", "valid.en"}) {
    std::string text;
    for (const std::string& line : lines_of(work.read(file))) text += line + " (<NUM1>)\n";
    work.write(file, text);
  }
  work.write("symbols", "<URL>\r\n\r\n<NUM2>");
  Given options = {{"tokenizer", tokenizer},
                   {"user-defined-symbols", "<NUM1>,<NUM3>"},
                   {"user-defined-symbols-file", "symbols"},
                   {"updates", "1"}};
  if (tokenizer == "sentencepiece") options["vocabulary-size"] = "60";
  work.make_model("model", options);
  for (const char* symbol : {"<NUM1>", "<NUM2>", "<NUM3>", "<URL>"}) {
    const Lines tokens = split(tokens_of(work, "eins, " + std::string(symbol) + "!").front(), " ");
    CHECK(std::ranges::count(tokens, symbol) == 1);
  }
  const Outcome aligned = work.run("align", {{"model", "model"},
                                             {"source", "valid.de"},
                                             {"target", "valid.en"},
                                             {"threads", "1"},
                                             {"output", "a.csv"}});
  REQUIRE(aligned.status == 0);
  CHECK_THAT(work.read("a.csv"), Contains(",<NUM1>,"));
  // A model that starts from this one has them too.
  work.make_model("tuned", {{"pretrained-model", "model"}, {"updates", "1"}});
  CHECK(tokens_of(work, "a<NUM2>", "source", "tuned") == tokens_of(work, "a<NUM2>"));
}

TEST_CASE("symbols that cannot be tokens are refused") {
  const Workspace work;
  const auto refused = [&](Given options, const std::string& found) {
    options.merge(Given{{"tokenizer", "icu"}});
    check_refused(work.train("model", options), 2, {"--user-defined-symbols", found});
  };
  refused({{"user-defined-symbols", "<a>,</s>"}}, "</s> is a special symbol");
  refused({{"user-defined-symbols", "a b"}}, "\"a b\"");
  refused({{"user-defined-symbols", "a,,b"}}, "\"\"");
  refused({{"user-defined-symbols", "x,y,x"}}, "x is given twice");
  refused({{"user-defined-symbols", "x"}, {"tokenizer", "space"}}, "sentencepiece or icu");
}

TEST_CASE("words in pieces of subword-nmt are joined in output, validation and links") {
  const Workspace work;
  for (const std::string file : {"train.de", "train.en", "valid.de", "valid.en"}) {
    work.write(file + ".words", work.read(file));
    work.write(file, in_pieces(work.read(file)));
  }
  make_half_trained(work, "model",
                    {{"tokenizer", "subword-nmt"},
                     {"validate-by", "bleu"},
                     {"validate-every", "200"},
                     {"updates", "200"}});
  const Outcome output =
      work.run("translate", {{"model", "model"}, {"beam-size", "1"}, {"threads", "1"}},
               work.read("valid.de"));
  REQUIRE(output.status == 0);
  CHECK_THAT(output.out, !Contains("@@"));
  work.write("output", output.out);
  const std::string log = lines_of(work.read("model/training.csv")).back();
  const std::string bleu = split(log.substr(0, log.find('\r')), ",").at(11);
  const Outcome words =
      work.run("evaluate",
               {{"hypotheses", "output"}, {"references", "valid.en.words"}, {"tokenize", "none"}});
  CHECK(std::stod(bleu) ==
        Approx(std::stod(words.out.substr(std::string("BLEU = ").size()))).margin(0.006));
  CHECK(std::stod(bleu) > 1);

  REQUIRE(work.run("align", {{"model", "model"},
                             {"source", "valid.de"},
                             {"target", "valid.en"},
                             {"format", "pharaoh"},
                             {"alignment-unit", "word"},
                             {"threads", "1"},
                             {"output", "links"}})
              .status == 0);
  const Lines links = lines_of(work.read("links")), sources = lines_of(work.read("valid.de.words")),
              targets = lines_of(work.read("valid.en.words"));
  REQUIRE(links.size() == sources.size());
  size_t last_words = 0;
  for (size_t i = 0; i < links.size(); ++i) {
    const size_t source = split(sources[i], " ").size(), target = split(targets[i], " ").size();
    for (const std::string& link : split(links[i], " ")) {
      if (link.empty()) continue;
      const Lines ends = split(link, "-");
      CHECK(std::stoul(ends[0]) < source);
      CHECK(std::stoul(ends[1]) < target);
      if (std::stoul(ends[1]) + 1 == target) ++last_words;
    }
  }
  CHECK(last_words > 0);
  check_refused(work.run("translate", {{"model", "model"}, {"replace-unknown", ""}}, "eins\n"), 1,
                {"unknown words", "pieces"});
}

}  // namespace
}  // namespace alinea
