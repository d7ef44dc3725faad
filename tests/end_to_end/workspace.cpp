#include "workspace.h"

#include <sys/wait.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

namespace alinea {

namespace {

std::string head(const std::string& file, int64_t count) {
  std::ifstream lines(std::string(ALINEA_NUMBERS "/") + file);
  std::string text;
  for (std::string line; count > 0 && std::getline(lines, line); --count) text += line + "\n";
  if (count > 0) throw std::runtime_error("too few lines in " + file);
  return text;
}

std::string quoted(const std::string& argument) {
  std::string text = "'";
  for (const char c : argument) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace

Workspace::Workspace() {
  for (const std::string language : {".de", ".en"}) {
    write("train" + language, head("train" + language, 300));
    write("valid" + language, head("valid" + language, 20));
  }
}

std::vector<std::string> Workspace::list() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path()))
    names.push_back(entry.path().lexically_relative(folder_.path()).string() +
                    (entry.is_directory() ? "/" : ""));
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<float> Workspace::tensor(const std::string& file, const std::string& name) const {
  const std::string bytes = read(file);
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  const auto header = nlohmann::json::parse(bytes.substr(sizeof length, length));
  const auto offsets = header.at(name).at("data_offsets").get<std::vector<size_t>>();
  std::vector<float> values((offsets.at(1) - offsets.at(0)) / sizeof(float));
  std::memcpy(values.data(), bytes.data() + sizeof length + length + offsets[0],
              values.size() * sizeof(float));
  return values;
}

int64_t Workspace::saved_at(const std::string& model) const {
  const std::string prefix = "checkpoint-";
  int64_t newest = -1;
  std::error_code none;
  for (const auto& file : std::filesystem::directory_iterator(path(model), none)) {
    const std::string name = file.path().filename();
    if (name.starts_with(prefix))
      newest = std::max<int64_t>(newest, std::stoll(name.substr(prefix.size())));
  }
  return newest;
}

Outcome Workspace::run(const std::string& command, const Given& options,
                       std::string_view input) const {
  const TemporaryFolder streams;
  const std::string in = streams.file("in", input);
  return shell("", command, options, "<" + in);
}

Outcome Workspace::shell(const std::string& before, const std::string& command,
                         const Given& options, const std::string& behind) const {
  const TemporaryFolder streams;
  const std::string out = streams.path() / "out", err = streams.path() / "err";
  std::string line = "cd " + quoted(folder_.path()) + " && { " + before +
                     " timeout 100 " ALINEA_PROGRAM " " + command;
  for (const auto& [name, value] : options)
    line += " --" + name + (value.empty() ? "" : "=" + quoted(value));
  line += " " + behind + "; } >" + out + " 2>" + err;
  const int status = std::system(line.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), bytes_of(out),
          bytes_of(err)};
}

Given Workspace::tiny(const std::string& model, Given options) {
  options.merge(Given{{"source", "train.de"},
                      {"target", "train.en"},
                      {"valid-source", "valid.de"},
                      {"valid-target", "valid.en"},
                      {"model", model},
                      {"embedding-size", "7"},
                      {"batch-size", "16"},
                      {"updates", "10"},
                      {"threads", "1"}});
  const bool is_recurrent =
      !options.contains("architecture") || options.at("architecture") == "recurrent";
  if (is_recurrent) options.merge(Given{{"hidden-size", "12"}});
  return options;
}

Outcome Workspace::train(const std::string& model, const Given& options) const {
  return run("train", tiny(model, options));
}

Outcome Workspace::shell_train(const std::string& before, const std::string& model,
                               const Given& options, const std::string& behind) const {
  return shell(before, "train", tiny(model, options), behind);
}

std::vector<std::string> Workspace::train_arguments(const std::string& model,
                                                    const Given& options) const {
  std::vector<std::string> arguments = {"train"};
  for (const auto& [name, value] : tiny(model, options)) {
    const bool is_path = name == "model" || name.find("source") != std::string::npos ||
                         name.find("target") != std::string::npos || name == "guided-alignment";
    arguments.push_back("--" + name + (value.empty() ? "" : "=") + (is_path ? path(value) : value));
  }
  return arguments;
}

void Workspace::make_model(const std::string& model, const Given& options) const {
  const Outcome outcome = train(model, options);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
}

std::vector<std::string> split(const std::string& line, std::string_view separator) {
  std::vector<std::string> parts;
  size_t begin = 0;
  for (size_t end = line.find(separator); end != std::string::npos;
       end = line.find(separator, begin)) {
    parts.push_back(line.substr(begin, end - begin));
    begin = end + separator.size();
  }
  parts.push_back(line.substr(begin));
  return parts;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines = split(text, "\n");
  if (lines.back().empty()) lines.pop_back();
  return lines;
}

void check_refused(const Outcome& outcome, int status, const std::vector<std::string>& words) {
  INFO("on stderr: " << outcome.err);
  CHECK(outcome.status == status);
  CHECK(outcome.out.empty());
  CHECK(lines_of(outcome.err).size() == 1);
  CHECK_THAT(outcome.err, Catch::StartsWith("alinea ") && Catch::EndsWith("\n"));
  for (const std::string& word : words) CHECK_THAT(outcome.err, Catch::Contains(word));
}

void check_passed_over_line_2(const Outcome& outcome, const std::string& found, size_t lines) {
  INFO("on stderr: " << outcome.err);
  CHECK(outcome.status == 1);
  const std::vector<std::string> answers = lines_of(outcome.out);
  REQUIRE(answers.size() == lines);
  for (size_t i = 0; i < lines; ++i) CHECK(answers[i].empty() == (i == 1));
  const std::vector<std::string> said = lines_of(outcome.err);
  REQUIRE(said.size() >= 2);
  CHECK_THAT(said.front(), Catch::StartsWith("line 2: ") && Catch::Contains(found));
  CHECK_THAT(said.front(), !Catch::Contains(", line 2:"));  // said once
  CHECK_THAT(said.back(), Catch::StartsWith("alinea ") && Catch::Contains("1 line has no") &&
                              Catch::Contains("the first is line 2"));
}

}  // namespace alinea
