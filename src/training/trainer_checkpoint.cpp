// What the trainer puts into a checkpoint, and takes out of it.
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "serialization/parameter_tensors.h"
#include "storage/checksum.h"
#include "storage/json.h"
#include "support/error.h"
#include "training/state_fields.h"
#include "training/trainer.h"

namespace alinea {

// Beside the parameters, by their names in a checkpoint.
std::vector<std::pair<std::string, std::span<float>>> Trainer::states() {
  std::vector<std::pair<std::string, std::span<float>>> states;
  for (const std::span<float> state : optimizer_->state())
    states.emplace_back(fmt::format("optimizer.state{}", states.size()), state);
  if (smoothing_) states.emplace_back("average", smoothing_->average());
  if (!task_.carried().empty()) states.emplace_back("carried", task_.carried());
  return states;
}

std::vector<TensorView> Trainer::tensors() {
  std::vector<TensorView> tensors = tensors_of(task_.parameters());
  for (const auto& [name, values] : states())
    tensors.push_back({name, {std::ssize(values)}, values});
  return tensors;
}

// The same sums make the same updates: a rank where they do not has a fault.
void Trainer::check_same_parameters() {
  if (group_.is_alone()) return;
  const std::span<const float> values = task_.parameters().values();
  const uint32_t checksum =
      crc32({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
  const std::vector<std::string> all = group_.gather(fmt::format("{:08x}", checksum));
  for (size_t rank = 1; rank < all.size(); ++rank)
    if (all[rank] != all[0])
      throw Error(
          "after update {} the parameters of rank {} differ from those of rank 0, with a checksum "
          "of {} instead of {}: that machine or its network is faulty; without it the same command "
          "resumes from the last checkpoint",
          state_.update, rank, all[rank], all[0]);
}

void Trainer::save() {
  check_same_parameters();
  task_.gather_carried(group_);
  state_.log_rows = reporter_.sync();
  state_.seconds = seconds();
  state_.dropout = dropout_.state();
  run_.save(state_.update, tensors(),
            {{"progress", nlohmann::json(state_)},
             {"schedule", schedule_->state()},
             {"early_stopping", stopping_.state()},
             {"optimizer", {{"name", options_.optimizer.kind}, {"steps", optimizer_->steps()}}}});
  if (group_.leads()) kept_.tidy();
  saved_at_ = state_.update;
  save_is_due_ = false;
}

nlohmann::json Trainer::read_checkpoint() {
  const Checkpoint& checkpoint = *run_.start();
  read_tensors(checkpoint.tensors, task_.parameters());
  for (const auto& [name, values] : states())
    checkpoint.tensors.copy(name, std::vector<int64_t>{std::ssize(values)}, values);
  return checkpoint.training.value("state", nlohmann::ordered_json::object());
}

// Rank 0 has the checkpoint, and tells the others.
void Trainer::restore() {
  nlohmann::json state;
  if (run_.start()) state = read_checkpoint();
  group_.broadcast(task_.parameters().values());
  task_.parameters().changed();
  for (const auto& [name, values] : states()) group_.broadcast(values);
  state = parse_json<nlohmann::json>(group_.broadcast(state.dump()));
  try {
    state.at("progress").get_to(state_);
    schedule_->restore(state.at("schedule"));
    stopping_.restore(state.at("early_stopping"));
    optimizer_->restore_steps(count_field(state.at("optimizer"), "steps"));
  } catch (const Error& error) {
    throw Error("the newest checkpoint in {} is damaged: {}; give --overwrite to start over",
                folder_.path().string(), error.what());
  } catch (const nlohmann::json::exception&) {
    throw Error(
        "the newest checkpoint in {} lacks progress, schedule, early_stopping or optimizer: give "
        "--overwrite to start over",
        folder_.path().string());
  }
  dropout_ = Random(state_.dropout);
  saved_at_ = state_.update;
  if (group_.leads())
    for (const std::string& note : kept_.restore(state_.update)) reporter_.message(note);
  best_is_lost_ = group_.leads() && stopping_.best() && !folder_.has_parameters(Snapshot::kBest);
  if (best_is_lost_)
    reporter_.message(
        "best.safetensors is missing or damaged: the next validation will replace it");
}

}  // namespace alinea
