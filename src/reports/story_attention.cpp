#include "reports/story_attention.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "reports/csv.h"

namespace alinea {

void StoryAttentionFile::write_header(bool has_steps) {
  file_.stream() << "question,layer,head,line,sentence,weight" << (has_steps ? ",steps" : "")
                 << kCsvEndOfLine;
  has_header_ = true;
}

void StoryAttentionFile::write(int64_t question, const StoryLook& look) {
  const bool has_steps = !look.steps.empty();
  if (!has_header_) write_header(has_steps);
  const KeptAttention& attention = look.attention;
  const int64_t heads_of_layer = attention.heads / attention.layers;
  const size_t count = look.sentences.size();
  for (int64_t head = 0; head < attention.heads; ++head)
    for (size_t i = 0; i < count; ++i) {
      const StoryLook::Sentence& sentence = look.sentences[i];
      fmt::print(file_.stream(), "{},{},{},{},{},{}", question, head / heads_of_layer,
                 head % heads_of_layer, sentence.line, csv_field(sentence.text),
                 attention.alpha[static_cast<size_t>(head) * count + i]);
      if (has_steps) fmt::print(file_.stream(), ",{}", look.steps[i]);
      file_.stream() << kCsvEndOfLine;
    }
}

void StoryAttentionFile::finish() {
  if (!has_header_) write_header(/*has_steps=*/false);
  file_.commit();
}

}  // namespace alinea
