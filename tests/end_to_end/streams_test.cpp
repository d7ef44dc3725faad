// Inputs and outputs that are no files: standard streams, pipes, descriptors that are closed or do
// not block.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "document_workspace.h"
#include "workspace.h"

namespace alinea {
namespace {

constexpr auto kAMoment = std::chrono::milliseconds(200);

// The translations and the links of valid.de, from files to files.
struct Expected {
  explicit Expected(const Workspace& work) {
    work.make_model("model");
    const Outcome outcome = work.shell(
        "", "translate", {{"model", "model"}, {"alignments", "a"}, {"threads", "1"}}, "< valid.de");
    REQUIRE(outcome.status == 0);
    translations = outcome.out;
    links = work.read("a");
    REQUIRE(lines_of(translations).size() == 20);
    REQUIRE(links.size() > 10'000);
  }
  std::string translations, links;
};

const Given kTranslate = {{"model", "model"}, {"threads", "1"}};

Given align(const std::string& output) {
  return {{"model", "model"},
          {"source", "valid.de"},
          {"target", "valid.en"},
          {"output", output},
          {"threads", "1"}};
}

std::vector<std::string> sorted_lines(const std::string& text) {
  std::vector<std::string> lines = lines_of(text);
  std::ranges::sort(lines);
  return lines;
}

TEST_CASE("no file takes the place of a standard stream that is closed") {
  const Workspace work;
  const Expected expected(work);
  Given translate = kTranslate;
  translate["alignments"] = "links";

  const Outcome no_input = work.shell("", "translate", translate, "<&-");
  check_refused(no_input, 1, {"cannot read standard input"});
  CHECK_FALSE(work.exists("links"));

  const Outcome no_output = work.shell("", "translate", translate, "< valid.de >&-");
  CHECK(no_output.status == 1);
  CHECK_THAT(no_output.err, Catch::Contains("cannot write to standard output"));
  CHECK_FALSE(work.exists("links"));

  const Outcome no_errors = work.shell("", "translate", translate, "< valid.de 2>&-");
  CHECK(no_errors.status == 0);
  CHECK(no_errors.out == expected.translations);
  CHECK(work.read("links") == expected.links);
}

TEST_CASE("a training with closed streams writes the files of any other") {
  const Workspace work;
  work.make_model("whole");
  const std::string closed = GENERATE("<&-", ">&-", "2>&-", "<&- >&- 2>&-");
  CAPTURE(closed);
  CHECK(work.shell_train("", "model", {}, closed).status == 0);
  for (const std::string file : {"/training.lock", "/best.safetensors", "/source.vocabulary.txt"})
    CHECK(work.read("model" + file) == work.read("whole" + file));
  CHECK(work.read("model/training.lock").empty());
}

TEST_CASE("an output may be the standard output, by whatever name") {
  const Workspace work;
  work.make_model("model");
  REQUIRE(work.run("align", align("links")).status == 0);
  const std::string name = GENERATE("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1");
  CAPTURE(name);
  const Outcome to_pipe = work.shell("", "align", align(name), "| cat");
  CHECK(to_pipe.out == work.read("links"));
  CHECK(work.shell("", "align", align(name), "> redirected").status == 0);
  CHECK(work.read("redirected") == work.read("links"));
  CHECK(work.shell("printf 'before\\n' > appended;", "align", align(name), ">> appended").status ==
        0);
  CHECK(work.read("appended") == "before\n" + work.read("links"));
  CHECK_FALSE(work.exists("-"));
}

TEST_CASE("a folder cannot be the standard output") {
  const Workspace work;
  work.make_model("model");
  Given matrix = align("-");
  matrix["format"] = "matrix";
  check_refused(work.run("align", matrix), 2, {"expected a folder", "standard output"});
}

TEST_CASE("translations and an output on one stream are both kept, line for line") {
  const Workspace work;
  const Expected expected(work);
  Given translate = kTranslate;
  translate["alignments"] = GENERATE("-", "/dev/stdout");
  CHECK(work.shell("", "translate", translate, "< valid.de > both").status == 0);
  std::string together = expected.translations + expected.links;
  std::erase(together, '\r');
  std::string both = work.read("both");
  std::erase(both, '\r');
  CHECK(sorted_lines(both) == sorted_lines(together));
}

TEST_CASE("outputs of every command go through pipes, which stay there") {
  const Workspace work;
  work.make_model("model");
  const auto through = [&work](const std::string& command, Given options, const std::string& name,
                               const std::string& behind) {
    options[name] = "file";
    REQUIRE(work.shell("", command, options, behind).status == 0);
    options[name] = "pipe";
    const Outcome outcome =
        work.shell("mkfifo pipe; cat pipe > got &", command, options, behind + "; wait");
    INFO(command << " --" << name << ": " << outcome.err);
    CHECK(std::filesystem::is_fifo(work.path("pipe")));
    CHECK_FALSE(work.read("file").empty());
    CHECK(work.read("got") == work.read("file"));
    std::filesystem::remove(work.path("pipe"));
  };
  const Given pairs = {{"model", "model"}, {"source", "valid.de"}, {"target", "valid.en"}};
  through("align", pairs, "output", "");
  through("align", pairs, "heatmap-page", "");
  through("report", pairs, "output", "");
  through("translate", kTranslate, "alignments", "< valid.de");
  const DocumentWorkspace documents;
  documents.make_classifier("classifier");
  const Given classify = {{"model", documents.path("classifier")}, {"threads", "1"}};
  through("classify", classify, "attention", "< train.en > /dev/null");
  through("classify", classify, "highlight", "< train.en > /dev/null");
}

TEST_CASE("every text of a training may come through a pipe, however often it is read") {
  const Workspace work;
  work.write("links", [] {
    std::string lines;
    for (int i = 0; i < 300; ++i) lines += "0-0\n";
    return lines;
  }());
  const Given guided = {{"guided-alignment", "links"}, {"validate-by", "bleu"}};
  work.make_model("whole", guided);
  const std::vector<std::pair<std::string, std::string>> inputs = {{"source", "train.de"},
                                                                   {"target", "train.en"},
                                                                   {"valid-source", "valid.de"},
                                                                   {"valid-target", "valid.en"},
                                                                   {"guided-alignment", "links"}};
  std::string before;
  Given options = guided;
  for (const auto& [name, file] : inputs) {
    before += "mkfifo " + name + "; cat " + file + " > " + name + " & ";
    options[name] = name;
  }
  const Outcome outcome = work.shell_train(before, "model", options);
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(work.read("model/best.safetensors") == work.read("whole/best.safetensors"));
}

TEST_CASE("inputs of every command may be the standard input or a pipe") {
  const Workspace work;
  work.make_model("model");
  const Given pairs = {{"model", "model"}, {"source", "valid.de"}, {"target", "valid.en"}};
  const std::string input = GENERATE("-", "/dev/stdin", "/dev/fd/0");
  CAPTURE(input);
  const auto same = [&](const std::string& command, Given options, const std::string& name) {
    const Outcome from_file = work.run(command, options);
    INFO(command << " --" << name);
    REQUIRE(from_file.status == 0);
    REQUIRE_FALSE(from_file.out.empty());
    const std::string file = options[name];
    options[name] = input;
    const Outcome from_pipe = work.shell("cat " + file + " |", command, options, "");
    INFO(from_pipe.err);
    CHECK(from_pipe.status == 0);
    CHECK(from_pipe.out == from_file.out);
  };
  same("score", pairs, "source");
  same("score", pairs, "target");
  same("evaluate", {{"hypotheses", "valid.de"}, {"references", "valid.en"}}, "hypotheses");
  same("evaluate", {{"hypotheses", "valid.de"}, {"references", "valid.en"}}, "references");
  work.write("links", "0-0 1-1\n");
  same("evaluate", {{"alignments", "links"}, {"gold", "links"}}, "gold");
  work.write("options", "updates = 3\n");
  const Outcome configured =
      work.shell_train("cat options |", "configured", {{"config", input}}, "");
  CHECK(configured.status == 0);
}

TEST_CASE("the standard input is one input, and the second one is refused") {
  const Workspace work;
  work.make_model("model");
  check_refused(work.run("evaluate", {{"hypotheses", "-"}, {"references", "-"}}, "a\n"), 2,
                {"--hypotheses", "--references", "standard input", "one input only"});
  check_refused(work.run("translate", {{"model", "model"}, {"prefix", "-"}}, "eins\n"), 2,
                {"--input", "--prefix", "standard input", "one input only"});
  check_refused(work.run("score", {{"model", "model"}, {"source", "-"}, {"target", "-"}}, "eins\n"),
                2, {"--source", "--target", "standard input", "one input only"});
}

// The two ends of a pipe, of which a program gets one as descriptor 8 that does not block.
class Pipe {
 public:
  enum class Side { kReading = 0, kWriting = 1 };

  explicit Pipe(Side side) {
    REQUIRE(::pipe2(ends_.data(), O_CLOEXEC) == 0);
    REQUIRE(::fcntl(ends_[1], F_SETPIPE_SZ, 4096) > 0);
    const int program = ends_[static_cast<size_t>(side)];
    REQUIRE(::fcntl(program, F_SETFL, O_NONBLOCK) == 0);
    REQUIRE(::dup2(program, kProgram) == kProgram);
    ::close(program);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() { close_program(); }

  static void close_program() { ::close(kProgram); }
  int end(Side side) const { return ends_[static_cast<size_t>(side)]; }

 private:
  static constexpr int kProgram = 8;
  std::array<int, 2> ends_{};
};

TEST_CASE("a standard input that does not block is waited for") {
  const Workspace work;
  const Expected expected(work);
  const Pipe pipe(Pipe::Side::kReading);
  std::jthread writer([&] {
    for (const std::string& line : lines_of(work.read("valid.de"))) {
      std::this_thread::sleep_for(kAMoment / 10);
      const std::string bytes = line + "\n";
      CHECK(::write(pipe.end(Pipe::Side::kWriting), bytes.data(), bytes.size()) ==
            std::ssize(bytes));
    }
    ::close(pipe.end(Pipe::Side::kWriting));
  });
  const Outcome outcome = work.shell("", "translate", kTranslate, "<&8 8<&-");
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(outcome.out == expected.translations);
}

TEST_CASE("a standard output that does not block is waited for") {
  const Workspace work;
  const Expected expected(work);
  std::string got;
  Outcome outcome;
  {
    Pipe pipe(Pipe::Side::kWriting);
    std::jthread reader([&] {
      std::array<char, 1000> bytes{};
      std::this_thread::sleep_for(2 * kAMoment);  // the pipe is full by then
      while (const auto count = ::read(pipe.end(Pipe::Side::kReading), bytes.data(), bytes.size()))
        got.append(bytes.data(), static_cast<size_t>(count));
    });
    Given translate = kTranslate;
    translate["alignments"] = "/dev/stdout";
    outcome = work.shell("", "translate", translate, "< valid.de >&8 8>&-");
    Pipe::close_program();
  }
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(got.size() == expected.translations.size() + expected.links.size());
}

}  // namespace
}  // namespace alinea
