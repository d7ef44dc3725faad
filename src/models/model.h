// What every kind of model is to folders, reports and trainings: parameters, a description, and the
// words and classes that its numbers stand for. The kinds are named in one table, models.cpp.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/parameter.h"
#include "serialization/model_folder.h"
#include "support/error.h"

namespace alinea {

// Words or classes by id.
struct WordList {
  std::string name;   // "source", "labels"
  std::string title;  // "source vocabulary"
  std::span<const std::string> words;
  std::vector<std::string> parameters;  // those that have a row for each
  bool has_specials = true;             // begins with the symbols of a Vocabulary
  // Those that have something else for each. A model of other words has no values for them.
  std::vector<std::string> others = {};
};

// The name of a language model's words, which stand for those of any side of any model.
inline constexpr const char* kTextWords = "text";

class Model {
 public:
  virtual ~Model() = default;

  // As config.json names the kind of model.
  virtual std::string_view format() const = 0;
  virtual ParameterStore& parameters() const = 0;
  // The fields of config.json that outline() needs.
  virtual nlohmann::ordered_json description() const = 0;
  // Names of those in its section "model" that this model has no use for.
  virtual std::vector<std::string> unused_options() const = 0;
  // Writes the files that hold words and classes. Throws Error where that fails.
  virtual void save_texts(const std::filesystem::path& folder) const = 0;
  virtual std::vector<WordList> word_lists() const = 0;
  // Names of parameters of other kinds of models that may start from this one of its parameters.
  virtual std::vector<std::string> names_elsewhere(std::string_view /*parameter*/) const {
    return {};
  }

 protected:
  Model() = default;
  Model(const Model&) = default;
  Model(Model&&) = default;
  Model& operator=(const Model&) = default;
  Model& operator=(Model&&) = default;
};

struct ModelKind {
  std::string_view format;   // as config.json says it
  std::string_view name;     // as people say it: "translation model"
  std::string_view command;  // what uses such a model: "alinea translate"
  // The model in a folder without the values of its parameters, which take no memory and may not be
  // there yet. Throws Error for a folder that is damaged.
  std::unique_ptr<Model> (*outline)(const ModelFolder& folder);
};

// The kind of model in a folder. Throws Error as ModelFolder::read_description does, and for a kind
// that is not in the table.
const ModelKind& kind_of(const ModelFolder& folder);

// The description of a model of the kind. Throws Error as kind_of does, and for one of another
// kind, whose command it names.
nlohmann::ordered_json read_description(const ModelFolder& folder, std::string_view format);

// Writes config.json and the files of words and classes. `history` says how the model came to be:
// {"training": ...}.
void save_description(const Model& model, const ModelFolder& folder,
                      const nlohmann::ordered_json& history);

// Loads a TranslationModel or another class with an outline(). Throws Error for a folder that is
// missing, unfinished, of another kind or version, or damaged.
template <class Kind>
Kind load(const ModelFolder& folder, Snapshot snapshot = Snapshot::kBest) {
  Kind model = Kind::outline(folder);
  folder.load_parameters(model.parameters(), snapshot);
  return model;
}

// What reads the fields of a description, which are named in `fields`: says in whose config.json
// something is wrong. Throws Error for fields that are missing or of another type, and for options
// that no model has.
template <class Read>
auto read_fields(const ModelFolder& folder, std::string_view fields, const Read& read) {
  const std::string file = folder.config().string();
  try {
    return read();
  } catch (const nlohmann::json::exception&) {
    throw Error("expected {} in {}: the file is damaged", fields, file);
  } catch (const UsageError& error) {
    throw Error("the options in {} do not describe a valid model: {}", file, error.what());
  }
}

}  // namespace alinea
