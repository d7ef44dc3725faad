// A training and its folder: alone in it, what it was begun with, and what it goes on from. Of the
// ranks that train together only the first sees the folder.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "distributed/group.h"
#include "storage/checksum.h"
#include "storage/file_lock.h"
#include "training/checkpoint.h"

namespace alinea {

// What a training was begun with.
struct RunRecord {
  nlohmann::ordered_json options;           // by name, as they took effect
  std::map<std::string, Fingerprint> data;  // by the option that names the file
  int64_t ranks = 1;
  // Of the files that lists name, by the option that names the list.
  std::map<std::string, Fingerprint> named = {};
};

// Files by the option that names them. Throws Error where one cannot be read.
std::map<std::string, Fingerprint> fingerprints(
    const std::map<std::string, std::filesystem::path>& files);

// A line for each option that differs and may. Throws UsageError that names the options that differ
// and may not, Error that names the data that changed.
std::vector<std::string> compare(const RunRecord& saved, const RunRecord& now);

class TrainingRun {
 public:
  // Looks for what there is to go on from; with `overwrite` never. Throws Error where another
  // training holds the folder, a link leads out of it or no checkpoint is whole, where the ranks
  // were not given the same program, options and data, and what compare throws. The group must
  // outlive it.
  TrainingRun(std::filesystem::path folder, RunRecord record, bool overwrite,
              Group& group = alone());

  Group& group() const { return group_; }
  // Whether it goes on; otherwise it begins.
  bool goes_on() const { return goes_on_; }
  // Where it goes on, on the first rank.
  const std::optional<Checkpoint>& start() const { return start_; }
  // Whether what lies in the folder may be removed: the user said so, or a training that had saved
  // nothing yet left it.
  bool replaces() const { return replaces_; }
  // What there is to say about the folder, a line each.
  const std::vector<std::string>& notes() const { return notes_; }

  // For one that begins: takes the folder for this process, on the first rank, lets `make_folder`
  // make a model's folder of it, and removes the checkpoints that it still has.
  void begin(const std::function<void()>& make_folder = {});
  void save(int64_t update, std::span<const TensorView> tensors,
            nlohmann::ordered_json state) const;
  // Takes back a checkpoint that turned out to be bad.
  void discard(int64_t update) const;

 private:
  void open(bool overwrite);
  void lock();

  Group& group_;
  std::filesystem::path folder_;
  RunRecord record_;
  Checkpoints checkpoints_;
  bool replaces_;
  bool goes_on_ = false;
  std::optional<FileLock> lock_;
  std::optional<Checkpoint> start_;
  std::vector<std::string> notes_;
};

}  // namespace alinea
