// Picks the command. The only place that catches, and that knows about exit statuses: 0 done,
// 1 failed, 2 called wrongly.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "commands/align.h"
#include "commands/align_words.h"
#include "commands/answer.h"
#include "commands/average.h"
#include "commands/classify.h"
#include "commands/evaluate.h"
#include "commands/generate.h"
#include "commands/inspect.h"
#include "commands/report.h"
#include "commands/rescore.h"
#include "commands/score.h"
#include "commands/serve.h"
#include "commands/tag.h"
#include "commands/tokenize.h"
#include "commands/train.h"
#include "commands/train_classifier.h"
#include "commands/train_language_model.h"
#include "commands/train_reader.h"
#include "commands/train_tagger.h"
#include "commands/translate.h"
#include "commands/version.h"
#include "distributed/launch.h"
#include "ops/engine.h"
#include "options/command.h"
#include "options/completion.h"
#include "options/man_page.h"
#include "process.h"
#include "standard_streams.h"
#include "storage/temporary_name.h"
#include "support/error.h"
#include "support/messages.h"

namespace alinea {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

constexpr Command kCommands[] = {
    {"train", "train a translation model on parallel texts", train_command,
     "lower --batch-size, set --memory, or leave out long pairs with a lower --max-length",
     /*runs_on_ranks=*/true},
    {"translate", "translate a text", translate_command,
     "lower --batch-size, --beam-size or --max-length", /*runs_on_ranks=*/true},
    {"generate", "write text with a language model", generate_command,
     "lower --batch-size, --beam-size or --max-length"},
    {"score", "print the log-probability of given translations or texts", score_command,
     "lower --batch-size, or leave out very long lines"},
    {"rescore", "order an n-best list by further models", rescore_command,
     "lower --batch-size, or leave out very long lines"},
    {"align", "write the attention weights of given translations", align_command,
     "lower --batch-size, or leave out very long lines"},
    {"align-words", "align the words of a parallel text by a statistical aligner",
     align_words_command, "leave out long lines, or align a part of the text"},
    {"evaluate",
     "score translations with BLEU and chrF, alignments with the error rate, tags with F1 of spans",
     evaluate_command, "the files are too large for this machine"},
    {"tokenize", "print the tokens of standard input as a model reads them", tokenize_command,
     "the model is too large for this machine"},
    {"train-classifier", "train a document classifier on labelled documents",
     train_classifier_command,
     "lower --batch-size, set --memory, or cut long documents with --max-words and --max-sentences",
     /*runs_on_ranks=*/true},
    {"train-language-model", "train a language model on texts", train_language_model_command,
     "lower --batch-size, set --memory, or lower --bptt or --max-length",
     /*runs_on_ranks=*/true},
    {"train-reader", "train a reader that answers questions about documents", train_reader_command,
     "lower --batch-size, set --memory, or leave out long documents", /*runs_on_ranks=*/true},
    {"train-tagger", "train a tagger on sentences whose words have tags", train_tagger_command,
     "lower --batch-size, set --memory, or leave out long sentences", /*runs_on_ranks=*/true},
    {"average", "make one model from several by averaging their parameters", average_command,
     "the models are too large for this machine"},
    {"classify", "print the class of each document on standard input", classify_command,
     "lower --batch-size, or leave out very long documents"},
    {"answer", "print the word that belongs in the blank of each question", answer_command,
     "lower --batch-size, or leave out very long documents"},
    {"tag", "print the tag of each word on standard input", tag_command,
     "lower --batch-size, or leave out very long sentences"},
    {"serve", "answer requests over HTTP", serve_command,
     "lower --batch-size or --max-length, or serve fewer models"},
    {"inspect", "show the contents of a model folder", inspect_command,
     "the model is too large for this machine"},
    {"report", "write a page with training curves and samples of the model's output",
     report_command, "lower --samples, --beam-size or --max-length"},
};

// A message is one line, whatever it quotes.
std::string one_line(std::string_view message) {
  std::string line;
  for (const char c : message) line += c == '\n' ? "\\n" : std::string(1, c);
  return line;
}

// An error ends all processes that were started together. What all of them met the first one tells,
// before another comes to speak.
int fail(std::string program, std::string_view message, int status) {
  if (const std::optional<Launch> launch = launched()) {
    program += fmt::format(" (rank {} of {})", launch->rank, launch->size);
    if (launch->rank > 0) std::this_thread::sleep_for(std::chrono::seconds(1));
  }
  std::cout.flush();
  report_error(fmt::format("{}: {}", program, one_line(message)));
  end_all(status);
  return status;
}

// Every command knows its own part.
void print_completion() {
  const std::string request = "--help=bash";
  std::cout << completion_head(kCommands);
  for (const Command& command : kCommands) command.run(std::span(&request, 1));
  std::cout << completion_tail();
}

// True for a call of the program itself, without a command.
bool answer(const std::string& request) {
  if (request == "--help" || request == "-h") {
    std::cout << usage(kCommands);
  } else if (request == "--help=commands") {
    for (const Command& command : kCommands) std::cout << command.name << '\n';
  } else if (request == "--help=man") {
    std::cout << program_page(kCommands);
  } else if (request == "--help=bash") {
    print_completion();
  } else if (request == "--version") {
    std::cout << version_text();
  } else {
    return false;
  }
  return true;
}

constexpr std::string_view kLessMemory = "the machine has too little";

struct Failure {
  std::string message;
  int status = kFailed;
};

// What a library throws does not say what it was about.
Failure failure_of(const std::exception_ptr& thrown, std::string_view less_memory) {
  try {
    std::rethrow_exception(thrown);
  } catch (const UsageError& error) {
    return {error.what(), kWrongUsage};
  } catch (const Error& error) {
    return {error.what()};
  } catch (const std::exception& error) {
    if (ops::is_out_of_memory(error)) return {fmt::format("out of memory: {}", less_memory)};
    return {fmt::format("an unexpected error, please report it: {}", error.what())};
  } catch (...) {
    return {"an unexpected error, please report it"};
  }
}

// For what is thrown where nobody can catch it, as in a thread of a library.
[[noreturn]] void terminate() {
  const std::exception_ptr thrown = std::current_exception();
  const Failure failure = thrown ? failure_of(thrown, kLessMemory) : Failure{"an unexpected error"};
  std::_Exit(fail("alinea", failure.message, failure.status));
}

// `help` and `help COMMAND` are `--help` and `COMMAND --help`.
std::vector<std::string> with_help_as_option(std::vector<std::string> arguments) {
  if (arguments.empty() || arguments.front() != "help") return arguments;
  arguments.erase(arguments.begin());
  arguments.emplace_back("--help");
  return arguments;
}

int run(const std::vector<std::string>& given) {
  const std::vector<std::string> arguments = with_help_as_option(given);
  std::string program = "alinea";
  std::string_view less_memory = kLessMemory;
  try {
    if (arguments.empty()) {
      std::cerr << usage(kCommands);
      return kWrongUsage;
    }
    if (!answer(arguments[0])) {
      const Command& command = find_command(kCommands, arguments[0]);
      program += fmt::format(" {}", command.name);
      less_memory = command.less_memory;
      if (!command.runs_on_ranks && launched())
        throw UsageError("runs in one process: start it without mpirun or srun");
      check_process();
      command.run(std::span(arguments).subspan(1));
    }
    check_messages();
    StandardStreams::get().finish();
    return 0;
  } catch (...) {
    const Failure failure = failure_of(std::current_exception(), less_memory);
    return fail(program, failure.message, failure.status);
  }
}

}  // namespace
}  // namespace alinea

int main(int argc, char** argv) {
  alinea::StandardStreams::get();
  std::set_terminate(alinea::terminate);
  alinea::remove_temporaries_on_signals();
  // A reader that goes away is a failed write, told like any other; so is a file that may not grow.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  return alinea::run(std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
}
