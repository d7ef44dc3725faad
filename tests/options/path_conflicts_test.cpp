#include "options/path_conflicts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <vector>

#include "options/options.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;
using Catch::Contains;

// A text, and a model folder with a user's page in it.
struct Files {
  Files() {
    folder.file("text", "a text");
    fs::create_directory(folder.path() / "model");
    for (const char* name :
         {"config.json", "best.safetensors", "checkpoint-12.safetensors", "page.html"})
      folder.file(std::string("model/") + name, "...");
  }
  fs::path operator/(const std::string& name) const { return folder.path() / name; }
  // "accepted", or the message.
  std::string answer(const fs::path& input, const fs::path& output,
                     const fs::path& other_output = "/dev/null") const {
    const std::vector<NamedPath> inputs = {{"--source", input}};
    const std::vector<NamedPath> outputs = {{"--output", output}, {"--heatmap-page", other_output}};
    try {
      check_outputs(inputs, outputs);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "accepted";
  }
  TemporaryFolder folder;
};

TEST_CASE("an output that is the input is refused under any name") {
  const Files files;
  fs::create_symlink("text", files / "link");
  fs::create_hard_link(files / "text", files / "hard");
  fs::create_directory_symlink("model", files / "models");
  CHECK(files.answer(files / "text", files / "text") ==
        "--output names what --source reads, " + (files / "text").string() + ": give another name");
  for (const std::string name : {"./text", "model/../text", "link", "hard", "models/../text"}) {
    CAPTURE(name);
    CHECK_THAT(files.answer(files / "text", files / name), Contains("what --source reads"));
    CHECK_THAT(files.answer(files / name, files / "text"), Contains("what --source reads"));
  }
  CHECK_THAT(files.answer(files / "model", files / "models"), Contains("what --source reads"));
  CHECK(files.answer(files / "text", files / "other") == "accepted");
}

TEST_CASE("files that are not there yet are told apart by where they would be") {
  const Files files;
  fs::create_symlink("new", files / "dangling");
  fs::create_symlink("circle", files / "circle");
  for (const std::string name : {"new", "./new", "model/../new", "dangling"}) {
    CAPTURE(name);
    CHECK_THAT(files.answer(files / "text", files / "new", files / name),
               Contains("--output and --heatmap-page name the same file"));
  }
  CHECK(files.answer(files / "text", files / "new", files / "newer") == "accepted");
  CHECK(files.answer(files / "text", files / "circle", files / "new") == "accepted");
  CHECK_THAT(files.answer(files / "new", files / "dangling"), Contains("what --source reads"));
}

TEST_CASE("a file of a model that is read is no output, other files in its folder are") {
  const Files files;
  fs::create_symlink("model", files / "link");
  fs::create_hard_link(files / "model/best.safetensors", files / "hard");
  for (const std::string name :
       {"model/best.safetensors", "model/./config.json", "link/checkpoint-12.safetensors", "hard",
        "model/last.safetensors", "model/training.lock", "link/validated-3.safetensors"}) {
    CAPTURE(name);
    CHECK_THAT(files.answer(files / "model", files / name),
               Contains("--output names a file of the model in " + (files / "model").string()));
  }
  for (const std::string name : {"model/page.html", "model/new.html", "config.json"})
    CHECK(files.answer(files / "model", files / name) == "accepted");
  // And the other way round, where the folder is to be made or replaced.
  CHECK_THAT(files.answer(files / "model/config.json", files / "model"),
             Contains("--output would replace what --source reads"));
  CHECK(files.answer(files / "model/page.html", files / "model") == "accepted");
}

TEST_CASE("a numbered file in a folder that is written to is no input, and no other output") {
  const Files files;
  fs::create_directory(files / "pages");
  files.folder.file("pages/000000.csv", "");
  files.folder.file("pages/notes.csv", "");
  fs::create_symlink("../text", files / "pages/000001.svg");
  for (const std::string name : {"pages/000000.csv", "text"}) {
    CAPTURE(name);
    CHECK_THAT(files.answer(files / name, files / "pages"),
               Contains("--output would replace what --source reads"));
  }
  CHECK_THAT(files.answer("/dev/null", files / "pages", files / "pages/000007.svg"),
             Contains("--heatmap-page names a file that --output writes in"));
  CHECK(files.answer(files / "pages/notes.csv", files / "pages") == "accepted");
  CHECK(files.answer("/dev/null", files / "pages", files / "pages/page.html") == "accepted");
}

TEST_CASE("a file of a model that is written is no other output") {
  const Files files;
  for (const std::string name : {"model/config.json", "model/training.csv"})
    CHECK_THAT(files.answer("/dev/null", files / "model", files / name),
               Contains("--heatmap-page names a file that --output writes in"));
  CHECK(files.answer("/dev/null", files / "model", files / "model/page.html") == "accepted");
}

TEST_CASE("pipes, devices and descriptors may be given as often as wanted") {
  const Files files;
  REQUIRE(mkfifo((files / "pipe").c_str(), 0600) == 0);
  for (const fs::path& path : {fs::path("/dev/null"), fs::path("/dev/stdout"), fs::path("-"),
                               fs::path("/dev/fd/1"), files / "pipe"}) {
    CAPTURE(path);
    CHECK(files.answer(path, path, path) == "accepted");
  }
}

// Has another file at a descriptor for a while.
class Redirected {
 public:
  Redirected(int descriptor, const fs::path& file)
      : descriptor_(descriptor), before_(dup(descriptor)) {
    const int opened = open(file.c_str(), O_RDWR);
    REQUIRE(opened >= 0);
    dup2(opened, descriptor);
    close(opened);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;
  ~Redirected() {
    dup2(before_, descriptor_);
    close(before_);
  }

 private:
  int descriptor_, before_;
};

TEST_CASE("a file at the standard input or output counts") {
  const Files files;
  files.folder.file("out", "");
  std::string input, output, elsewhere;
  {
    const Redirected redirected(STDIN_FILENO, files / "text");
    input = files.answer(files / "model", files / "text");
    elsewhere = files.answer(files / "model", files / "out");
  }
  {
    const Redirected redirected(STDOUT_FILENO, files / "out");
    output = files.answer(files / "text", files / "out");
  }
  CHECK_THAT(input, Contains("--output names what the standard input reads"));
  CHECK(elsewhere == "accepted");
  CHECK_THAT(output, Contains("--output and the standard output name the same file"));
}

TEST_CASE("a table of options refuses conflicts of all its paths before anything runs") {
  const Files files;
  fs::path text, output;
  Paths texts;
  const auto answer = [&](std::vector<std::string> arguments) -> std::string {
    text.clear(), output.clear(), texts.clear();
    Options table("align", "Writes");
    table.add("text", text, "a text")
        .add("texts", texts, "texts")
        .required("output", output, "what to write")
        .output();
    try {
      table.parse(arguments);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "accepted";
  };
  const std::string file = files / "text", other = files / "other";
  CHECK_THAT(answer({"--text", file, "--output", file}), Contains("--text reads"));
  CHECK_THAT(answer({"--texts", other, "--texts", file, "--output", file}),
             Contains("--texts reads"));
  CHECK(answer({"--text", file, "--texts", file, "--output", other}) == "accepted");
  const std::string config = files.folder.file("config", "output = " + (files / "config").string());
  CHECK_THAT(answer({"--config", config}), Contains("--config reads"));
  CHECK_THAT(answer({"--text", file, "--output", other, "--log", file}), Contains("--text reads"));
}

}  // namespace
}  // namespace alinea
