#include "models/tagger_variants.h"

#include <fmt/format.h>

#include "encoders/encoder.h"
#include "models/sequence_pooling.h"

namespace alinea {

namespace {

TaggerOptions tiny_options(const std::string& encoder) {
  TaggerOptions options;
  options.encoder.encoder = encoder;
  options.encoder.cell = encoder == "recurrent" ? "lstm" : "gru";
  options.encoder.embedding_size = 6;
  options.encoder.hidden_size = 5;
  options.encoder.window = 1;
  options.encoder.dropout = 0;
  options.encoder.transformer.heads = 3;
  options.encoder.transformer.feed_forward_size = 7;
  options.encoder.transformer.activation = "gelu";  // without a kink
  options.encoder.transformer.embedding_dropout = 0;
  options.encoder.transformer.max_positions = 9;
  options.encoder.convolution.channels = "5";
  options.character_embedding_size = 3;
  options.character_hidden_size = 2;
  options.attention_size = 4;
  return options;
}

}  // namespace

std::vector<TaggerVariant> all_taggers() {
  std::vector<TaggerVariant> variants;
  size_t turn = 0;
  for (const std::string& encoder : encoder_names())
    for (const bool crf : {false, true})
      for (const bool letters : {false, true})
        for (const char* of_class : {"none", "class", "gate"}) {
          TaggerOptions options = tiny_options(encoder);
          options.crf = crf;
          options.character_features = letters;
          options.joint_class = std::string(of_class) != "none";
          options.slot_gate = std::string(of_class) == "gate";
          options.pooling = pooling_names()[turn % 2];  // the maximum has kinks
          options.encoder.layers = 1 + static_cast<int64_t>(turn++ % 3 == 2);
          variants.push_back({fmt::format("{} {}{} {} {} layers={}", encoder,
                                          crf ? "crf" : "softmax", letters ? " letters" : "",
                                          of_class, options.pooling, options.encoder.layers),
                              options});
        }
  for (const int64_t window : {0, 3}) {
    TaggerOptions options = tiny_options("window");
    options.encoder.window = window;
    variants.push_back({fmt::format("window={}", window), options});
  }
  TaggerOptions intra = tiny_options("recurrent");
  intra.encoder.intra_attention = intra.character_features = true;
  intra.encoder.layers = 2;
  variants.push_back({"intra-attention letters layers=2", intra});
  TaggerOptions halting = tiny_options("transformer");
  halting.encoder.layers = 3;
  halting.encoder.transformer.universal = halting.encoder.transformer.halting = true;
  halting.encoder.transformer.halting_threshold = 0.9;
  halting.encoder.transformer.ponder_cost = 0.2;
  variants.push_back({"halting", halting});
  return variants;
}

WordReader tiny_words(bool letters) {
  std::vector<std::string> words = {"<unk>", "<s>", "</s>", "ab", "b", "cab", "dd", "öa"};
  std::optional<Vocabulary> known;
  if (letters)
    known.emplace(std::vector<std::string>{"<unk>", "<s>", "</s>", "a", "b", "c", "d", "ö"});
  return {{}, Vocabulary(std::move(words)), std::move(known)};
}

TaggedCorpus tiny_tagged(bool letters) {
  const WordReader reader = tiny_words(letters);
  const std::vector<std::vector<std::string>> sentences = {
      {"ab", "b", "cab", "xy"}, {"dd"}, {}, {"öa", "ab", "ab", "cab", "b", "dd"}, {"b", "ab"}};
  TaggedCorpus corpus;
  int32_t next = 0;
  for (const std::vector<std::string>& words : sentences) {
    TaggedCorpus::Entry entry;
    for (size_t t = 0; t < words.size(); ++t)
      entry.tags.push_back((3 * next++ + 1) % static_cast<int32_t>(kTinyTags));
    entry.label = static_cast<int32_t>(corpus.size()) % static_cast<int32_t>(kTinySentenceClasses);
    corpus.add(reader, words, entry);
  }
  return corpus;
}

Tagger::Sizes tiny_tagger_sizes(const TaggerOptions& options) {
  const WordReader reader = tiny_words(options.character_features);
  return {.vocabulary = reader.words().size(),
          .tags = kTinyTags,
          .classes = options.joint_class ? kTinySentenceClasses : 0,
          .letters = options.character_features ? reader.letters()->size() : 0};
}

std::unique_ptr<Tagger> random_tagger(const TaggerOptions& options, uint64_t seed) {
  auto model = std::make_unique<Tagger>(options, tiny_tagger_sizes(options),
                                        ParameterStore::Gradients::kKept);
  Random random(seed);
  for (const Parameter& parameter : model->parameters().parameters()) {
    const std::string& name = parameter.name();
    const bool is_large = name.find("output") != std::string::npos || name.starts_with("crf") ||
                          name.starts_with("gate") || name.starts_with("class");
    const float limit = is_large ? 1.2F : 0.6F;
    const float middle = name.ends_with(".norm.gain") ? 1 : 0;
    for (float& value : parameter.value())
      value = middle + limit * (2.0F * random.uniform() - 1.0F);
  }
  model->parameters().changed();
  return model;
}

}  // namespace alinea
