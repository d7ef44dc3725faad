#include "reports/model_summary.h"

#include <algorithm>
#include <span>
#include <system_error>

#include "models/model.h"
#include "storage/is_there.h"
#include "support/error.h"
#include "training/checkpoint.h"

namespace alinea {

namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr int64_t kFirstTokens = 10;

ModelSummary::Tokens tokens_of(const WordList& list) {
  const auto shown = static_cast<size_t>(std::min(std::ssize(list.words), kFirstTokens));
  return {list.name, std::ssize(list.words), {list.words.begin(), list.words.begin() + shown}};
}

void add_parameters(const ParameterStore& store, ModelSummary& summary) {
  for (const Parameter& parameter : store.parameters()) {
    const auto extents = parameter.shape().extents();
    summary.parameters.push_back(
        {parameter.name(), {extents.begin(), extents.end()}, parameter.shape().elements()});
  }
}

// Sections of config.json become one list, but for what every model has.
void add_options(const ordered_json& config, ModelSummary& summary) {
  summary.model = ordered_json::object();
  for (const auto& [name, value] : config.items()) {
    if (name == "format" || name == "version" || name == "training") continue;
    if (value.is_object()) {
      summary.model.update(value);
    } else {
      summary.model[name] = value;
    }
  }
}

// Version 0.1.0 recorded each option, and the decoder under the name "wiring" too.
void add_training(const ordered_json& config, std::span<const std::string> unused,
                  ModelSummary& summary) {
  summary.training = config.value("training", ordered_json::object());
  if (!summary.training.is_object()) return;
  if (summary.training.contains("wiring") && !summary.training.contains("decoder"))
    summary.training["decoder"] = summary.training["wiring"];
  summary.training.erase("wiring");
  for (std::string name : unused) {
    std::ranges::replace(name, '_', '-');
    summary.training.erase(name);
  }
}

void add_model(const ModelFolder& folder, ModelSummary& summary) {
  const ModelKind& kind = kind_of(folder);
  summary.kind = kind.name;
  const std::unique_ptr<Model> model = kind.outline(folder);
  ordered_json config = folder.read_description();
  config.update(model->description());  // which has the names of this version
  add_options(config, summary);
  const std::vector<std::string> unused = model->unused_options();
  for (const std::string& name : unused) summary.model.erase(name);
  add_training(config, unused, summary);
  add_parameters(model->parameters(), summary);
  for (const WordList& list : model->word_lists()) summary.vocabularies.push_back(tokens_of(list));
}

void add_files(ModelSummary& summary) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(summary.folder, error)) {
    const uint64_t bytes = entry.is_regular_file(error) ? entry.file_size(error) : 0;
    if (!error && entry.is_regular_file(error))
      summary.files.push_back({entry.path().filename().string(), bytes});
  }
  std::ranges::sort(summary.files, {}, &ModelSummary::File::name);
}

void find_validations(ModelSummary& summary) {
  const TrainingTable& log = summary.log;
  const std::optional<size_t> loss = log.column("valid_loss");
  if (!loss) return;
  for (size_t row = 0; row < log.rows.size(); ++row)
    if (is_validation(log, row)) summary.last_validation = row;
  const ordered_json judge = summary.training.value("validate-by", ordered_json());
  const std::string by = judge.is_string() ? judge.get<std::string>() : "loss";
  if (const auto column = log.column("valid_" + by))
    summary.best_validation = best_row(log, *column, *loss, by == "loss" || by == "perplexity");
}

void add_log(const ModelFolder& folder, ModelSummary& summary) {
  if (!is_there(folder.training_log())) return;
  try {
    summary.log = read_training_table(folder.training_log());
    find_validations(summary);
  } catch (const Error& error) {
    summary.notes.emplace_back(error.what());
  }
}

void add_checkpoint(ModelSummary& summary) {
  try {
    const auto newest = Checkpoints(summary.folder).newest(summary.notes);
    if (!newest) return;
    const nlohmann::json progress = newest->training.at("state").at("progress");
    summary.checkpoint = progress.get<TrainingState>();
  } catch (const Error& error) {
    summary.notes.emplace_back(error.what());
  } catch (const nlohmann::json::exception&) {
    summary.notes.emplace_back("the newest checkpoint does not contain the state of the training");
  }
}

ordered_json row_of(const TrainingTable& log, size_t row) {
  ordered_json json = ordered_json::object();
  for (size_t c = 0; c < log.columns.size(); ++c)
    if (const std::optional<double>& value = log.rows[row][c]) json[log.columns[c]] = *value;
  return json;
}

ordered_json progress_of(const ModelSummary& summary) {
  const TrainingTable& log = summary.log;
  ordered_json json = {{"last_report", nullptr},
                       {"last_validation", nullptr},
                       {"best_validation", nullptr},
                       {"checkpoint", nullptr}};
  if (!log.rows.empty()) json["last_report"] = row_of(log, log.rows.size() - 1);
  if (summary.last_validation) json["last_validation"] = row_of(log, *summary.last_validation);
  if (summary.best_validation) json["best_validation"] = row_of(log, *summary.best_validation);
  if (summary.checkpoint)
    json["checkpoint"] = {{"update", summary.checkpoint->update},
                          {"skipped_updates", summary.checkpoint->skipped}};
  return json;
}

}  // namespace

int64_t ModelSummary::parameter_count() const {
  int64_t count = 0;
  for (const Tensor& tensor : parameters) count += tensor.count;
  return count;
}

std::vector<std::pair<std::string, int64_t>> ModelSummary::parts() const {
  std::vector<std::pair<std::string, int64_t>> parts;
  for (const Tensor& tensor : parameters) {
    const std::string part = tensor.name.substr(0, tensor.name.find('.'));
    auto found = std::ranges::find(parts, part, &std::pair<std::string, int64_t>::first);
    if (found == parts.end()) found = parts.insert(found, {part, 0});
    found->second += tensor.count;
  }
  return parts;
}

ModelSummary summarize(const fs::path& folder) {
  ModelSummary summary;
  summary.folder = folder;
  const ModelFolder model(folder);
  add_model(model, summary);
  add_files(summary);
  add_log(model, summary);
  add_checkpoint(summary);
  if (!model.has_parameters(Snapshot::kBest))
    summary.notes.emplace_back(
        "best.safetensors is missing, damaged or not finite: it comes with the first validation; "
        "without a training that runs, resume or repeat it");
  return summary;
}

ordered_json to_json(const ModelSummary& summary) {
  ordered_json tensors = ordered_json::array(), vocabularies = tensors, files = tensors;
  for (const auto& tensor : summary.parameters)
    tensors.push_back({{"name", tensor.name}, {"shape", tensor.shape}, {"count", tensor.count}});
  for (const auto& tokens : summary.vocabularies)
    vocabularies.push_back({{"name", tokens.name}, {"size", tokens.size}, {"first", tokens.first}});
  for (const auto& file : summary.files)
    files.push_back({{"name", file.name}, {"bytes", file.bytes}});
  return {{"folder", summary.folder.string()},
          {"kind", summary.kind},
          {"model", summary.model},
          {"parameters", {{"count", summary.parameter_count()}, {"tensors", tensors}}},
          {"vocabularies", vocabularies},
          {"files", files},
          {"progress", progress_of(summary)},
          {"training", summary.training},
          {"notes", summary.notes}};
}

}  // namespace alinea
