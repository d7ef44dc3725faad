#include "models/reader_variants.h"

#include <fmt/format.h>

#include <sstream>

#include "layers/recurrent.h"
#include "text/line_reader.h"

namespace alinea {

namespace {

ReaderOptions tiny_reader(const std::string& reader) {
  ReaderOptions options;
  options.reader = reader;
  EncoderFields& encoder = options.encoder;
  encoder.embedding_size = 6;
  encoder.hidden_size = 5;
  encoder.window = 1;
  encoder.dropout = 0;
  encoder.transformer.heads = 3;
  encoder.transformer.feed_forward_size = 7;
  encoder.transformer.activation = "gelu";
  encoder.transformer.positions = "relative";
  encoder.transformer.relative_window = 3;
  encoder.transformer.embedding_dropout = 0;
  return options;
}

}  // namespace

std::vector<ReaderVariant> all_readers() {
  std::vector<ReaderVariant> variants;
  const auto add = [&](const ReaderOptions& o, const std::string& more = "") {
    variants.push_back(
        {fmt::format("{} {} {}{}", o.encoder.encoder, o.encoder.cell, o.reader, more), o});
  };
  for (const std::string& reader : reader_names()) {
    ReaderOptions options = tiny_reader(reader);
    for (const std::string& cell : cell_names()) {
      options.encoder.cell = cell;
      add(options);
    }
    options.encoder.layers = 2;
    options.encoder.bidirectional = false;
    add(options, " layers=2 forward");
    for (const char* encoder : {"window", "transformer"}) {
      options = tiny_reader(reader);
      options.encoder.encoder = encoder;
      add(options);
    }
  }
  ReaderOptions halting = tiny_reader("attention-over-attention");
  halting.encoder.encoder = "transformer";
  halting.encoder.layers = 3;
  halting.encoder.transformer.universal = halting.encoder.transformer.halting = true;
  halting.encoder.transformer.ponder_cost = 0.3;
  add(halting, " halting");
  return variants;
}

Vocabulary tiny_reading_words() {
  return Vocabulary({"<unk>", "<s>", "</s>", "the", "cat", "dog", "saw", "and", "ran", "a", "b",
                     "met", "is", "it", ".", "@entity0", "@entity1"});
}

std::unique_ptr<Reader> random_reader(const ReaderOptions& options, uint64_t seed) {
  auto model = std::make_unique<Reader>(options, tiny_reading_words().size(),
                                        ParameterStore::Gradients::kKept);
  Random random(seed);
  for (const Parameter& parameter : model->parameters().parameters()) {
    const std::string& name = parameter.name();
    const float limit = name.find("embedding") != std::string::npos ? 1.4F : 0.9F;
    const float middle = name.ends_with(".norm.gain") ? 1 : 0;
    for (float& value : parameter.value())
      value = middle + limit * (2.0F * random.uniform() - 1.0F);
  }
  model->parameters().changed();
  return model;
}

std::vector<std::string> tiny_question_lines() {
  return {"the cat saw the dog and the cat ran\tthe XXXXX ran\tcat\tcat|dog", "dog\tXXXXX\tdog",
          "a b a b a b a b a b a b a b a b a b a b saw\tXXXXX b or not\ta\ta|b",
          "zebra met the yak\tXXXXX met who ?\tzebra\tyak|zebra|<unk>",
          "it is\t. is it XXXXX .\tis"};
}

ReadingCorpus questions_of(const std::vector<std::string>& lines, const ReadingForm& form) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  std::istringstream stream(text);
  LineReader lines_of_text(stream, "questions");
  ReadingReader reader(form, std::nullopt);
  for (std::string line; lines_of_text.next(line);) reader.add(line, lines_of_text.line_number());
  reader.corpus().number(tiny_reading_words());
  return std::move(reader.corpus());
}

ReadingCorpus tiny_questions() { return questions_of(tiny_question_lines()); }

}  // namespace alinea
