#include "options/options.h"

#include <catch2/catch.hpp>
#include <ctime>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "storage/temporary_folder.h"
#include "support/error.h"
#include "support/messages.h"

namespace alinea {
namespace {

// One option of every type, with the arguments given as a test writes them.
struct Table {
  int64_t epochs = 10;
  uint64_t seed = 7;
  double rate = 0.5;
  bool tied = false;
  bool bridge = true;
  std::string name = "small";
  std::string cell = "gru";
  std::filesystem::path model = "model";
  Options options{"train", "Trains a model"};

  Table() {
    options.group("Length")
        .add("epochs", epochs, "passes over the data")
        .range(1, 100)
        .add("seed", seed, "seed of all random numbers")
        .group("Model")
        .add("rate", rate, "learning rate")
        .expect("a number above 0", [this] { return rate > 0; })
        .add("tied", tied, "tie the embeddings")
        .add("bridge", bridge, "start from the encoder")
        .add("name", name, "what to call it")
        .choice("cell", cell, {"gru", "lstm"}, "recurrent cell")
        .add("model", model, "model folder");
  }
  bool parse(const std::vector<std::string>& arguments) { return options.parse(arguments); }
};

// The message of the UsageError that the arguments end in.
std::string refusal(const std::vector<std::string>& arguments) {
  Table table;
  try {
    table.parse(arguments);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

TEST_CASE("without arguments every option keeps its default") {
  Table table;
  CHECK(table.parse({}));
  CHECK(table.options.effective().dump() ==
        R"({"epochs":10,"seed":7,"rate":0.5,"tied":false,"bridge":true,"name":"small",)"
        R"("cell":"gru","model":"model"})");
  CHECK_FALSE(table.options.given("epochs"));
}

TEST_CASE("options are given as --name value and as --name=value") {
  Table table;
  CHECK(table.parse({"--epochs", "3", "--seed=18446744073709551615", "--rate", "1e-3", "--tied",
                     "--no-bridge", "--name=a b=c", "--cell", "lstm", "--model", "ä/ö"}));
  CHECK(table.epochs == 3);
  CHECK(table.seed == std::numeric_limits<uint64_t>::max());
  CHECK(table.rate == 1e-3);
  CHECK(table.tied);
  CHECK_FALSE(table.bridge);
  CHECK(table.name == "a b=c");
  CHECK(table.cell == "lstm");
  CHECK(table.model == "ä/ö");
  CHECK(table.options.given("bridge"));
  CHECK(table.options.effective()["seed"] == std::numeric_limits<uint64_t>::max());
  CHECK(table.options.effective()["bridge"] == false);
}

TEST_CASE("text may be empty, begin with a minus, or look like an option where = says so") {
  Table table;
  CHECK(table.parse({"--name", ""}));
  CHECK(table.name.empty());
  CHECK(table.parse({"--name", "-x"}));
  CHECK(table.name == "-x");
  CHECK(table.parse({"--name=--epochs"}));
  CHECK(table.name == "--epochs");
}

TEST_CASE("a value that does not fit is refused with what was expected and what came") {
  CHECK(refusal({"--epochs", "0"}) == "--epochs: expected a whole number from 1 to 100, got \"0\"");
  CHECK(refusal({"--epochs=101"}) ==
        "--epochs: expected a whole number from 1 to 100, got \"101\"");
  for (const char* bad : {"3.5", "1e1", "3x", " 3", "", "99999999999999999999"}) {
    INFO(bad);
    CHECK_THAT(refusal({"--epochs", bad}), Catch::StartsWith("--epochs: expected a whole number"));
  }
  CHECK(refusal({"--seed", "-1"}) == "--seed: expected a whole number of at least 0, got \"-1\"");
  for (const char* bad : {"nan", "inf", "-inf", "1e999", "0", "-0.5", "0,5", "half"}) {
    INFO(bad);
    CHECK_THAT(refusal({"--rate", bad}),
               Catch::StartsWith("--rate: expected a number above 0, got"));
  }
  CHECK(refusal({"--cell", "LSTM"}) ==
        "--cell: expected one of gru, lstm, got \"LSTM\"; did you mean lstm?");
  CHECK(refusal({"--cell=gur"}) ==
        "--cell: expected one of gru, lstm, got \"gur\"; did you mean gru?");
  CHECK(refusal({"--cell=rnn"}) == "--cell: expected one of gru, lstm, got \"rnn\"");
  CHECK(refusal({"--name", "\xff"}) == "--name: expected text in UTF-8, got \"\\xff\"");
  CHECK(refusal({"--model", ""}) == "--model: expected a path in UTF-8, got \"\"");
}

TEST_CASE("ranges of each type, with and without an upper end") {
  int64_t whole = 5;
  uint64_t size = 5;
  double share = 0.5;
  Options options("x", "x");
  options.add("whole", whole, "").range(int64_t{2}, std::numeric_limits<int64_t>::max());
  options.add("size", size, "").range(2, 6);
  options.add("share", share, "").range(0, 1);
  options.add("open", share, "").range(-1.0, std::numeric_limits<double>::infinity());
  const auto parse = [&options](const std::string& argument) {
    return options.parse(std::vector<std::string>{argument});
  };
  CHECK(parse("--whole=9223372036854775807"));
  CHECK_THROWS_WITH(parse("--whole=1"),
                    "--whole: expected a whole number of at least 2, got \"1\"");
  CHECK(parse("--size=6"));
  CHECK_THROWS_WITH(parse("--size=18446744073709551615"),
                    Catch::StartsWith("--size: expected a whole number from 2 to 6"));
  CHECK_THROWS_AS(parse("--size=1"), UsageError);
  CHECK(parse("--share=1"));
  CHECK_THROWS_WITH(parse("--share=1.0001"), Catch::StartsWith("--share: expected a number from"));
  CHECK(parse("--open=1e300"));
  CHECK_THROWS_WITH(parse("--open=-1.5"), "--open: expected a number of at least -1, got \"-1.5\"");
  CHECK_THROWS_AS(parse("--open=inf"), UsageError);
}

TEST_CASE("what is not an option is named, with the nearest that is") {
  CHECK(refusal({"--epoch", "3"}) == "unknown option --epoch; did you mean --epochs?");
  CHECK(refusal({"--ep=3"}) == "unknown option --ep; did you mean --epochs?");
  CHECK(refusal({"--no-brige"}) == "unknown option --no-brige; did you mean --no-bridge?");
  CHECK(refusal({"--no-epochs"}) == "unknown option --no-epochs; did you mean --epochs?");
  CHECK(refusal({"--zzzzzzzz"}) == "unknown option --zzzzzzzz; see --help");
  CHECK_THAT(refusal({"stray", "--epochs", "3"}),
             Catch::StartsWith("unexpected argument \"stray\""));
  for (const char* stray : {"", "-", "-e", "=", "a=b"}) {
    INFO(stray);
    CHECK_THAT(refusal({"--tied", stray}), Catch::StartsWith("unexpected argument"));
  }
  CHECK_THAT(refusal({"--epochs", "3", "--", "--tied"}),
             Catch::StartsWith("unexpected argument \"--tied\""));
  CHECK_THAT(refusal({"--=3"}), Catch::StartsWith("unexpected argument \"--=3\""));
}

TEST_CASE("a missing, superfluous or repeated value is refused") {
  CHECK(refusal({"--epochs"}) == "--epochs needs a value");
  CHECK(refusal({"--epochs="}) == "--epochs needs a value");
  CHECK_THAT(refusal({"--model", "--epochs", "3"}),
             Catch::StartsWith("--model needs a value, got the option --epochs"));
  CHECK_THAT(refusal({"--tied=true"}), Catch::StartsWith("--tied takes no value"));
  CHECK(refusal({"--tied", "true"}) == "unexpected argument \"true\": --tied takes no value");
  CHECK(refusal({"--no-tied", "3"}) == "unexpected argument \"3\": --no-tied takes no value");
  CHECK(refusal({"--epochs", "3", "--epochs=3"}) == "--epochs is given twice");
  CHECK(refusal({"--tied", "--no-tied"}) == "--no-tied is given twice, first as --tied");
}

TEST_CASE("a required option is asked for") {
  std::string path;
  Options options("train", "Trains a model");
  options.required("data", path, "training text");
  CHECK_THROWS_WITH(options.parse(std::vector<std::string>{}),
                    "--data is missing (training text); see alinea train --help");
  CHECK(options.parse(std::vector<std::string>{"--data=x"}));
  CHECK(path == "x");
}

TEST_CASE("the help lists every option under its group, with its default") {
  Table table;
  std::string data;
  table.options.group("Data").required("data", data, "training text");
  const std::string help = table.options.help();
  CHECK_THAT(help, Catch::StartsWith("Usage: alinea train [options]\nTrains a model."));
  for (const char* part :
       {"\nLength:\n", "--epochs N", "passes over the data (10; 1 to 100)", "\nModel:\n",
        "--rate X", "learning rate (0.5; above 0)", "--[no-]tied", "tie the embeddings (off)",
        "start from the encoder (on)", "recurrent cell: one of gru, lstm (gru)",
        "training text (required)", "--config PATH", "precedence", "--log PATH", "--[no-]quiet",
        "seed of all random numbers (7)", "--help"}) {
    INFO(help);
    CHECK_THAT(help, Catch::Contains(part));
  }
  CHECK(help.find("Length:") < help.find("--seed"));
  CHECK(help.find("--seed") < help.find("Model:"));
}

TEST_CASE("an option that is a list of paths may be given again") {
  Paths texts;
  std::filesystem::path one;
  const auto parsed = [&](const std::vector<std::string>& arguments) {
    texts.clear();
    Options table("train", "Trains");
    table.add("text", texts, "a text").add("one", one, "a path");
    table.parse(arguments);
    return table.effective().at("text");
  };
  CHECK(parsed({}) == nlohmann::ordered_json::array());
  CHECK(parsed({"--text", "a"}) == "a");
  CHECK(parsed({"--text", "a", "--one=x", "--text=b c", "--text", "a"}).dump() ==
        R"(["a","b c","a"])");
  CHECK(texts == Paths{"a", "b c", "a"});
  const TemporaryFolder folder;
  const auto file = folder.file("options", "text = d\ntext = e\n");
  CHECK(parsed({"--config", file}).dump() == R"(["d","e"])");
  CHECK(parsed({"--config", file, "--text", "a"}) == "a");
  CHECK_THROWS_AS(parsed({"--text", "a", "--text="}), UsageError);
  CHECK_THROWS_AS(parsed({"--one", "a", "--one=b"}), UsageError);
}

TEST_CASE("a name cannot be declared twice") {
  Table table;
  CHECK_THROWS_AS(table.options.add("epochs", table.epochs, ""), std::logic_error);
}

TEST_CASE("command-line options take precedence over the configuration file") {
  const TemporaryFolder folder;
  const std::string config = folder.file("run.ini",
                                         "# a run\n"
                                         "epochs = 3\r\n"
                                         "\n"
                                         "  rate=0.25  # slow\n"
                                         "tied = yes\n"
                                         "bridge = off\n"
                                         "name =\n");
  Table table;
  CHECK(table.parse({"--config", config, "--epochs", "5", "--no-tied"}));
  CHECK(table.epochs == 5);
  CHECK(table.rate == 0.25);
  CHECK_FALSE(table.tied);
  CHECK_FALSE(table.bridge);
  CHECK(table.name.empty());
  CHECK(table.options.given("rate"));
  CHECK_FALSE(table.options.given("seed"));
  CHECK_FALSE(table.options.effective().contains("config"));
}

TEST_CASE("a configuration file may have a byte order mark, Windows line ends and no last one") {
  const TemporaryFolder folder;
  const std::string config = folder.file("run.ini",
                                         "\xef\xbb\xbf"
                                         "epochs = 3\r\nname = a b\r\nrate = 0.25");
  Table table;
  CHECK(table.parse({"--config", config}));
  CHECK(table.epochs == 3);
  CHECK(table.name == "a b");
  CHECK(table.rate == 0.25);
}

TEST_CASE("a configuration file that does not fit is refused by file, line and option") {
  const TemporaryFolder folder;
  const auto refused = [&folder](const std::string& content) {
    const std::string config = folder.file("run.ini", content);
    const std::string message = refusal({"--config", config});
    INFO(message);
    REQUIRE_THAT(message, Catch::StartsWith(config + ":"));
    return message.substr(config.size() + 1);
  };
  CHECK(refused("tied = on\nepoch = 3\n") == "2: unknown option epoch; did you mean epochs?");
  CHECK(refused("zzzzzzzz = 3\n") == "1: unknown option zzzzzzzz; see --help");
  CHECK(refused("epochs = 0\n") == "1: epochs: expected a whole number from 1 to 100, got \"0\"");
  CHECK(refused("cell = lst\n") ==
        "1: cell: expected one of gru, lstm, got \"lst\"; did you mean lstm?");
  CHECK(refused("tied = maybe\n") == "1: tied: expected true or false, got \"maybe\"");
  CHECK(refused("\nepochs 3\n") == "2: expected NAME = VALUE, got \"epochs 3\"");
  CHECK(refused("[model]\n") == "1: expected NAME = VALUE, got \"[model]\"");
  CHECK_THAT(refused("epochs = 3\nepochs = 4\n"), Catch::StartsWith("2: epochs is given twice"));
  CHECK_THAT(refused("no-tied = true\n"), Catch::StartsWith("1: unknown option no-tied"));
  CHECK_THAT(refused("config = other.ini\n"), Catch::StartsWith("1: unknown option config"));
  CHECK_THAT(refused("= 3\n"), Catch::StartsWith("1: "));
}

TEST_CASE("a configuration file of a megabyte takes a moment") {
  const std::string line = GENERATE("\n", "  \n", "\r\n", "# x\n");
  CAPTURE(line);
  const TemporaryFolder folder;
  std::string lines;
  while (lines.size() + line.size() < 1'000'000) lines += line;
  const std::string file = folder.file("run.ini", lines + "epochs = 5\n");
  Table table;
  const std::clock_t begin = std::clock();
  CHECK(table.parse({"--config", file}));
  CHECK(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC < 5);
  CHECK(table.epochs == 5);
  CHECK_THAT(
      refusal({"--config", folder.file("bad.ini", lines + "epoch = 5\n")}),
      Catch::Contains("bad.ini:" + std::to_string(lines.size() / line.size() + 1) + ": unknown"));
}

TEST_CASE("a configuration file that cannot be read is no fault of the call") {
  const TemporaryFolder folder;
  Table table;
  CHECK_THROWS_AS(table.parse({"--config", folder.path() / "missing.ini"}), Error);
  CHECK_THROWS_AS(table.parse({"--config", folder.path()}), Error);
  CHECK_THROWS_AS(table.parse({"--config=/dev/zero"}), Error);
  const std::string binary = folder.file("run.ini", std::string("rate = 1\nname = a\0b", 19));
  CHECK_THROWS_WITH(table.parse({"--config", binary}), Catch::Contains("run.ini") &&
                                                           Catch::Contains("line 2") &&
                                                           Catch::Contains("NUL"));
  CHECK(refusal({"--config", ""}) == "--config: expected a path in UTF-8, got \"\"");
}

TEST_CASE("every command has --config, --log and --quiet, which are no part of its record") {
  const TemporaryFolder folder;
  int64_t size = 1;
  Options options("evaluate", "Scores");
  options.required("size", size, "a size");
  CHECK_THROWS_AS(options.add("log", size, ""), std::logic_error);
  const std::string log = folder.path() / "log";
  const std::string config = folder.file("options", "size = 7\nlog = " + log + "\nquiet = on\n");
  CHECK(options.parse(std::vector<std::string>{"--config", config}));
  CHECK(size == 7);
  CHECK(options.effective().dump() == R"({"size":7})");
  std::cerr << "said, and written alone\n";
  CHECK(options.parse(std::vector<std::string>{"--config", config, "--log", log + "2"}));
  std::cerr << "said again\n";
  report_error("an error");
  send_messages({});
  std::cerr << std::flush;
  CHECK(bytes_of(log) == "said, and written alone\n");
  CHECK(bytes_of(log + "2") == "said again\nan error\n");
  CHECK_THROWS_WITH(options.parse(std::vector<std::string>{"--size=1", "--log=/missing/log"}),
                    Catch::StartsWith("--log: cannot write to '/missing/log'"));
}

TEST_CASE("another default is assumed where nothing was given, and checked") {
  Table table;
  CHECK(table.parse({"--epochs", "3", "--no-bridge"}));
  table.options.assume("epochs", "7");
  table.options.assume("bridge", "true");
  table.options.assume("rate", "0.25");
  table.options.assume("tied", "true");
  table.options.assume("cell", "lstm");
  CHECK(table.epochs == 3);
  CHECK_FALSE(table.bridge);
  CHECK(table.rate == 0.25);
  CHECK(table.tied);
  CHECK(table.cell == "lstm");
  CHECK_FALSE(table.options.given("rate"));
  CHECK(table.options.effective()["cell"] == "lstm");
  CHECK_THROWS_AS(table.options.assume("rate", "0"), UsageError);
  CHECK_THROWS_AS(table.options.assume("rates", "1"), std::logic_error);
}

// A choice that was a switch before there was a third.
struct TieOptions {
  std::string tie = "none";
  int64_t size = 1;
  void visit(FieldList& fields) {
    fields.choice("tie", tie, {"none", "output", "all"}, "what is tied")
        .as_switch("output", "none")
        .add("size", size, "a size");
  }
};

TEST_CASE("a choice may be given as a switch, with a value and without") {
  const auto tied = [](const std::vector<std::string>& arguments) {
    TieOptions part;
    Options table("train", "Trains a model");
    part.visit(table);
    table.parse(arguments);
    return part.tie + " " + table.effective().dump();
  };
  CHECK(tied({}) == R"(none {"tie":false,"size":1})");
  CHECK(tied({"--tie"}) == R"(output {"tie":true,"size":1})");
  CHECK(tied({"--tie", "--size", "3"}) == R"(output {"tie":true,"size":3})");
  CHECK(tied({"--tie", "all", "--size", "3"}) == R"(all {"tie":"all","size":3})");
  CHECK(tied({"--size", "3", "--tie=output"}) == R"(output {"tie":true,"size":3})");
  CHECK(tied({"--no-tie", "--size", "3"}) == R"(none {"tie":false,"size":3})");
  CHECK(tied({"--tie", "none"}) == R"(none {"tie":false,"size":1})");
  CHECK_THROWS_WITH(tied({"--tie", "some"}),
                    Catch::StartsWith(R"(--tie: expected one of none, output, all, got "some")"));
  CHECK_THROWS_WITH(tied({"--tie", "--no-tie"}), "--tie is given twice");

  const TemporaryFolder folder;
  const auto from_file = [&](const std::string& line) {
    return tied({"--config", folder.file("options.conf", line + "\n")}).substr(0, 6);
  };
  CHECK(from_file("tie = true") == "output");
  CHECK(from_file("tie = false") == "none {");
  CHECK(from_file("tie = all") == "all {\"");
}

TEST_CASE("such a choice is true or false in JSON, where it is one of the two") {
  const auto read = [](const nlohmann::ordered_json& value) {
    return from_json_fields<TieOptions>({{"tie", value}, {"size", 2}}).tie;
  };
  CHECK(read(true) == "output");
  CHECK(read(false) == "none");
  CHECK(read("none") == "none");
  CHECK(read("all") == "all");
  CHECK_THROWS_WITH(read(1), "expected 'tie' to be one of none, output, all, got 1");
  CHECK_THROWS_WITH(read("some"), "expected 'tie' to be one of none, output, all, got \"some\"");
  TieOptions part;
  CHECK(to_json_fields(part).dump() == R"({"tie":false,"size":1})");
  part.tie = "all";
  CHECK(to_json_fields(part).dump() == R"({"tie":"all","size":1})");
}

TEST_CASE("the help of such a choice names its values and what it is without one") {
  TieOptions part;
  Options table("train", "Trains a model");
  part.visit(table);
  const std::string help = table.help();
  CHECK_THAT(help,
             Catch::Contains("--[no-]tie TEXT") && Catch::Contains("one of none, output, all"));
}

// A part whose fields depend on one another.
struct PartOptions {
  std::string kind = "adam";
  double rho = 0.9;
  bool sampling = false;
  int64_t top_k = 3;
  int64_t steps = 2;
  std::filesystem::path file;

  void visit(FieldList& fields) {
    fields.choice("kind", kind, {"adam", "sgd", "rmsprop"}, "optimizer")
        .add("rho", rho, "share kept")
        .range(0.0, 1.0)
        .needs("kind", {"sgd", "rmsprop"})
        .add("sampling", sampling, "draw")
        .add("top-k", top_k, "draw among")
        .range(1, 10)
        .needs("sampling")
        .add("steps", steps, "steps of what can")
        .only_on_command_line()
        .needs_that("--sampling or --kind sgd", [this] { return sampling || kind == "sgd"; })
        .add("file", file, "a file")
        .newer();
  }
};

std::string refusal_of_part(const std::vector<std::string>& arguments) {
  PartOptions part;
  Options table("train", "Trains a model");
  part.visit(table);
  try {
    table.parse(arguments);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

TEST_CASE("an option that the chosen part does not have is refused with the parts that have it") {
  CHECK(refusal_of_part({"--rho", "0.5"}) ==
        "--rho requires --kind sgd or rmsprop, but that is adam");
  CHECK(refusal_of_part({"--kind", "rmsprop", "--rho", "0.5"}) == "accepted");
  CHECK(refusal_of_part({"--top-k", "2"}) == "--top-k requires --sampling");
  CHECK(refusal_of_part({"--top-k", "2", "--sampling"}) == "accepted");
  CHECK(refusal_of_part({"--steps", "2"}) == "--steps requires --sampling or --kind sgd");
  CHECK(refusal_of_part({"--steps", "2", "--kind", "sgd"}) == "accepted");
  CHECK(refusal_of_part({"--sampling", "--steps", "2"}) == "accepted");
  CHECK(refusal_of_part({}) == "accepted");
}

TEST_CASE("what is recorded are the options that the others leave a use, each once") {
  PartOptions part;
  Options table("train", "Trains a model");
  part.visit(table);
  table.parse(std::vector<std::string>{});
  CHECK(table.effective().dump() == R"({"kind":"adam","sampling":false,"file":""})");
  CHECK(unused_fields(part) == std::vector<std::string>{"rho", "top_k", "steps"});
  part.kind = "sgd";
  part.sampling = true;
  CHECK(table.effective().dump() ==
        R"({"kind":"sgd","rho":0.9,"sampling":true,"top-k":3,"file":""})");
  CHECK(unused_fields(part).empty());
}

TEST_CASE("the fields of a part go to JSON and back, checked as on the command line") {
  PartOptions part;
  part.rho = 0.25;
  part.file = "a/b";
  const nlohmann::ordered_json json = to_json_fields(part);
  CHECK(json.dump() == R"({"kind":"adam","rho":0.25,"sampling":false,"top_k":3,"file":"a/b"})");
  const auto read = from_json_fields<PartOptions>(json);
  CHECK(read.rho == 0.25);
  CHECK(read.file == "a/b");

  const auto refused = [&json](const char* name, const nlohmann::ordered_json& value) {
    nlohmann::ordered_json changed = json;
    changed[name] = value;
    try {
      from_json_fields<PartOptions>(changed);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  CHECK(refused("kind", "adagrad") ==
        "expected 'kind' to be one of adam, sgd, rmsprop, got \"adagrad\"");
  CHECK(refused("top_k", 11) == "expected 'top_k' to be a whole number from 1 to 10, got 11");
  CHECK(refused("top_k", 1.5) == "expected 'top_k' to be a whole number from 1 to 10, got 1.5");
  CHECK(refused("sampling", 1) == "expected 'sampling' to be true or false, got 1");
  CHECK(refused("rho", true) == "expected 'rho' to be a number from 0 to 1, got true");
  CHECK(refused("file", 3) == "expected 'file' to be a path in UTF-8, got 3");

  nlohmann::ordered_json older = json;
  older.erase("file");
  CHECK(from_json_fields<PartOptions>(older).file.empty());
  older.erase("kind");
  CHECK_THROWS_WITH(from_json_fields<PartOptions>(older),
                    "expected 'kind' to be one of adam, sgd, rmsprop, got nothing");
}

}  // namespace
}  // namespace alinea
