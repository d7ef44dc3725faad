// The source lines of a translation model: text that its tokenizer splits, or features that they
// name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/translation_model.h"
#include "search/source_line.h"
#include "signals/feature_reader.h"
#include "text/corpus.h"

namespace alinea {

class ModelSource {
 public:
  // The model must outlive it.
  ModelSource(const TranslationModel& model, const FeatureFileOptions& files);

  // Cuts a line of more than `max_length` tokens. Throws Error for features that cannot be read; an
  // empty line has none.
  SourceLine read(const std::string& line, int64_t max_length);
  // The sound file of a line, where it is one that a page can hold; else empty.
  std::string sound_file(const std::string& line) const;
  // For a corpus. This must outlive it.
  SourceReader reader();
  // What attention sees of a source of so many words or rows: the tokens of the line, without </s>;
  // of features the middle of the rows of each position in seconds, its place in a picture
  // (row:column) or its number, all from 0.
  std::vector<std::string> positions(const std::string& line, int64_t length) const;

 private:
  SourceContent read_features(const std::string& line);

  const TranslationModel& model_;
  std::unique_ptr<FeatureReader> features_;  // none of text
};

}  // namespace alinea
