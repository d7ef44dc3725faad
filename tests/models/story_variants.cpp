#include "models/story_variants.h"

#include <fmt/format.h>

#include <sstream>

#include "text/line_reader.h"

namespace alinea {

namespace {

ReaderOptions tiny_story_options(const std::string& encoder_name) {
  ReaderOptions options;
  options.stories = true;
  options.sentence_positions = 4;
  EncoderFields& encoder = options.encoder;
  encoder.encoder = encoder_name;
  encoder.embedding_size = 6;
  encoder.hidden_size = 5;
  encoder.window = 1;
  encoder.dropout = 0;
  encoder.convolution.channels = "7";
  encoder.transformer.heads = 3;
  encoder.transformer.feed_forward_size = 7;
  encoder.transformer.max_positions = 9;
  encoder.transformer.embedding_dropout = 0;
  return options;
}

}  // namespace

std::vector<StoryVariant> all_story_networks() {
  std::vector<StoryVariant> variants;
  for (const std::string& encoder : encoder_names())
    variants.push_back({encoder, tiny_story_options(encoder)});
  ReaderOptions options = tiny_story_options("recurrent");
  options.encoder.cell = "lstm";
  options.encoder.layers = 2;
  options.encoder.bidirectional = false;
  options.encoder.intra_attention = true;
  variants.push_back({"recurrent lstm layers=2 forward intra", options});
  options = tiny_story_options("transformer");
  options.encoder.layers = 2;
  options.encoder.transformer.norm = "pre";
  options.encoder.transformer.positions = "relative";
  options.encoder.transformer.relative_window = 2;
  variants.push_back({"transformer layers=2 pre relative", options});
  options = tiny_story_options("transformer");
  options.encoder.layers = 3;
  options.encoder.transformer.universal = true;
  variants.push_back({"transformer universal", options});
  options.encoder.transformer.halting = true;
  options.encoder.transformer.ponder_cost = 0.3;
  variants.push_back({"transformer universal halting", options});
  return variants;
}

Vocabulary tiny_story_words() {
  return Vocabulary({"<unk>", "<s>", "</s>", "mary", "john", "went", "to", "the", "hall", "garden",
                     ".", "where", "is", "?", "stop"});
}

Labels tiny_story_answers() { return Labels({"garden", "hall", "n,s", "nobody"}); }

std::unique_ptr<StoryNetwork> random_story_network(const ReaderOptions& options, uint64_t seed) {
  auto model = std::make_unique<StoryNetwork>(
      options, StoryNetwork::Sizes{tiny_story_words().size(), tiny_story_answers().size()},
      ParameterStore::Gradients::kKept);
  Random random(seed);
  for (const Parameter& parameter : model->parameters().parameters()) {
    const std::string& name = parameter.name();
    const float limit = name.find("embedding") != std::string::npos ? 1.4F : 0.9F;
    const float middle = name.ends_with(".norm.gain") || name.ends_with("mask.weight") ? 1 : 0;
    for (float& value : parameter.value())
      value = middle + limit * (2.0F * random.uniform() - 1.0F);
  }
  model->parameters().changed();
  return model;
}

std::string tiny_stories() {
  return "1 Mary went to the hall.\n"
         "2 John went to the garden.\n"
         "3 Where is Mary?\thall\t1\n"
         "4 Stop\n"
         "5 The yak went to the garden.\n"
         "6 Where is John?\tgarden\t2 1\n"
         "1 Where is the yak?\tnobody\n"
         "2 Stop.\n"
         "3 Is\tn,s\t2\n";
}

StoryCorpus stories_of(const std::string& text, const StoryForm& form) {
  std::istringstream stream(text);
  LineReader lines(stream, "stories");
  StoryReader reader(form);
  for (std::string line; lines.next(line);) reader.add(line);
  reader.corpus().number(tiny_story_words(), tiny_story_answers());
  return std::move(reader.corpus());
}

}  // namespace alinea
