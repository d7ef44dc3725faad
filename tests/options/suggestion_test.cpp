#include "options/suggestion.h"

#include <catch2/catch.hpp>
#include <vector>

namespace alinea {
namespace {

const std::vector<std::string> kNames = {"train", "translate", "score", "align", "evaluate"};

TEST_CASE("the nearest name is found over every kind of mistake") {
  CHECK(nearest_name("trian", kNames) == "train");       // swapped
  CHECK(nearest_name("scores", kNames) == "score");      // inserted
  CHECK(nearest_name("evalate", kNames) == "evaluate");  // left out
  CHECK(nearest_name("alien", kNames) == "align");       // replaced
  CHECK(nearest_name("eval", kNames) == "evaluate");     // abbreviated
  CHECK(nearest_name("TRAIN", kNames) == "train");       // capitals
  CHECK(suggestion("trian", kNames) == "; did you mean train?");
}

TEST_CASE("what is like nothing gets no suggestion") {
  CHECK(nearest_name("benchmark", kNames).empty());
  CHECK(nearest_name("", kNames).empty());
  CHECK(nearest_name(std::string(1'000'000, 't'), kNames).empty());
  CHECK(nearest_name("train", {}).empty());
  CHECK(nearest_name("xxab", std::vector<std::string>{"ab"}).empty());  // two of two are wrong
  CHECK(suggestion("benchmark", kNames).empty());
  // Dashes are no likeness.
  CHECK(nearest_name("--lr", std::vector<std::string>{"--log"}).empty());
  CHECK(nearest_name("--beam", std::vector<std::string>{"--cell"}).empty());
  CHECK(nearest_name("--sead", std::vector<std::string>{"--seed"}) == "--seed");
}

TEST_CASE("names of other toolkits and commands are known where the command has what they mean") {
  const std::vector<std::string> options = {"--encoder-layers", "--decoder-layers",
                                            "--learning-rate", "--vocabulary-size", "--log"};
  CHECK(suggestion("--layers", options) == "; did you mean --encoder-layers or --decoder-layers?");
  CHECK(suggestion("--vocab_size", options) == "; did you mean --vocabulary-size?");
  CHECK(suggestion("--lr", options) == "; did you mean --learning-rate?");
  CHECK(suggestion("lr", std::vector<std::string>{"learning-rate"}) ==
        "; did you mean learning-rate?");
  CHECK(suggestion("--lr", std::vector<std::string>{"--log"}).empty());
  CHECK(suggestion("--input", std::vector<std::string>{"--n-best-list"}) ==
        "; did you mean --n-best-list?");
  const std::vector<std::string> scores = {"additive", "dot", "general", "none"};
  CHECK(suggestion("bahdanau", scores) == "; did you mean additive?");
  CHECK(suggestion("luong", scores) == "; did you mean general?");
  CHECK(suggestion("rope", std::vector<std::string>{"sinusoidal", "relative", "none"}) ==
        "; did you mean relative?");
}

}  // namespace
}  // namespace alinea
