// Kills one training again and again with SIGKILL, lets it go on each time, and compares what it
// ends with to a training that nobody killed.
//
//   survive_kills PROGRAM CORPUS KILLS SEED [SHIM]
//
// Every second kill comes after a random time, the others in the middle of a write, flush, rename
// or removal, each kind in turn; without SHIM all come after a random time.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "reliability/child.h"
#include "storage/temporary_folder.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kOperations = {
    "write checkpoint",  "append log", "write parameters", "rename checkpoint",
    "rename parameters", "fsync file", "fsync folder",     "remove checkpoint",
    "write description", "write log",  "rename log",       "fsync log",
    "rename description"};

struct Given {
  std::string program, corpus, shim;
  int64_t kills = 0;
  uint32_t seed = 0;
};

class Killing {
 public:
  explicit Killing(const Given& given) : given_(given), random_(given.seed) {
    for (const std::string name : {"train.de", "train.en"}) copy_head(name, 200);
    for (const std::string name : {"valid.de", "valid.en"}) copy_head(name, 15);
  }

  void run() {
    Child whole(given_.program, arguments("whole"), {}, path("whole.txt"));
    if (whole.wait() != 0) throw std::runtime_error("no training: " + bytes_of(path("whole.txt")));
    for (kills_ = 0; kills_ < given_.kills; ++kills_)
      if (!survive(kills_))
        throw std::runtime_error(fmt::format("training ended after {} kills", kills_));
    Child last(given_.program, arguments("killed"), {}, path("killed.txt"));
    if (last.wait() != 0) throw std::runtime_error("not resumed: " + bytes_of(path("killed.txt")));
    compare();
    report();
  }

 private:
  std::string path(const std::string& name) const { return folder_.path() / name; }

  void copy_head(const std::string& name, int64_t lines) const {
    std::ifstream in(given_.corpus + "/" + name);
    std::ofstream out(path(name));
    for (std::string line; lines > 0 && std::getline(in, line); --lines) out << line << '\n';
    if (lines > 0) throw std::runtime_error("too few lines in " + name);
  }

  // More than it comes to before the last kill, whatever the machine.
  int64_t updates() const { return given_.kills * 10 + 40; }

  // Saves often, so that there is much to kill; the longer the more kills are wanted.
  std::vector<std::string> arguments(const std::string& model) const {
    std::vector<std::string> all = {"train", "--model=" + path(model)};
    const std::map<std::string, std::string> options = {{"source", path("train.de")},
                                                        {"target", path("train.en")},
                                                        {"valid-source", path("valid.de")},
                                                        {"valid-target", path("valid.en")},
                                                        {"hidden-size", "8"},
                                                        {"embedding-size", "5"},
                                                        {"batch-size", "16"},
                                                        {"threads", "1"},
                                                        {"dropout", "0.2"},
                                                        {"learning-rate", "0.02"},
                                                        {"schedule", "plateau"},
                                                        {"warmup", "9"},
                                                        {"patience", "0"},
                                                        {"epochs", "0"},
                                                        {"updates", std::to_string(updates())},
                                                        {"log-every", "3"},
                                                        {"validate-every", "7"},
                                                        {"save-every", "2"}};
    for (const auto& [name, value] : options) all.push_back(fmt::format("--{}={}", name, value));
    return all;
  }

  int64_t draw(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random_);
  }

  // One life of the process and its death. False where it came to the end of the training.
  bool survive(int64_t number) {
    const bool by_operation = !given_.shim.empty() && number % 2 == 0;
    const std::string operation = kOperations[static_cast<size_t>(number / 2) % kOperations.size()];
    std::vector<std::string> environment;
    if (by_operation) {
      const bool once = operation == "write log" || operation == "rename log";  // in a life
      environment = {"LD_PRELOAD=" + given_.shim,
                     "KILL_FOLDER=" + path("killed"),
                     "KILL_WHAT=" + operation,
                     fmt::format("KILL_AT={}", once ? 1 : draw(1, 3)),
                     fmt::format("KILL_AFTER={}", draw(0, 1)),
                     "KILL_REPORT=" + path("report")};
    }
    const int64_t before = saved();
    Child child(given_.program, arguments("killed"), environment, path("killed.txt"));
    const int status = by_operation ? child.wait() : child.kill_after(draw(0, longest_));
    if (status == 0) return false;
    if (status != 128 + SIGKILL)
      throw std::runtime_error(fmt::format("status {}: {}", status, bytes_of(path("killed.txt"))));
    if (!by_operation) adapt(saved() - before);
    return true;
  }

  // Neither so early that nothing was learned nor so late that the training comes to its end.
  void adapt(int64_t progress) {
    if (progress > 4) longest_ = longest_ * 2 / 3 + 1;
    if (progress < 2) longest_ = longest_ * 5 / 4 + 1;
  }

  // The update of the newest checkpoint.
  int64_t saved() const {
    int64_t newest = 0;
    std::error_code none;
    for (const auto& file : fs::directory_iterator(path("killed"), none)) {
      const std::string name = file.path().filename();
      if (name.starts_with("checkpoint-"))
        newest = std::max<int64_t>(newest, std::stoll(name.substr(11)));
    }
    return newest;
  }

  // training.csv without the columns that tell the time.
  std::string log(const std::string& model) const {
    std::ifstream file(path(model) + "/training.csv");
    std::string text;
    for (std::string line; std::getline(file, line);) {
      std::string field;
      int column = 0;
      for (const char c : line + ",") {
        if (c != ',') {
          field += c;
          continue;
        }
        if (column != 6 && column != 8) text += field + ",";
        field.clear();
        ++column;
      }
      text += "\n";
    }
    return text;
  }

  void compare() const {
    for (const std::string file : {"best.safetensors", "last.safetensors", "source.vocabulary.txt"})
      if (bytes_of(path("whole/" + file)) != bytes_of(path("killed/" + file)))
        throw std::runtime_error(file + " is not the same");
    if (log("whole") != log("killed")) throw std::runtime_error("training.csv is not the same");
    for (const auto& file : fs::directory_iterator(path("killed")))
      if (file.path().extension() == ".tmp") throw std::runtime_error("a temporary file was left");
  }

  void report() const {
    std::map<std::string, int64_t> operations;
    std::ifstream file(path("report"));
    for (std::string line; std::getline(file, line);) ++operations[line];
    std::cout << fmt::format("{} kills survived over {} updates, the same bits in the end\n",
                             kills_, updates());
    for (const auto& [operation, count] : operations)
      std::cout << fmt::format("  {:3} in the middle of: {}\n", count, operation);
    if (!given_.shim.empty() && given_.kills >= 2 * std::ssize(kOperations) &&
        operations.size() != kOperations.size())
      throw std::runtime_error("not every kind of write was met");
  }

  Given given_;
  TemporaryFolder folder_;
  std::mt19937 random_;
  int64_t kills_ = 0;
  int64_t longest_ = 60;  // milliseconds
};

int survive(const std::vector<std::string>& arguments) {
  if (arguments.size() < 4 || arguments.size() > 5) {
    std::cerr << "usage: survive_kills PROGRAM CORPUS KILLS SEED [SHIM]\n";
    return 2;
  }
  try {
    Killing({arguments[0], arguments[1], arguments.size() > 4 ? arguments[4] : "",
             std::stoll(arguments[2]), static_cast<uint32_t>(std::stoul(arguments[3]))})
        .run();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "survive_kills: " << error.what() << '\n';
    return 1;
  }
}

}  // namespace
}  // namespace alinea

int main(int argc, char** argv) {
  return alinea::survive(std::vector<std::string>(argv + 1, argv + argc));
}
