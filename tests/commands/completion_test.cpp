// Has bash complete words with the script that the program prints.
#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "storage/temporary_folder.h"

namespace alinea {
namespace {

// What the last of the words, which bash has split already, is completed to; a line each.
std::string completed(const std::string& words, const std::string& folder = "/") {
  const std::string command = "cd '" + folder + "' && exec bash --norc -c '" +
                              "source <(" ALINEA_PROGRAM " --help=bash); COMP_WORDS=(alinea " +
                              words + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _alinea;" +
                              " printf \"%s\\n\" \"${COMPREPLY[@]}\"' 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot start bash");
  std::string output;
  std::array<char, 4096> buffer{};
  while (const size_t count = fread(buffer.data(), 1, buffer.size(), pipe))
    output.append(buffer.data(), count);
  pclose(pipe);
  return output;
}

TEST_CASE("bash completes commands and their options") {
  CHECK(completed("tr") ==
        "train\ntranslate\ntrain-classifier\ntrain-language-model\ntrain-reader\ntrain-tagger\n");
  CHECK(completed("--v") == "--version\n");
  CHECK(completed("evaluate --ref") == "--references\n");
  CHECK(completed("evaluate --cell") == "\n");
  CHECK(completed("train --no-bid") == "--no-bidirectional\n");
  CHECK(completed("nonsense --") == "\n");
  CHECK_THAT(completed("train \"\""), Catch::Contains("--source\n") && Catch::Contains("--help\n"));
}

TEST_CASE("bash completes values that are one of a few, in both spellings") {
  CHECK(completed("train --cell \"\"") == "gru\nlstm\nlbr-gru\nrnn\n");
  CHECK(completed("train --model x --cell l") == "lstm\nlbr-gru\n");
  CHECK(completed("train --cell = l") == "lstm\nlbr-gru\n");
  CHECK(completed("train --cell =") == "gru\nlstm\nlbr-gru\nrnn\n");
  CHECK(completed("train --hidden-size \"\"") == "\n");  // a number may be any
}

TEST_CASE("bash completes paths, and offers no option twice") {
  const TemporaryFolder folder;
  folder.file("a model", "");
  folder.file("train.ini", "");
  CHECK(completed("translate --model a", folder.path()) == "a model\n");
  CHECK(completed("train --config = t", folder.path()) == "train.ini\n");
  const std::string once = completed("translate --model \"a model\" --beam-size 5 --");
  CHECK_THAT(once, Catch::Contains("--batch-size\n"));
  CHECK_THAT(once, !Catch::Contains("--model\n") && !Catch::Contains("--beam-size\n"));
}

TEST_CASE("what was typed is never run") {
  CHECK(completed("\"\\$(echo no)\" --") == "\n");
  CHECK(completed("train \"--cell]\\$(echo no)\" g") == "\n");
}

}  // namespace
}  // namespace alinea
