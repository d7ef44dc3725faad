// The contents of a model folder, collected without reading the values of the parameters.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "training/training_state.h"
#include "training/training_table.h"

namespace alinea {

struct ModelSummary {  // NOLINT(bugprone-exception-escape): JSON moves without throwing
  struct Tensor {
    std::string name;
    std::vector<int64_t> shape;
    int64_t count;  // product of the shape
  };
  struct Tokens {
    std::string name;  // "source", "target", "words", "labels"
    int64_t size;
    std::vector<std::string> first;  // some of them, by number
  };
  struct File {
    std::string name;
    uint64_t bytes;
  };

  std::filesystem::path folder;
  std::string kind;                 // "translation model" or "document classifier"
  nlohmann::ordered_json model;     // every option that says what it computes, by name
  nlohmann::ordered_json training;  // those of the command that trained it, by name
  std::vector<Tensor> parameters;   // in the order of the file
  std::vector<Tokens> vocabularies;
  std::vector<File> files;  // of the folder, by name
  TrainingTable log;        // training.csv; empty where there is none
  std::optional<size_t> last_validation, best_validation;  // rows of the log
  std::optional<TrainingState> checkpoint;                 // what training would go on from
  std::vector<std::string> notes;  // a line for each thing that is damaged or unfinished

  int64_t parameter_count() const;
  // The parameters added up by the first word of their names, in the order of the file.
  std::vector<std::pair<std::string, int64_t>> parts() const;
};

// Throws Error where the folder holds no model, or its configuration or a vocabulary is damaged.
// A training that has not come to its first validation is no error, nor is a damaged log or
// checkpoint: a note says so.
ModelSummary summarize(const std::filesystem::path& folder);

// One JSON object with all of it but the log's rows, of which the last and the two validations
// stand.
nlohmann::ordered_json to_json(const ModelSummary& summary);

// The same for people, in lines of at most some 100 characters where names allow.
std::string to_text(const ModelSummary& summary);

}  // namespace alinea
