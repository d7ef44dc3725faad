// Documents with their classes: "label<TAB>document" on each line, plain or gzipped, or pairs of
// texts: "label<TAB>premise<TAB>hypothesis". White space around a label does not count.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "text/document_corpus.h"
#include "text/document_splitter.h"
#include "text/labels.h"
#include "text/vocabulary.h"

namespace alinea {

struct LabelledLine {
  std::string_view label, document;  // parts of the line
};

// Throws Error where there is no tab or no label before it.
LabelledLine split_label(std::string_view line);

// The class of a labelled line of the number, counted from 1. Throws Error that names the label
// where `labels` has no such class.
int32_t known_label(const LabelledLine& line, const Labels& labels, int64_t number);

// What stands behind the label, or on a line without one.
struct DocumentForm {
  bool pairs = false;                 // a premise, a tab, a hypothesis
  bool ignore_extra_columns = false;  // pairs: what further tabs separate is not read
};

// The words of a document by sentence; of a pair those of its premise and those of its hypothesis,
// whose sentences are one each. Throws Error where a pair has too few columns, or too many.
Document read_document(std::string_view text, DocumentSplitter& splitter, const DocumentForm& form);

// Adds a document as the vocabulary's ids.
void add_document(DocumentCorpus& corpus, const Document& document, const Vocabulary& vocabulary,
                  int32_t label = kNoLabel);

struct LabelledFiles {
  std::filesystem::path training;
  std::filesystem::path validation;  // empty: a share of the training documents
};

struct LabelledOptions {
  DocumentForm form = {};
  double valid_share = 0.1;  // of every class, rounded down
  uint64_t seed = 1;         // of the choice
  int64_t min_frequency = 1;
  int64_t vocabulary_size = 0;                // special symbols included; 0 = no limit
  std::optional<Vocabulary> vocabulary = {};  // to take instead of making one
};

struct LabelledData {
  Labels labels;          // of the training file
  Vocabulary vocabulary;  // of the training documents, unless one is given
  DocumentCorpus training, validation;
  // The label of the training file's first line, where no other line has it though every other
  // label comes again: it may be the header of a table. Empty otherwise.
  std::string doubtful_label;
};

// Reads each file once. Throws Error where a line or a label is wrong, or no document is left to
// train on or to validate by.
LabelledData read_labelled(const LabelledFiles& files, DocumentSplitter& splitter,
                           const LabelledOptions& options);

}  // namespace alinea
