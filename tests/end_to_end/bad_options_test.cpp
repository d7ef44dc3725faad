// Option values that make no sense, alone or together: exit status 2, and no model is begun.
#include <catch2/catch.hpp>

#include "workspace.h"

namespace alinea {
namespace {

void check_train_refuses(const Given& options, int status, const std::vector<std::string>& words) {
  const Workspace work;
  for (const auto& [name, value] : options) UNSCOPED_INFO("--" << name << " " << value);
  check_refused(work.train("model", options), status, words);
  CHECK_FALSE(work.exists("model"));
}

TEST_CASE("a value out of range is refused with the range") {
  const auto [name, value, expected] = GENERATE(table<std::string, std::string, std::string>(
      {{"dropout", "1.5", "0 to 0.99"},
       {"dropout", "-0.1", "0 to 0.99"},
       {"hidden-size", "0", "from 1"},
       {"hidden-size", "70000", "65536"},
       {"hidden-size", "12.5", "whole number"},
       {"batch-size", "-3", "from 1 to 1048576"},
       {"batch-size", "99999999999999999999", "whole number"},
       {"encoder-layers", "0", "from 1"},
       {"attention-window", "0", "from 1 to 65536"},
       {"learning-rate", "nan", "above 0"},
       {"learning-rate", "inf", "above 0"},
       {"learning-rate", "0", "above 0"},
       {"learning-rate", "fast", "above 0"},
       {"clip-norm", "-1", "at least 0"},
       {"label-smoothing", "1", "0 to 0.99"},
       {"seed", "-1", "at least 0"},
       {"threads", "-1", "from 0"},
       {"cell", "elman", "gru"},
       {"attention", "bahdanau", "additive"},
       {"attention-mode", "local", "local-m"},
       {"bridge", "last ", "last"},
       {"wiring", "none", "bahdanau, luong"},
       {"tokenizer", " ", "space, subword-nmt, char, icu, sentencepiece"},
       {"sentencepiece-type", "word", "unigram, bpe"},
       {"character-coverage", "0.5", "0.98 to 1"},
       {"schedule", "cosine", "plateau"},
       {"optimizer", "lion", "adam"},
       {"adam-beta2", "1", "0 to 0.999999"},
       {"weight-decay", "-1", "0 to 1"}}));
  check_train_refuses({{name, value}}, 2, {"--" + name, expected, value});
}

TEST_CASE("options that do not go together are refused with what to change") {
  const auto [options, words] = GENERATE(table<Given, std::vector<std::string>>(
      {{{{"attention", "dot"}, {"encoder-hidden-size", "5"}},
        {"12 and 10", "encoder-hidden-size", "general"}},
       {{{"attention", "scaled-dot"}, {"encoder-hidden-size", "5"}}, {"12 and 10"}},
       {{{"bridge", "last"}, {"encoder-layers", "2"}},
        {"bridge last", "is 2", "is 1", "use bridge bridge"}},
       {{{"bridge", "last"}, {"encoder-hidden-size", "5"}},
        {"bridge last", "10 and 12", "change encoder-hidden-size"}},
       {{{"bridge", "zero"}, {"attention", "none"}},
        {"bridge zero with attention none", "or a score"}},
       {{{"tie-embeddings", ""}}, {"tie-embeddings", "embedding-size is 7", "hidden-size is 12"}},
       {{{"hidden-size", "13"}}, {"hidden-size", "13 is odd", "give encoder-hidden-size"}},
       {{{"attention", "none"}, {"attention-mode", "local-m"}}, {"local-m", "none"}},
       {{{"attention", "none"}, {"input-feeding", ""}},
        {"--input-feeding requires attention and --decoder luong"}},
       {{{"no-input-feeding", ""}}, {"-input-feeding requires attention and --decoder luong"}},
       {{{"source", "-"}, {"target", "-"}}, {"--source and --target", "standard input"}},
       {{{"corpus", "c.tsv"}, {"corpus-weights", "1"}}, {"--corpus-weights", "2 texts, got 1"}},
       {{{"corpus-weights", "0"}}, {"--corpus-weights", "above 0"}},
       {{{"corpus-weights", "1,"}}, {"--corpus-weights", "above 0"}},
       {{{"sentencepiece-type", "bpe"}}, {"--sentencepiece-type", "--tokenizer sentencepiece"}},
       {{{"character-coverage", "1"}}, {"--character-coverage", "--tokenizer sentencepiece"}},
       {{{"sentencepiece-max-lines", "9"}}, {"--sentencepiece-max-lines", "--tokenizer"}},
       {{{"sentencepiece-alpha", "0.1"}}, {"--sentencepiece-alpha", "--tokenizer"}},
       {{{"tokenizer", "sentencepiece"},
         {"sentencepiece-alpha", "0.1"},
         {"guided-alignment", "links"}},
        {"--guided-alignment", "--sentencepiece-alpha"}},
       {{{"joint-vocabulary", ""}, {"target-vocabulary", "v.txt"}}, {"--target-vocabulary"}},
       {{{"momentum", "0.9"}}, {"--momentum", "--optimizer sgd", "is adam"}},
       {{{"optimizer", "sgd"}, {"epsilon", "1e-3"}}, {"--epsilon", "rmsprop", "is sgd"}},
       {{{"weight-decay", "0.1"}}, {"--weight-decay", "adamw"}},
       {{{"attention-window", "5"}}, {"--attention-window", "local-m or local-p", "is global"}},
       {{{"decay-factor", "0.7"}}, {"--decay-factor", "--schedule plateau", "is constant"}},
       {{{"schedule", "noam"}, {"decay-patience", "2"}},
        {"--decay-patience", "--schedule plateau"}},
       {{{"schedule", "plateau"}, {"decay-after", "2"}}, {"--decay-after", "luong-halving"}},
       {{{"min-learning-rate", "0.1"}}, {"--min-learning-rate", "plateau or", "is constant"}},
       {{{"heads", "2"}}, {"--heads requires --encoder or --decoder transformer"}},
       {{{"feed-forward-size", "8"}}, {"--feed-forward-size", "--decoder transformer"}},
       {{{"architecture", "transformer"}, {"heads", "1"}, {"relative-window", "3"}},
        {"--relative-window requires --positions relative", "sinusoidal"}},
       {{{"architecture", "transformer"}, {"heads", "1"}, {"max-positions", "30"}},
        {"--max-positions requires --positions learned or convolutional layers"}},
       {{{"kernel", "5"}}, {"--kernel requires --encoder or --decoder convolutional"}},
       {{{"architecture", "convolutional"}, {"channels", "8,,8"}}, {"--channels", "commas"}},
       {{{"architecture", "convolutional"}, {"channels", "8,0"}}, {"--channels", "numbers from 1"}},
       {{{"architecture", "convolutional"}, {"channels", "8,8,8,8,8"}},
        {"channels gives 5 layers", "there are 4"}},
       {{{"architecture", "convolutional"}, {"coverage", ""}}, {"coverage", "recurrent decoder"}},
       {{{"architecture", "convolutional"}, {"attention", "none"}},
        {"decoder convolutional", "attention is none"}},
       {{{"encoder", "convolutional"}, {"bridge", "last"}}, {"bridge last", "convolutional"}},
       {{{"encoder", "convolutional"}, {"scale-gradients", ""}},
        {"--scale-gradients requires --decoder convolutional"}},
       {{{"architecture", "transformer"}, {"heads", "1"}, {"halting", ""}},
        {"--halting requires --universal"}},
       {{{"architecture", "transformer"}, {"heads", "2"}}, {"embedding-size is 7", "heads is 2"}},
       {{{"architecture", "transformer"}, {"heads", "1"}, {"coverage", ""}},
        {"coverage", "recurrent decoder"}},
       {{{"architecture", "transformer"}, {"heads", "1"}, {"attention-choice", "hard"}},
        {"--attention-choice", "attention and a recurrent decoder"}},
       {{{"encoder", "transformer"}, {"heads", "1"}, {"no-bidirectional", ""}},
        {"bidirectional requires --encoder recurrent"}},
       {{{"architecture", "transformer"}, {"heads", "1"}, {"cell", "lstm"}},
        {"--cell requires a recurrent encoder or decoder"}},
       {{{"architecture", "transformer"}, {"heads", "1"}, {"hidden-size", "12"}},
        {"--hidden-size requires a recurrent, window or feed-forward encoder or decoder"}},
       {{{"architecture", "convolutional"}, {"hidden-size", "12"}},
        {"--hidden-size requires a recurrent, window or feed-forward encoder or decoder"}},
       {{{"encoder", "bag"}, {"decoder", "convolutional"}, {"attention", "dot"}},
        {"--hidden-size requires a recurrent"}},
       {{{"encoder", "transformer"}, {"heads", "1"}, {"encoder-hidden-size", "6"}},
        {"--encoder-hidden-size requires --encoder recurrent or window"}},
       {{{"architecture", "transformer"}, {"heads", "1"}, {"variational-dropout", ""}},
        {"--variational-dropout", "other than a Transformer"}},
       {{{"architecture", "convolutional"}, {"weight-drop", "0.1"}},
        {"--weight-drop requires a recurrent encoder or decoder"}},
       {{{"architecture", "convolutional"}, {"residual", ""}}, {"--residual", "recurrent encoder"}},
       {{{"architecture", "convolutional"}, {"layer-normalization", ""}},
        {"--layer-normalization", "recurrent encoder"}},
       {{{"decoder", "convolutional"}, {"attention", "dot"}, {"bridge", "zero"}},
        {"--bridge requires a recurrent decoder"}},
       {{{"decoder", "convolutional"}, {"attention", "dot"}, {"readout", "maxout"}},
        {"--readout requires --decoder bahdanau"}},
       {{{"attention", "none"}, {"context-gate", ""}},
        {"--context-gate", "attention and a recurrent decoder"}},
       {{{"attention-entropy", "0.1"}}, {"--attention-entropy", "--attention-choice hard"}},
       {{{"attention-choice", "hard"}, {"attention-mode", "local-p"}},
        {"local-p", "choose global or local-m"}},
       {{{"encoder", "transformer"}, {"heads", "1"}, {"bridge", "last"}},
        {"bridge last", "encoder recurrent", "use bridge bridge or zero"}},
       {{{"decoder", "transformer"}, {"heads", "1"}, {"attention", "none"}},
        {"attention is none", "choose a score"}},
       {{{"tie-embeddings", "all"},
         {"hidden-size", "7"},
         {"encoder-hidden-size", "3"},
         {"target-embeddings", "v"}},
        {"--target-embeddings", "--tie-embeddings all"}},
       {{{"attention", "general"}, {"readout", "tanh"}},
        {"--readout requires --decoder bahdanau"}}}));
  check_train_refuses(options, 2, words);
}

TEST_CASE("a vocabulary that would be empty is refused") {
  check_train_refuses({{"min-frequency", "1000000"}}, 1, {"train.de", "min-frequency"});
  check_train_refuses({{"vocabulary-size", "3"}}, 2, {"vocabulary-size", "got 3"});
  check_train_refuses({{"tokenizer", "sentencepiece"}}, 1, {"train.de", "vocabulary-size"});
}

TEST_CASE("a configuration file is refused by its line") {
  const auto [text, words] = GENERATE(table<std::string, std::vector<std::string>>(
      {{"seed = 3\ndropout = 2\n", {"options.conf:2", "dropout", "0 to 0.99"}},
       {"\nsead = 3\n", {"options.conf:2", "sead", "seed"}},
       {"seed\n", {"options.conf:1", "NAME = VALUE"}},
       {"seed = 1\nseed = 2\n", {"seed", "twice"}}}));
  const Workspace work;
  work.write("options.conf", text);
  check_refused(work.train("model", {{"config", "options.conf"}}), 2, words);
  CHECK_FALSE(work.exists("model"));
}

TEST_CASE("commands refuse what they cannot do") {
  const Workspace work;
  const Given model = {{"model", "model"}};
  Given pair = model;
  pair.merge(Given{{"source", "valid.de"}, {"target", "valid.en"}});
  check_refused(work.run("translate", {{"model", "model"}, {"beam-size", "0"}}), 2,
                {"--beam-size", "from 1"});
  check_refused(work.run("translate", {{"model", "model"}, {"length-penalty", "nan"}}), 2,
                {"--length-penalty"});
  check_refused(work.run("translate", {}), 2, {"--model is missing"});
  check_refused(work.run("align", pair), 2, {"--output", "--heatmap"});
  Given format = pair;
  format.merge(Given{{"output", "x"}, {"format", "xml"}});
  check_refused(work.run("align", format), 2, {"--format", "pharaoh"});
  check_refused(work.run("train", {}), 2, {"--model is missing"});
  Given without_texts = Workspace::tiny("model");
  without_texts.erase("source");
  without_texts.erase("target");
  check_refused(work.run("train", without_texts), 2, {"--source is missing", "--corpus"});
  check_refused(work.run("score", {{"modle", "m"}}), 2, {"--modle", "--model"});
}

}  // namespace
}  // namespace alinea
