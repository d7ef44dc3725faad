#include "text/sentencepiece.h"

#include <catch2/catch.hpp>

#include "storage/temporary_folder.h"
#include "support/error.h"
#include "text/gzip.h"

namespace alinea {

using Catch::Matchers::Contains;
using Tokens = std::vector<std::string>;

namespace {

// Words of two syllables, so that there are pieces to find.
std::string text() {
  const Tokens syllables = {"ba", "ko", "mi", "tu", "re", "lo", "sa"};
  std::string lines;
  for (size_t i = 0; i < 200; ++i) {
    lines += syllables[i % 7] + syllables[i % 5] + " " + syllables[i % 3] + syllables[i % 6] + "\n";
  }
  return lines;
}

auto train(const std::filesystem::path& file, int64_t size, const std::string& type = "unigram") {
  return train_sentencepiece({{file}}, {.vocabulary_size = size, .type = type}).tokenizer;
}

std::string message_of(const std::filesystem::path& path, int64_t size,
                       const std::string& type = "unigram") {
  try {
    train(path, size, type);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a trained model splits into pieces of its vocabulary and joins them again") {
  const TemporaryFolder folder;
  const auto tokenizer = train(folder.file("t.txt", text()), 30);
  CHECK(tokenizer->name() == "sentencepiece");
  const Vocabulary vocabulary = tokenizer->own_vocabulary().value();
  CHECK(vocabulary.size() == 30);
  const Tokens pieces = tokenizer->split("bako mitu");
  CHECK(pieces.size() < std::string("bako mitu").size());
  for (const std::string& piece : pieces) CHECK(vocabulary.id(piece) > kEnd);
  CHECK(tokenizer->join(pieces) == "bako mitu");
  CHECK(tokenizer->split("").empty());
}

TEST_CASE("pieces make the words that the text has, and an unknown piece one of its own") {
  const TemporaryFolder folder;
  const auto tokenizer = train(folder.file("t.txt", text()), 30);
  const auto told = [&](const Tokens& tokens) {
    std::string line;
    size_t count = 0;
    for (const TokenizedWord& word : tokenizer->words(tokens)) {
      line += (line.empty() ? "" : " ") + word.text;
      count += word.tokens;
    }
    CHECK(count == tokens.size());
    return line;
  };
  CHECK(tokenizer->split("bako mitu lo").size() > 3);
  CHECK(told(tokenizer->split("bako mitu lo")) == "bako mitu lo");
  CHECK(told(tokenizer->split("ba日x ko")) == "ba日x ko");
  CHECK(told({}).empty());
  // As the text of these has a sign between spaces for the unknown one.
  const Tokens unknown = {"▁", "b", "a", "<unk>", "k", "o", "▁", "m", "i"};
  CHECK(tokenizer->join(unknown) == "ba \u2047 ko mi");
  CHECK(told(unknown) == "ba <unk> ko mi");
}

TEST_CASE("a literal special symbol and an unseen character are unknown tokens") {
  const TemporaryFolder folder;
  const auto tokenizer = train(folder.file("t.txt", text()), 30);
  const Vocabulary vocabulary = tokenizer->own_vocabulary().value();
  for (const char* line : {"</s>", "<s>", "<unk>", "ba</s>", "日"}) {
    CAPTURE(line);
    for (const std::string& piece : tokenizer->split(line)) {
      CHECK(vocabulary.id(piece) != kBegin);
      CHECK(vocabulary.id(piece) != kEnd);
    }
    CHECK(vocabulary.id(tokenizer->split(line).back()) == kUnknown);
  }
}

TEST_CASE("the same text gives the same model, gzipped or not") {
  const TemporaryFolder folder;
  const auto plain = folder.file("t.txt", text());
  const auto zipped = folder.file("t.gz", gzip(text()));
  train(plain, 30)->save(folder.path() / "first");
  train(zipped, 30)->save(folder.path() / "second");
  CHECK(bytes_of(folder.path() / "first.spm").size() > 1000);
  CHECK(bytes_of(folder.path() / "first.spm") == bytes_of(folder.path() / "second.spm"));
  CHECK(folder.file_count() == 4);
}

TEST_CASE("a saved model is the same when it is loaded and saved again") {
  const TemporaryFolder folder;
  const auto trained = train(folder.file("t.txt", text()), 30);
  trained->save(folder.path() / "source");
  const auto loaded = make_tokenizer("sentencepiece", folder.path() / "source");
  CHECK(loaded->split("kosa remi") == trained->split("kosa remi"));
  CHECK(*loaded->own_vocabulary() == *trained->own_vocabulary());
  loaded->save(folder.path() / "again");
  CHECK(bytes_of(folder.path() / "source.spm") == bytes_of(folder.path() / "again.spm"));
}

TEST_CASE("bpe merges what stands together most") {
  const TemporaryFolder folder;
  // a and b stand together four times, a mark of a space and ab three times.
  const auto bpe = train(folder.file("t.txt", "ab ab\nab cab\n"), 9, "bpe");
  const Vocabulary vocabulary = bpe->own_vocabulary().value();
  REQUIRE(vocabulary.size() == 9);
  CHECK(vocabulary.token(3) == "ab");
  CHECK(vocabulary.token(4) == "▁ab");
  CHECK(bpe->split("cab ab ba") == Tokens{"▁", "c", "ab", "▁ab", "▁", "b", "a"});
}

TEST_CASE("bpe is the same each time, and not unigram") {
  const TemporaryFolder folder;
  const auto path = folder.file("t.txt", text());
  const auto bpe = train(path, 30, "bpe");
  bpe->save(folder.path() / "first");
  train(path, 30, "bpe")->save(folder.path() / "second");
  CHECK(bytes_of(folder.path() / "first.spm") == bytes_of(folder.path() / "second.spm"));
  CHECK(bpe->split("bako mitu") != train(path, 30)->split("bako mitu"));
  CHECK(bpe->join(bpe->split("bako mitu")) == "bako mitu");
}

TEST_CASE("pieces are learned from lines that are evenly chosen") {
  const TemporaryFolder folder;
  std::string text, third;
  for (int i = 0; i < 30; ++i) {
    text += "ab ab\nxy xy\nuv uv\n";
    third += "uv uv\n";
  }
  const auto model = [&](const std::string& lines, int64_t max_lines) {
    train_sentencepiece({{folder.file("t.txt", lines)}},
                        {.vocabulary_size = 7, .type = "bpe", .max_lines = max_lines})
        .tokenizer->save(folder.path() / "model");
    return bytes_of(folder.path() / "model.spm");
  };
  const auto pieces = [&](const std::string& lines, int64_t max_lines) {
    model(lines, max_lines);
    return *make_tokenizer("sentencepiece", folder.path() / "model")->own_vocabulary();
  };
  CHECK(pieces(text, 30) == pieces(third, 0));
  CHECK(model(third, 30) == model(third, 0));
  CHECK(model(third, 99) == model(third, 0));
}

TEST_CASE("characters beyond the coverage are unknown") {
  const TemporaryFolder folder;
  const auto path = folder.file("t.txt", text() + "\u4e2d\n");
  const auto knows = [&](double coverage) {
    const auto tokenizer =
        train_sentencepiece({{path}}, {.vocabulary_size = 30, .character_coverage = coverage})
            .tokenizer;
    return tokenizer->own_vocabulary()->id("\u4e2d") != kUnknown;
  };
  CHECK(knows(1));
  CHECK_FALSE(knows(0.99));
}

TEST_CASE("characters are unified by the rules that are asked for") {
  const TemporaryFolder folder;
  const auto file = folder.file("t.txt", "ja，nein\nja！ nein？\n");
  const auto through = [&](const std::string& rules) {
    const auto tokenizer =
        train_sentencepiece({{file}}, {.vocabulary_size = 14, .normalization = rules}).tokenizer;
    return tokenizer->join(tokenizer->split("ja，ja！ ﬁ"));
  };
  CHECK(through("identity") == "ja，ja！ ﬁ");
  CHECK(through("nmt_nfkc") == "ja,ja! fi");
  CHECK(through("nfkc") == "ja,ja! fi");
  const auto folds =
      train_sentencepiece({{file}}, {.vocabulary_size = 14, .normalization = "nfkc_cf"});
  CHECK(folds.tokenizer->split("JA") == folds.tokenizer->split("ja"));
  CHECK(sentencepiece_normalizations().size() == 5);
  for (const std::string& rules : sentencepiece_normalizations()) CHECK_NOTHROW(through(rules));
}

TEST_CASE("symbols of the user's are pieces of their own") {
  const TemporaryFolder folder;
  const std::string type = GENERATE("unigram", "bpe");
  CAPTURE(type);
  const Tokens symbols = {"<NUM1>", "ba", "a,b\"c"};
  const auto tokenizer =
      train_sentencepiece({{folder.file("t.txt", text())}},
                          {.vocabulary_size = 33, .type = type, .user_symbols = symbols})
          .tokenizer;
  const Vocabulary vocabulary = tokenizer->own_vocabulary().value();
  CHECK(vocabulary.size() == 33);
  for (const std::string& symbol : symbols) CHECK(vocabulary.id(symbol) > kEnd);
  CHECK(tokenizer->split("<NUM1>, <NUM1>") == Tokens{"▁", "<NUM1>", ",", "▁", "<NUM1>"});
  CHECK(tokenizer->split("bababa a,b\"c") == Tokens{"▁", "ba", "ba", "ba", "▁", "a,b\"c"});
  CHECK(tokenizer->join(tokenizer->split("ko <NUM1> ko")) == "ko <NUM1> ko");
  // They stay whole where other pieces are drawn.
  const std::vector<int32_t> ids = {vocabulary.id("<NUM1>"), vocabulary.id("ba")};
  Random random(1);
  CHECK(tokenizer->sampler(0.5)->sample(ids, random) == ids);
}

TEST_CASE("long lines are learned from in parts, without which learning would take hours") {
  const TemporaryFolder folder;
  const std::string type = GENERATE("unigram", "bpe");
  CAPTURE(type);
  const auto longest = static_cast<size_t>(kLongestLearnedBytes);
  std::string words, glued;
  for (size_t i = 0; words.size() < 600'000; ++i) {
    words += i % 3 == 0 ? "bako " : "mi ";
    glued += i % 5 == 0 ? "日本" : "本";
  }
  const auto train_on = [&](const std::string& line, int64_t size) {
    return train_sentencepiece({{folder.file("t.txt", line)}},
                               {.vocabulary_size = size, .type = type});
  };
  const auto cut =
      train_on(words + "\n" + std::string(longest / 2, 'x') + "\n", type == "bpe" ? 17 : 14);
  CHECK(cut.cut_lines == 1);
  // Cut at spaces, so that no part of a word is learned.
  CHECK(cut.tokenizer->split("bako mi").size() == 2);
  CHECK(train_on(words.substr(0, longest), 11).cut_lines == 0);
  CHECK(train_on(words.substr(0, longest + 1), 11).cut_lines == 1);
  const auto unspaced = train_on(glued, 8);
  CHECK(unspaced.cut_lines == 1);
  CHECK(unspaced.tokenizer->own_vocabulary()->id("日") > kEnd);
  CHECK(unspaced.tokenizer->join(unspaced.tokenizer->split(glued)) == glued);
}

TEST_CASE("a size that the text cannot have becomes the size to try") {
  const TemporaryFolder folder;
  const auto path = folder.file("t.txt", text());
  const std::string type = GENERATE("unigram", "bpe");
  CAPTURE(type);
  const std::string large = message_of(path, 5000, type);
  CHECK_THAT(large, Contains("t.txt") && Contains("5000 pieces") && Contains("vocabulary-size"));
  const auto largest = std::stoll(large.substr(large.find("vocabulary-size to ") + 19));
  CHECK(large.ends_with("or less"));
  CHECK(message_of(path, largest, type) == "no error");
  CHECK(message_of(path, largest + 1, type) != "no error");

  const std::string small = message_of(path, 9, type);
  const auto smallest = std::stoll(small.substr(small.find("vocabulary-size to ") + 19));
  CHECK(small.ends_with("or more"));
  CHECK(message_of(path, smallest, type) == "no error");
  CHECK(message_of(path, smallest - 1, type) != "no error");
}

TEST_CASE("a size out of all range is a wrong option") {
  const TemporaryFolder folder;
  const auto path = folder.file("t.txt", text());
  for (const int64_t size :
       {int64_t{-1}, int64_t{0}, int64_t{3}, int64_t{1'000'001}, int64_t{1} << 40}) {
    CHECK_THROWS_AS(train(path, size), UsageError);
  }
}

TEST_CASE("text of which nothing can be learnt is refused") {
  const TemporaryFolder folder;
  for (const char* bytes : {"", "\n\n", " \t \n", "\u3000\u200b\n", "\ufffd\n", "\u2581 \n",
                            "\u2585 a\n \n", "\x01\x02\n"}) {
    CAPTURE(bytes);
    CHECK_THAT(message_of(folder.file("t.txt", bytes), 50),
               Contains("t.txt") && Contains("no text"));
  }
}

TEST_CASE("an error in the text comes through the library as it is") {
  const TemporaryFolder folder;
  CHECK_THAT(message_of(folder.file("t.txt", text() + "\xff\n"), 30),
             Contains("line 201") && Contains("not UTF-8"));
  CHECK_THAT(message_of(folder.file("t.txt", "\xff\n" + text()), 30), Contains("line 1"));
  CHECK_THAT(message_of(folder.path() / "none", 30), Contains("none"));
}

// A piece as a model's protocol buffer holds it: text, score 0, type (1 normal, 2 unknown, 3
// control).
std::string piece(const std::string& text, char type) {
  std::string bytes = "\x0a";
  bytes += static_cast<char>(text.size());
  bytes += text + std::string("\x15\0\0\0\0\x18", 6) + type;
  return "\x0a" + std::string(1, static_cast<char>(bytes.size())) + bytes;
}

TEST_CASE("a model whose rules of normalisation lead out of it is refused") {
  const TemporaryFolder folder;
  const auto trained = train(folder.file("t.txt", text()), 30);
  trained->save(folder.path() / "whole");
  const std::string whole = bytes_of(folder.path() / "whole.spm");
  const auto loads = [&](const std::string& bytes) {
    folder.file("source.spm", bytes);
    try {
      load_sentencepiece(folder.path() / "source.spm")->split("\u00e9\u4e2d\uff21 a");
      return true;
    } catch (const Error&) {
      return false;
    }
  };
  REQUIRE(loads(whole));
  // The map begins behind the name of its rules: field 2, its length in three bytes, that of the
  // trie in four.
  const size_t map = whole.find("nmt_nfkc") + 8;
  REQUIRE(whole.at(map) == 0x12);
  const size_t trie = map + 8, units = 1000;
  int refused = 0;
  for (size_t unit = 0; unit < units; ++unit) {
    std::string damaged = whole;
    damaged.replace(trie + 4 * unit, 4, "\xff\xfd\xff\x7f");
    refused += loads(damaged) ? 0 : 1;
  }
  CHECK(refused > 0);
  std::string long_trie = whole;
  long_trie.replace(map + 4, 4, "\xff\xff\xff\x7f");
  CHECK_FALSE(loads(long_trie));
  CHECK_FALSE(loads(whole.substr(0, whole.size() - 1)));
}

TEST_CASE("a file that is no model is refused by name") {
  const TemporaryFolder folder;
  const std::string special = piece("<unk>", 2) + piece("<s>", 3) + piece("</s>", 3);
  folder.file("source.spm", special + piece("a", 1));
  CHECK_NOTHROW(make_tokenizer("sentencepiece", folder.path() / "source"));
  const std::string nul_piece = special + piece(std::string("\0i", 2), 1);  // the library throws
  for (const std::string& bytes :
       {std::string(), std::string("some text\n"), std::string("\x08\x96\x01"), nul_piece}) {
    folder.file("source.spm", bytes);
    CHECK_THROWS_WITH(make_tokenizer("sentencepiece", folder.path() / "source"),
                      Contains("source.spm' is not a SentencePiece model"));
  }
  CHECK_THROWS_WITH(make_tokenizer("sentencepiece", folder.path() / "none"), Contains("none.spm"));
  train(folder.file("t.txt", text()), 30)->save(folder.path() / "whole");
  const std::string whole = bytes_of(folder.path() / "whole.spm");
  folder.file("cut.spm", whole.substr(0, whole.size() / 2));
  CHECK_THROWS_AS(make_tokenizer("sentencepiece", folder.path() / "cut"), Error);
}

}  // namespace alinea
