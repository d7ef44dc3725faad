// What the world does to a training: disks that fill up, files that vanish, readers that leave.
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "reliability/child.h"
#include "waiting.h"
#include "workspace.h"

namespace alinea {
namespace {

const Given kOptions = {
    {"updates", "30"}, {"validate-every", "10"}, {"save-every", "4"}, {"dropout", "0.2"}};

std::vector<std::string> temporaries(const Workspace& work) {
  std::vector<std::string> names;
  for (const std::string& name : work.list())
    if (name.ends_with(".tmp")) names.push_back(name);
  return names;
}

// In one line after the reports, with status 1.
void check_failed(const Outcome& outcome, const std::string& reason) {
  INFO(outcome.err);
  CHECK(outcome.status == 1);
  REQUIRE_FALSE(lines_of(outcome.err).empty());
  CHECK_THAT(lines_of(outcome.err).back(),
             Catch::StartsWith("alinea train: ") && Catch::Contains(reason));
}

// Goes on with what the failure left, and ends as if there had been none.
void check_recovers(const Workspace& work, const std::string& model) {
  CHECK(temporaries(work).empty());
  CHECK(work.train(model, kOptions).status == 0);
  work.make_model("whole", kOptions);
  for (const std::string file : {"/best.safetensors", "/last.safetensors"})
    CHECK(work.read("whole" + file) == work.read(model + file));
}

// A file system of its own, where this process may make one.
class SmallDisk {
 public:
  SmallDisk(std::string path, const std::string& size) : path_(std::move(path)) {
    std::filesystem::create_directory(path_);
    is_mounted_ = mount("tmpfs", path_.c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (is_mounted_) umount(path_.c_str());
  }

  bool is_mounted() const { return is_mounted_; }
  bool resize(const std::string& size) const {
    return mount("tmpfs", path_.c_str(), "tmpfs", MS_REMOUNT, ("size=" + size).c_str()) == 0;
  }
  bool make_read_only() const {
    return mount("tmpfs", path_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0;
  }

 private:
  std::string path_;
  bool is_mounted_;
};

TEST_CASE("a file that may not grow ends the training, which goes on later") {
  const Workspace work;
  // In blocks of 512 bytes: room for parameters, none for a checkpoint, or not even for the former.
  const std::string blocks = GENERATE("60", "20");
  check_failed(work.shell_train("ulimit -f " + blocks + ";", "model", kOptions), "File too large");
  check_recovers(work, "model");
}

TEST_CASE("a disk that is full ends the training, which goes on later") {
  const Workspace work;
  const std::string size = GENERATE("40k", "80k", "100k", "120k", "140k", "160k");
  CAPTURE(size);
  const SmallDisk disk(work.path("disk"), size);
  if (!disk.is_mounted()) {
    WARN("not tested: no right to mount a file system");
    return;
  }
  check_failed(work.train("disk/model", kOptions), "No space left on device");
  REQUIRE(disk.resize("4m"));
  check_recovers(work, "disk/model");
}

TEST_CASE("a folder that cannot be written to is refused before the first long step") {
  const Workspace work;
  if (geteuid() != 0) {
    std::filesystem::create_directory(work.path("model"));
    REQUIRE(chmod(work.path("model").c_str(), 0555) == 0);
    check_refused(work.train("model"), 1, {"model", "writable"});
    return;
  }
  const SmallDisk disk(work.path("disk"), "4m");
  if (!disk.is_mounted()) {
    WARN("not tested: no right to mount a file system");
    return;
  }
  work.make_model("disk/model", {{"updates", "5"}});
  REQUIRE(disk.make_read_only());
  check_refused(work.train("disk/new"), 1, {"disk/new", "writable"});
  check_refused(work.train("disk/model"), 1, {"disk/model", "Read-only file system"});
}

TEST_CASE("a model folder that vanishes ends the training") {
  const Workspace work;
  const std::string gone = GENERATE("model", "model/training.csv");
  Given options = kOptions;
  options["updates"] = "0";
  Child child(ALINEA_PROGRAM, work.train_arguments("model", options), {}, work.path("said"));
  CHECK(comes_true([&] { return work.saved_at("model") >= 8; }));
  std::filesystem::rename(work.path(gone), work.path("elsewhere"));
  std::filesystem::remove_all(work.path("elsewhere"));
  CHECK(child.wait() == 1);
  CHECK_THAT(lines_of(work.read("said")).back(),
             Catch::Contains("cannot write '" + work.path("model/")) &&
                 Catch::Contains("No such file or directory"));
}

TEST_CASE("a signal that ends align leaves nothing of what was being written") {
  const auto [signal, status] = GENERATE(table<int, int>({{SIGINT, 130}, {SIGTERM, 143}}));
  const Workspace work;
  work.make_model("model");
  std::string source, target;
  for (int i = 0; i < 400; ++i) {
    source += work.read("train.de");
    target += work.read("train.en");
  }
  work.write("long.de", source);
  work.write("long.en", target);
  work.write("page", "old");
  const std::vector<std::string> before = work.list();
  std::vector<std::string> arguments = {"align"};
  for (const auto& [name, value] : Given{{"model", "model"},
                                         {"source", "long.de"},
                                         {"target", "long.en"},
                                         {"output", "links"},
                                         {"heatmap-page", "page"}})
    arguments.push_back("--" + name + "=" + work.path(value));
  const std::string said = work.path("said");
  Child child(ALINEA_PROGRAM, arguments, {}, said);
  CHECK(comes_true([&] { return work.list().size() == before.size() + 3; }));  // two, and `said`
  child.send(signal);
  CHECK(child.wait() == status);
  std::filesystem::remove(said);
  CHECK(work.list() == before);
  CHECK(work.read("page") == "old");
}

TEST_CASE("texts that vanish while a model learns from them are not missed") {
  const Workspace work;
  Given options = kOptions;
  options["updates"] = "100";
  Child child(ALINEA_PROGRAM, work.train_arguments("model", options), {}, work.path("said"));
  CHECK(comes_true([&] { return work.saved_at("model") >= 8; }));
  for (const std::string name : {"train.de", "train.en", "valid.de", "valid.en"})
    std::filesystem::remove(work.path(name));
  CHECK(child.wait() == 0);
  check_refused(work.train("model", options), 1, {"train.de", "No such file"});
}

TEST_CASE("a training whose reports nobody reads any more comes to its end") {
  const Workspace work;
  const Outcome outcome = work.shell_train("", "model", kOptions, "2>&1 | head -n 1");
  CHECK(lines_of(outcome.out).size() == 1);
  CHECK(work.exists("model/checkpoint-30.safetensors"));
  CHECK_THAT(work.read("model/training.csv"), Catch::Contains("\n30,"));
}

TEST_CASE("a gigabyte without a line end is refused without reading it all") {
  const Workspace work;
  work.make_model("model");
  const Outcome outcome = work.shell("head -c 1000000000 /dev/zero | tr '\\0' x |", "translate",
                                     {{"model", "model"}, {"threads", "1"}}, "");
  INFO(outcome.err);
  CHECK(outcome.status == 1);
  CHECK(outcome.out.empty());
  CHECK_THAT(outcome.err, Catch::Contains("line 1: longer than 1048576 bytes"));
  // Not one process that was waited for took as much memory as the line would.
  rusage usage{};
  REQUIRE(getrusage(RUSAGE_CHILDREN, &usage) == 0);
  CHECK(usage.ru_maxrss < 800'000);  // kB
}

}  // namespace
}  // namespace alinea
