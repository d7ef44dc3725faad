#include "text/labelled_documents.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <string>
#include <utility>

#include "support/error.h"
#include "support/shuffle.h"
#include "text/line_reader.h"
#include "text/unicode.h"

namespace alinea {

namespace {

// Keeps the choice of validation documents apart from the orders of the epochs.
constexpr uint64_t kChoiceStream = 0x76616c6964;

// Numbers texts in the order in which they come.
class Numbering {
 public:
  int32_t number(std::string_view text) {
    const auto found = numbers_.find(text);
    if (found != numbers_.end()) return found->second;
    const auto number = static_cast<int32_t>(numbers_.size());
    numbers_.emplace(text, number);
    return number;
  }

  std::vector<std::string> texts() const {
    std::vector<std::string> texts(numbers_.size());
    for (const auto& [text, number] : numbers_) texts[number] = text;
    return texts;
  }

 private:
  TextMap<int32_t> numbers_;
};

template <typename IdOf>
void add_words(DocumentCorpus& corpus, const Document& document, const IdOf& id_of) {
  std::vector<int32_t> ids;
  for (const std::vector<std::string>& sentence : document) {
    ids.clear();
    for (const std::string& word : sentence) ids.push_back(id_of(word));
    corpus.add_sentence(ids);
  }
}

// A corpus whose words and labels are numbered as they came.
struct Numbered {
  DocumentCorpus documents;
  std::vector<std::string> words, labels;
};

// A text that may have several sentences, as one.
std::vector<std::string> as_one_sentence(Document document) {
  std::vector<std::string> words;
  for (std::vector<std::string>& sentence : document)
    std::ranges::move(sentence, std::back_inserter(words));
  return words;
}

Numbered read_numbered(const std::filesystem::path& path, DocumentSplitter& splitter,
                       const DocumentForm& form) {
  LineReader reader(path);
  Numbering words, labels;
  Numbered numbered;
  for (std::string text; reader.next(text);) {
    at_line(reader, [&] {
      const LabelledLine line = split_label(text);
      add_words(numbered.documents, read_document(line.document, splitter, form),
                [&](const std::string& word) { return words.number(word); });
      numbered.documents.add_document(labels.number(line.label));
    });
  }
  if (numbered.documents.size() == 0) throw Error("no documents: '{}' has no lines", path.string());
  numbered.words = words.texts();
  numbered.labels = labels.texts();
  return numbered;
}

DocumentCorpus read_known(const std::filesystem::path& path, DocumentSplitter& splitter,
                          const DocumentForm& form, const LabelledData& training) {
  LineReader reader(path);
  DocumentCorpus corpus;
  for (std::string text; reader.next(text);) {
    at_line(reader, [&] {
      const LabelledLine line = split_label(text);
      const int32_t label = known_label(line, training.labels, reader.line_number());
      add_document(corpus, read_document(line.document, splitter, form), training.vocabulary,
                   label);
    });
  }
  if (corpus.size() == 0) throw Error("no documents: '{}' has no lines", path.string());
  return corpus;
}

struct Choice {
  std::vector<int64_t> training, validation;
};

Choice choose(const DocumentCorpus& documents, size_t classes, const LabelledOptions& options) {
  std::vector<int64_t> order(static_cast<size_t>(documents.size()));
  std::iota(order.begin(), order.end(), 0);
  std::mt19937_64 random = generator(options.seed, kChoiceStream);
  shuffle(order, random);
  std::vector<double> wanted(classes);
  for (const int64_t i : order) wanted[documents.label(i)] += options.valid_share;
  for (double& count : wanted) count = std::floor(count + 1e-6);  // a sum that fell short
  Choice choice;
  for (const int64_t i : order)
    (wanted[documents.label(i)]-- >= 1 ? choice.validation : choice.training).push_back(i);
  std::ranges::sort(choice.training);
  std::ranges::sort(choice.validation);
  return choice;
}

Vocabulary count_vocabulary(const Numbered& numbered, std::span<const int64_t> documents,
                            const LabelledOptions& options) {
  std::vector<int64_t> counts(numbered.words.size());
  for (const int64_t document : documents)
    for (const int32_t word : numbered.documents.words(document)) ++counts[word];
  VocabularyCounter counter;
  for (size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0) counter.add(numbered.words[i], counts[i]);
  return counter.build(options.min_frequency, options.vocabulary_size);
}

// Labels are numbered as they come, so that the first line has label 0.
std::string doubtful_label(const Numbered& numbered) {
  std::vector<int64_t> counts(numbered.labels.size());
  for (int64_t d = 0; d < numbered.documents.size(); ++d) ++counts[numbered.documents.label(d)];
  const bool is_alone = counts[0] == 1 && std::ranges::count(counts, 1) == 1;
  return is_alone ? numbered.labels[0] : std::string();
}

Labels sorted_labels(std::vector<std::string> names) {
  std::ranges::sort(names);
  return Labels(std::move(names));
}

// Errors that do not know which file they are about get its name.
template <typename Make>
auto about(const std::filesystem::path& path, const Make& make) {
  try {
    return make();
  } catch (const Error& error) {
    throw Error("'{}': {}", path.string(), error.what());
  }
}

// From the numbers of a corpus to those of the model.
struct Renumbering {
  std::vector<int32_t> words, labels;
};

DocumentCorpus renumbered(const DocumentCorpus& from, std::span<const int64_t> documents,
                          const Renumbering& to) {
  DocumentCorpus corpus;
  std::vector<int32_t> ids;
  for (const int64_t document : documents) {
    for (int64_t s = 0; s < from.sentences(document); ++s) {
      ids.clear();
      for (const int32_t word : from.words(document, s)) ids.push_back(to.words[word]);
      corpus.add_sentence(ids);
    }
    corpus.add_document(to.labels[from.label(document)]);
  }
  return corpus;
}

}  // namespace

LabelledLine split_label(std::string_view line) {
  const size_t tab = line.find('\t');
  const std::string_view label = trimmed(line.substr(0, tab));
  if (tab == std::string_view::npos || label.empty())
    throw Error("expected a label, a tab and a document, got {}",
                tab == std::string_view::npos ? "no tab" : "no label before the tab");
  return {label, line.substr(tab + 1)};
}

int32_t known_label(const LabelledLine& line, const Labels& labels, int64_t number) {
  const int32_t label = labels.id(line.label);
  if (label == kNoLabel)
    throw Error("the label '{}' is not one of the {} with which the model was trained{}",
                line.label, labels.size(),
                number == 1 ? "; if the line is a header, remove it" : "");
  return label;
}

Document read_document(std::string_view text, DocumentSplitter& splitter,
                       const DocumentForm& form) {
  if (!form.pairs) return splitter.split(text);
  const size_t first = text.find('\t');
  const size_t second = first == std::string_view::npos ? first : text.find('\t', first + 1);
  if (first == std::string_view::npos)
    throw Error("expected a premise, a tab and a hypothesis, got no tab between two texts");
  if (second != std::string_view::npos && !form.ignore_extra_columns)
    throw Error(
        "expected nothing after the hypothesis, got another tab: leave it out, or see "
        "ignore-extra-columns");
  return {as_one_sentence(splitter.split(text.substr(0, first))),
          as_one_sentence(splitter.split(text.substr(
              first + 1, second == std::string_view::npos ? second : second - first - 1)))};
}

void add_document(DocumentCorpus& corpus, const Document& document, const Vocabulary& vocabulary,
                  int32_t label) {
  add_words(corpus, document, [&](const std::string& word) { return vocabulary.id(word); });
  corpus.add_document(label);
}

LabelledData read_labelled(const LabelledFiles& files, DocumentSplitter& splitter,
                           const LabelledOptions& options) {
  const Numbered all = read_numbered(files.training, splitter, options.form);
  LabelledOptions choice_options = options;
  if (!files.validation.empty()) choice_options.valid_share = 0;
  const Choice choice = choose(all.documents, all.labels.size(), choice_options);
  LabelledData data{about(files.training, [&] { return sorted_labels(all.labels); }),
                    about(files.training,
                          [&] {
                            return options.vocabulary
                                       ? *options.vocabulary
                                       : count_vocabulary(all, choice.training, options);
                          }),
                    {},
                    {},
                    doubtful_label(all)};
  Renumbering to;
  for (const std::string& word : all.words) to.words.push_back(data.vocabulary.id(word));
  for (const std::string& label : all.labels) to.labels.push_back(data.labels.id(label));
  data.training = renumbered(all.documents, choice.training, to);
  data.validation = files.validation.empty()
                        ? renumbered(all.documents, choice.validation, to)
                        : read_known(files.validation, splitter, options.form, data);
  if (data.validation.size() == 0)
    throw Error(
        "no class of '{}' has enough documents to use a share of {} for validation: raise "
        "valid-share, or give valid",
        files.training.string(), options.valid_share);
  return data;
}

}  // namespace alinea
