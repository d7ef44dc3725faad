#include "alinea/tag.h"

#include <utility>

#include "alinea/attention_tensor.h"
#include "alinea/one_line.h"
#include "alinea/with_threads.h"
#include "models/tagger_model.h"
#include "models/tagging.h"
#include "support/unanswered.h"

namespace alinea {

class TextTagger::Model {
 public:
  explicit Model(const std::filesystem::path& folder)
      : model_(load<TaggerModel>(ModelFolder(folder))) {}

  std::vector<TextTags> tag(std::span<const std::vector<std::string>> sentences,
                            const TextTaggerOptions& given) const {
    if (given.batch_size < 1)
      throw UsageError("the batch size must be at least 1, not {}", given.batch_size);
    if (given.keep_attention && !has_attention())
      throw Error("the words of the tagger do not look at each other: there is no attention");
    std::vector<TextTags> answers(sentences.size());
    TaggedCorpus corpus;
    for (size_t s = 0; s < sentences.size(); ++s) {
      answers[s].fault = fault_of(sentences[s]);
      const bool is_read = answers[s].fault.empty();
      corpus.add(model_.reader, is_read ? sentences[s] : std::vector<std::string>(), {});
    }
    const std::vector<Tagging> results = with_threads(given.threads, [&] {
      return alinea::tag(*model_.network, corpus,
                         {.batch_size = given.batch_size, .keep_attention = given.keep_attention});
    });
    for (size_t s = 0; s < results.size(); ++s)
      if (answers[s].fault.empty()) finish(results[s], std::ssize(sentences[s]), answers[s]);
    return answers;
  }

  const Labels& tags() const { return model_.tags; }
  bool has_attention() const { return model_.network->has_attention(); }

 private:
  std::string fault_of(const std::vector<std::string>& words) const {
    for (const std::string& word : words) {
      if (word.empty()) return "expected words, found an empty one";
      if (std::string fault = no_line(word, "a word"); !fault.empty()) return fault;
    }
    const std::optional<int64_t> most = model_.network->most_words();
    if (most && std::ssize(words) > *most)
      return fmt::format("the sentence has {} words, but the model has positions for {}",
                         words.size(), *most);
    return {};
  }

  void finish(const Tagging& result, int64_t words, TextTags& answer) const {
    if (!result.is_number) {
      answer.fault = kOverflow;
      return;
    }
    for (const int32_t id : result.tags) answer.tags.push_back(model_.tags.name(id));
    if (model_.classes) answer.label = model_.classes->name(result.label);
    if (result.attention.empty()) return;
    answer.attention = result.attention.mean(words);
    answer.heads = heads_of(result.attention, words);
  }

  TaggerModel model_;
};

TextTagger::TextTagger(const std::filesystem::path& model_folder)
    : model_(std::make_unique<Model>(model_folder)) {}

TextTagger::TextTagger(TextTagger&&) noexcept = default;
TextTagger& TextTagger::operator=(TextTagger&&) noexcept = default;
TextTagger::~TextTagger() = default;

std::vector<TextTags> TextTagger::tag(std::span<const std::vector<std::string>> sentences,
                                      const TextTaggerOptions& options) const {
  return model_->tag(sentences, options);
}

const std::vector<std::string>& TextTagger::tags() const { return model_->tags().names(); }

bool TextTagger::has_attention() const { return model_->has_attention(); }

}  // namespace alinea
