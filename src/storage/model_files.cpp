#include "storage/model_files.h"

#include <algorithm>

#include "support/digits.h"

namespace alinea {

namespace {

// checkpoint-12.safetensors
bool is_numbered(std::string_view name) {
  constexpr std::string_view kSuffix = ".safetensors";
  for (const std::string_view prefix : {"checkpoint-", "validated-"}) {
    if (!name.starts_with(prefix) || !name.ends_with(kSuffix)) continue;
    name.remove_prefix(prefix.size());
    name.remove_suffix(std::min(kSuffix.size(), name.size()));
    return is_number(name);
  }
  return false;
}

}  // namespace

std::vector<std::string> text_file_names() {
  return {"source.vocabulary.txt",
          "target.vocabulary.txt",
          "text.vocabulary.txt",
          "source.spm",
          "target.spm",
          "text.spm",
          "source.symbols.txt",
          "target.symbols.txt",
          "text.symbols.txt",
          "vocabulary.txt",
          "labels.txt",
          "tags.txt",
          "classes.txt",
          "answers.txt",
          "characters.txt"};
}

std::vector<std::string> model_file_names() {
  std::vector<std::string> names = text_file_names();
  for (const char* name : {"best.safetensors", "last.safetensors", "config.json", "training.csv",
                           kEventFile, kTrainingLock})
    names.emplace_back(name);
  return names;
}

bool is_model_file_name(std::string_view name) {
  const std::vector<std::string> names = model_file_names();
  return std::ranges::find(names, name) != names.end() || is_numbered(name);
}

}  // namespace alinea
