#include "training/training_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <system_error>

#include "distributed/alike.h"
#include "serialization/model_folder.h"
#include "storage/is_there.h"
#include "storage/model_files.h"
#include "storage/temporary_name.h"
#include "support/error.h"
#include "training/kept_parameters.h"
#include "training/state_fields.h"

namespace alinea {

namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

// How long and how closely watched a training is, and how far a step goes.
constexpr std::string_view kMayChange[] = {
    "epochs",     "updates",           "validate-every",       "patience",  "log-every",
    "save-every", "learning-rate",     "min-learning-rate",    "clip-norm", "keep-best",
    "keep-last",  "valid-script-path", "valid-script-timeout",
};
// These may change the last bits of what is learned.
constexpr std::string_view kMayChangeBits[] = {"threads", "memory"};
// These say where, not what.
constexpr std::string_view kIgnored[] = {"model",          "overwrite",    "profile",
                                         "corpus-on-disk", "rank-timeout", "tensorboard"};

template <size_t N>
bool holds(const std::string_view (&names)[N], std::string_view name) {
  return std::ranges::find(names, name) != std::end(names);
}

ordered_json to_json(const Fingerprint& print) {
  return {{"bytes", print.bytes}, {"crc32", fmt::format("{:08x}", print.crc32)}};
}

ordered_json to_json(const RunRecord& record) {
  ordered_json data = ordered_json::object();
  for (const auto& [name, print] : record.data) data[name] = to_json(print);
  ordered_json json = {{"options", record.options}, {"data", data}, {"ranks", record.ranks}};
  for (const auto& [name, print] : record.named) json["named"][name] = to_json(print);
  return json;
}

std::string change_of_size(const ordered_json& before, const Fingerprint& now) {
  const ordered_json bytes = before.value("bytes", ordered_json());
  if (!bytes.is_number_integer()) return {};
  if (bytes == now.bytes) return ", though it has as many bytes as then";
  return fmt::format(", from {} to {} bytes", bytes.get<int64_t>(), now.bytes);
}

void compare_data(const ordered_json& saved, const RunRecord& now) {
  for (const auto& [name, print] : saved.items())
    if (!now.data.contains(name))
      throw Error(
          "this training was started with data of --{} too: give the same data, or --overwrite to "
          "start over",
          name);
  for (const auto& [name, print] : now.data) {
    const ordered_json before = saved.value(name, ordered_json());
    const ordered_json after = to_json(print);
    if (before.is_null())
      throw Error(
          "this training was started without data of --{}: leave it out, or give --overwrite to "
          "start over",
          name);
    if (before != after)
      throw Error(
          "the data of --{} has changed since this training was started{}: give the same data, or "
          "--overwrite to start over",
          name, change_of_size(before, print));
  }
}

// Older checkpoints do not know of them.
void compare_named(const ordered_json& saved, const RunRecord& now) {
  for (const auto& [name, print] : now.named) {
    const ordered_json before = saved.value(name, ordered_json()), after = to_json(print);
    if (!before.is_null() && before != after)
      throw Error(
          "the files that --{} names are not those with which this training was started: {}, now "
          "{}; give the same files, or --overwrite to start over",
          name, before.dump(), after.dump());
  }
}

std::vector<std::string> compare_options(const ordered_json& saved, const RunRecord& now) {
  std::vector<std::string> taken, refused;
  for (const auto& [name, value] : now.options.items()) {
    if (holds(kIgnored, name) || now.data.contains(name)) continue;
    if (!saved.contains(name) || saved.at(name) == value) continue;
    const std::string before = saved.at(name).dump();
    if (holds(kMayChange, name)) {
      taken.push_back(
          fmt::format("--{}: {} from now on, previously {}", name, value.dump(), before));
    } else if (holds(kMayChangeBits, name)) {
      taken.push_back(fmt::format("--{}: {} from now on, previously {}; the last digits may differ",
                                  name, value.dump(), before));
    } else {
      refused.push_back(fmt::format("--{} {}, now {}", name, before, value.dump()));
    }
  }
  if (refused.empty()) return taken;
  throw UsageError(
      "the training in this folder was started with {}: give the same options to resume it, or "
      "--overwrite to start over",
      fmt::join(refused, "; "));
}

std::vector<std::string> compare(const ordered_json& saved, const RunRecord& now) {
  std::vector<std::string> taken = compare_options(saved.at("options"), now);
  compare_data(saved.at("data"), now);
  compare_named(saved.value("named", ordered_json::object()), now);
  const int64_t ranks = saved.contains("ranks") ? count_field(saved, "ranks") : 1;
  if (ranks != now.ranks)
    taken.push_back(fmt::format("ranks: {} from now on, previously {}; the last digits may differ",
                                now.ranks, ranks));
  return taken;
}

// What all ranks must have in common.
ordered_json in_common(const RunRecord& record) {
  ordered_json common = ordered_json::object();
  for (const auto& [name, value] : record.options.items())
    if (!holds(kIgnored, name) && name != "threads" && !record.data.contains(name))
      common["--" + name] = value;
  for (const auto& [name, print] : record.data) common["the data of --" + name] = to_json(print);
  for (const auto& [name, print] : record.named)
    common["the files that --" + name + " names"] = to_json(print);
  return common;
}

// What a process that was killed in the middle of a write left behind; others may be writing.
void remove_temporaries(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (is_left_behind(entry.path().filename().string())) fs::remove(entry.path(), ignored);
}

bool has_parameters(const fs::path& folder) {
  std::error_code ignored;
  const fs::directory_iterator files(folder, ignored);
  return std::any_of(begin(files), end(files), [](const fs::directory_entry& entry) {
    return entry.path().extension() == ".safetensors";
  });
}

}  // namespace

std::map<std::string, Fingerprint> fingerprints(const std::map<std::string, fs::path>& files) {
  std::map<std::string, Fingerprint> prints;
  for (const auto& [name, path] : files) prints[name] = fingerprint(path);
  return prints;
}

std::vector<std::string> compare(const RunRecord& saved, const RunRecord& now) {
  return compare(to_json(saved), now);
}

TrainingRun::TrainingRun(fs::path folder, RunRecord record, bool overwrite, Group& group)
    : group_(group),
      folder_(std::move(folder)),
      record_(std::move(record)),
      checkpoints_(folder_),
      replaces_(overwrite) {
  record_.ranks = group_.size();
  check_alike(group_, in_common(record_));
  if (group_.leads()) open(overwrite);
  goes_on_ = !group_.broadcast(start_ ? "goes on" : "").empty();
}

void TrainingRun::open(bool overwrite) {
  ModelFolder(folder_).check_entries();
  const bool was_locked = is_there(folder_ / kTrainingLock);
  if (!was_locked && !checkpoints_.any()) return;
  lock();
  if (overwrite) return;
  start_ = checkpoints_.newest(notes_);
  if (!start_) {
    replaces_ = !has_parameters(folder_);
    return;
  }
  try {
    const std::vector<std::string> changes = compare(start_->training.at("record"), record_);
    notes_.insert(notes_.end(), changes.begin(), changes.end());
  } catch (const nlohmann::json::exception& error) {
    throw Error(
        "the checkpoint in {} does not say how its training was started ({}): give --overwrite to "
        "start over",
        folder_.string(), error.what());
  }
}

void TrainingRun::lock() {
  lock_ = FileLock::take(folder_ / kTrainingLock);
  if (!lock_)
    throw Error("another training is running in {}: wait for it, or give another --model",
                folder_.string());
  remove_temporaries(folder_);
}

void TrainingRun::begin(const std::function<void()>& make_folder) {
  if (!group_.leads()) return;
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) throw Error("cannot create the folder {}: {}", folder_.string(), error.message());
  if (!lock_) {
    lock();
    if (!replaces_ && checkpoints_.any())
      throw Error("another training was started in {} in the meantime: give another --model",
                  folder_.string());
  }
  if (make_folder) make_folder();
  checkpoints_.remove_all();
  remove_kept(folder_);
}

void TrainingRun::save(int64_t update, std::span<const TensorView> tensors,
                       ordered_json state) const {
  if (!group_.leads()) return;
  checkpoints_.save(update, tensors, {{"state", std::move(state)}, {"record", to_json(record_)}});
}

void TrainingRun::discard(int64_t update) const {
  if (group_.leads()) checkpoints_.remove(update);
}

}  // namespace alinea
