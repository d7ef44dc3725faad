// A model on disk: everything that translating needs, in one folder.
//
//   config.json               format, options of the model, tokenizer, options of the training
//   source.vocabulary.txt     and target.vocabulary.txt: a token a line
//   source.spm, target.spm    the SentencePiece models, where that is the tokenizer
//   source.symbols.txt        and target.symbols.txt: symbols that stay whole, with icu
//   best.safetensors          the parameters that validated best
//   last.safetensors          the newest ones
//   training.csv              the log of the training
//   validated-N.safetensors, checkpoint-N.safetensors, training.lock: see training/
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "models/encoder_decoder.h"
#include "text/language.h"

namespace alinea {

enum class Snapshot { kBest, kLast };

// What a folder holds.
enum class ModelKind { kTranslation, kClassifier };

// Both languages of a translation.
struct Languages {
  Language source, target;
  EncoderDecoder::Vocabularies sizes() const {
    return {source.vocabulary().size(), target.vocabulary().size()};
  }
};

struct TranslationModel {
  Languages languages;
  std::unique_ptr<EncoderDecoder> network;
};

class ModelFolder {
 public:
  explicit ModelFolder(std::filesystem::path path) : path_(std::move(path)) {}

  // Makes the folder for a new model, into which `write` puts the first files; where a model lies
  // there already, `overwrite` says that the new one replaces it, at once when `write` is done.
  // Other files in the folder stay. Throws Error for an existing model otherwise, where the folder
  // cannot be made and what `write` throws; an existing model is left alone then.
  using Write = std::function<void(const ModelFolder& folder)>;
  void create(bool overwrite, const Write& write = {}) const;
  // Throws what create would throw, and changes nothing.
  void check_free(bool overwrite) const;

  // Throws Error for a link that leads out of the folder, for pipes and devices.
  void check_entries() const;

  void save_description(const EncoderDecoder& model, const Languages& languages,
                        const nlohmann::ordered_json& training) const;
  void save_parameters(const ParameterStore& parameters, Snapshot snapshot) const;

  // config.json of any kind of model: its format and version, then `fields`.
  void write_description(ModelKind kind, const nlohmann::ordered_json& fields) const;
  // Throws Error for a folder that is missing, of another version or damaged, for one with a link
  // that leads out of it, and for one of another kind, whose command it names.
  nlohmann::ordered_json read_description(ModelKind kind) const;
  // Throws Error as read_description does.
  ModelKind kind() const;
  // How a translation model's text is split into tokens. Throws Error as read_description does.
  TextOptions text_options() const;
  // Whether they are there, whole and finite.
  bool has_parameters(Snapshot snapshot) const;

  // Throws Error for a folder that is missing, unfinished, of another version or damaged.
  TranslationModel load(Snapshot snapshot = Snapshot::kBest) const;
  // The same without the parameters' values, which take no memory and may not be there yet.
  TranslationModel outline() const;
  // Allocates what is not allocated yet, and throws Error, as read_tensors does.
  void load_parameters(ParameterStore& parameters, Snapshot snapshot) const;

  std::filesystem::path training_log() const { return path_ / "training.csv"; }
  std::filesystem::path parameter_file(Snapshot snapshot) const;
  // Names of what tells words and classes apart, as far as it is there.
  std::vector<std::string> text_files() const;
  const std::filesystem::path& path() const { return path_; }

 private:
  nlohmann::ordered_json read_config() const;
  std::vector<std::string> files_to_replace() const;
  [[noreturn]] void fail_unfinished(Snapshot snapshot) const;
  static TextOptions text_options(const nlohmann::ordered_json& json);
  ModelOptions model_options(const nlohmann::ordered_json& json) const;
  [[noreturn]] void refuse_fields() const;

  std::filesystem::path path_;
};

}  // namespace alinea
