// Runs the program that was built, as a user would.
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "storage/temporary_folder.h"

namespace alinea {
namespace {

struct Outcome {
  int status = -1;  // 128 + signal where the program was killed
  std::string output;
};

Outcome shell(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot start " + command);
  Outcome outcome;
  std::array<char, 4096> buffer{};
  while (const size_t count = fread(buffer.data(), 1, buffer.size(), pipe)) {
    outcome.output.append(buffer.data(), count);
  }
  const int status = pclose(pipe);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

std::string program(const std::string& arguments) {
  return std::string("'" ALINEA_PROGRAM "' ") + arguments;
}

Outcome out(const std::string& arguments) { return shell(program(arguments) + " 2>/dev/null"); }
Outcome err(const std::string& arguments) { return shell(program(arguments) + " 2>&1 >/dev/null"); }

// Fails unless the program says so in one line on stderr, and nothing on stdout.
void check_refused(const std::string& arguments, int status, const std::string& message) {
  INFO(arguments);
  const Outcome refused = err(arguments);
  CHECK(refused.status == status);
  CHECK(refused.output == message + "\n");
  CHECK(out(arguments).output.empty());
}

TEST_CASE("alinea --help lists the commands and a command's --help its options") {
  const Outcome general = out("--help");
  CHECK(general.status == 0);
  CHECK_THAT(general.output, Catch::Contains("\n  evaluate "));
  CHECK(out("-h").output == general.output);

  const Outcome command = out("evaluate --tokenize none --help");
  CHECK(command.status == 0);
  CHECK_THAT(command.output, Catch::StartsWith("Usage: alinea evaluate [options]\n"));
  CHECK_THAT(command.output, Catch::Contains("--tokenize TEXT") && Catch::Contains("(13a)"));
  CHECK(err("evaluate --help").output.empty());
}

TEST_CASE("alinea help is alinea --help, and so it is of a command") {
  CHECK(out("help").output == out("--help").output);
  CHECK(out("help evaluate").output == out("evaluate --help").output);
  CHECK(out("help evaluate").status == 0);
  check_refused("help evalute", 2,
                "alinea: unknown command \"evalute\"; did you mean evaluate?; see alinea --help");
}

TEST_CASE("every command has a manual page, and so has the program") {
  const Outcome commands = out("--help=commands");
  CHECK(commands.status == 0);
  std::istringstream names(commands.output);
  const Outcome general = out("--help=man");
  CHECK_THAT(general.output, Catch::StartsWith(".TH ALINEA 1 "));
  int64_t count = 0;
  for (std::string name; std::getline(names, name); ++count) {
    const Outcome page = out(name + " --help=man");
    CHECK(page.status == 0);
    CHECK_THAT(page.output, Catch::StartsWith(".TH ALINEA") && Catch::Contains("\n.SH OPTIONS\n"));
    for (const std::string option : {"\\-\\-config", "\\-\\-log", "\\-\\-quiet"})
      CHECK_THAT(page.output, Catch::Contains(option));
  }
  CHECK(count > 6);
}

// The options of a command that are paths, as the completion script knows them.
std::vector<std::string> path_options(const std::string& command) {
  const std::string begin = "_alinea_values[" + command + ":", end = "]='<files>'";
  std::istringstream script(out(command + " --help=bash").output);
  std::vector<std::string> names;
  for (std::string line; std::getline(script, line);)
    if (line.starts_with(begin) && line.ends_with(end))
      names.push_back(line.substr(begin.size(), line.size() - begin.size() - end.size()));
  return names;
}

// Every other path is one that the command writes to: a new one that it reads has to be added here.
bool is_input(const std::string& command, const std::string& option) {
  static const std::set<std::string> inputs = {"--alignments",
                                               "--avoid",
                                               "--book",
                                               "--compare",
                                               "--config",
                                               "--constraints",
                                               "--corpus",
                                               "--dictionary",
                                               "--embeddings",
                                               "--features-folder",
                                               "--gold",
                                               "--hypotheses",
                                               "--input",
                                               "--guided-alignment",
                                               "--pretrained-model",
                                               "--n-best-list",
                                               "--prefix",
                                               "--prompts",
                                               "--references",
                                               "--rerank-model",
                                               "--reverse-model",
                                               "--script-path",
                                               "--shortlist",
                                               "--source",
                                               "--stories",
                                               "--tagged",
                                               "--target",
                                               "--training-source",
                                               "--training-target",
                                               "--source-embeddings",
                                               "--target-embeddings",
                                               "--text",
                                               "--train",
                                               "--user-defined-symbols-file",
                                               "--valid",
                                               "--vocabulary",
                                               "--source-vocabulary",
                                               "--target-vocabulary",
                                               "--model",
                                               "--valid-script-path",
                                               "--valid-source",
                                               "--valid-target"};
  if (command == "evaluate" && option == "--attention") return true;
  const bool trains = command.starts_with("train");
  if (option == "--model") return !trains;
  if (option == "--alignments") return command == "evaluate";
  return inputs.contains(option);
}

TEST_CASE("every option for an output is refused what any other option of the command names") {
  int64_t checked = 0;
  std::istringstream commands(out("--help=commands").output);
  for (std::string command; std::getline(commands, command);) {
    const std::vector<std::string> options = path_options(command);
    CHECK((command == "version" || !options.empty()));
    for (const std::string& output : options) {
      if (is_input(command, output)) continue;
      const auto other = std::ranges::find_if(options, [&](const std::string& option) {
        return option != output && option != "--config";
      });
      REQUIRE(other != options.end());
      std::string arguments = command;
      for (const std::string& option : options)
        if (option != "--config")
          arguments += " " + option + " /nowhere/" + (option == *other ? output : option);
      INFO(arguments);
      const Outcome refused = err(arguments);
      CHECK(refused.status == 2);
      CHECK_THAT(refused.output, Catch::Contains(output) && Catch::Contains(*other));
      ++checked;
    }
  }
  CHECK(checked >= 10);
}

TEST_CASE("alinea --version names the program and what it computes with") {
  const Outcome version = out("--version");
  CHECK(version.status == 0);
  CHECK_THAT(version.output, Catch::Matches("alinea [0-9.]+\n"
                                            "oneDNN [0-9]+\\.[0-9.]+\n"
                                            "MPI (none|[^\n]+ v?[0-9]+\\.[0-9.]+)\n"
                                            "compiler (GCC|Clang) [0-9][^\n]*\n"
                                            "instruction set [^\n]+\n"));
}

TEST_CASE("a wrong call ends with status 2") {
  const Outcome nothing = err("");
  CHECK(nothing.status == 2);
  CHECK_THAT(nothing.output, Catch::StartsWith("Usage: alinea COMMAND"));
  check_refused("evalute", 2,
                "alinea: unknown command \"evalute\"; did you mean evaluate?; see alinea --help");
  check_refused("--hlp", 2,
                "alinea: unknown option \"--hlp\"; did you mean --help?; see alinea --help");
  check_refused("--model", 2, "alinea: unknown option \"--model\"; see alinea --help");
  check_refused("''", 2, "alinea: unknown command \"\"; see alinea --help");
  check_refused("evaluate --hypothesis x", 2,
                "alinea evaluate: unknown option --hypothesis; did you mean --hypotheses?");
  check_refused("evaluate \"--a$(printf '\\n\\033')b\"", 2,
                "alinea evaluate: unknown option --a\\n\\x1bb; see --help");
  check_refused("evaluate \"--a$(printf '\\177\\342\\200\\256')b\"", 2,
                "alinea evaluate: unknown option --a\\x7f\\u202eb; see --help");
}

TEST_CASE("a failed run ends with status 1") {
  const TemporaryFolder folder;
  const std::string one = folder.file("one.txt", "a b c\n");
  const std::string two = folder.file("two.txt", "a b c\nd\n");
  check_refused(
      "evaluate --hypotheses " + one + " --references " + two, 1,
      "alinea evaluate: expected as many lines in " + two + " as in " + one + ", got 2 and 1");
  const Outcome missing = err("evaluate --hypotheses " + one + " --references /missing/file");
  CHECK(missing.status == 1);
  CHECK_THAT(missing.output,
             Catch::StartsWith("alinea evaluate: ") && Catch::Contains("/missing/file"));
}

TEST_CASE("evaluate prints BLEU and chrF with their signatures") {
  const TemporaryFolder folder;
  const std::string same = folder.file("same.txt", "The cat sat on the mat.\nIt slept, it did.\n");
  const std::string worse = folder.file("worse.txt", "The cat sat on a mat.\nIt slept, it did.\n");
  const Outcome perfect = out("evaluate --hypotheses " + same + " --references " + same);
  CHECK(perfect.status == 0);
  CHECK_THAT(perfect.output,
             Catch::Matches("BLEU = 100\\.00 [^\n]*\n[^\n]*tok:13a[^\n]*\nchrF2 = 100\\.00\n"
                            "[^\n]+\n"));
  const std::string files = " --hypotheses " + worse + " --references " + same;
  const Outcome tokenised = out("evaluate" + files);
  const Outcome plain = out("evaluate --tokenize none" + files);
  CHECK_THAT(tokenised.output, !Catch::Contains("= 100.00 "));
  CHECK_THAT(plain.output, Catch::Contains("tok:none"));
  CHECK(tokenised.output != plain.output);
}

TEST_CASE("a standard output that takes nothing is a failure, not a crash") {
  const Outcome full = shell(program("--help") + " 2>&1 >/dev/full");
  CHECK(full.status == 1);
  CHECK_THAT(full.output, Catch::StartsWith("alinea: cannot write to standard output"));
  CHECK(shell(program("evaluate --help") + " 2>/dev/null >&-").status == 1);
}

TEST_CASE("a reader that went away is a failure, not a crash") {
  const TemporaryFolder folder;
  const std::string status = folder.file("status", "");
  // The sleep lets the reader end first.
  shell("{ sleep 0.3; " + program("--help") + " 2>/dev/null; echo $? >" + status + "; } | true");
  CHECK(shell("sleep 0.5; cat " + status).output == "1\n");
}

}  // namespace
}  // namespace alinea
