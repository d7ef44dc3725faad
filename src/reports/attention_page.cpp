// The page on which words look at words: lines as dark as the weights, by layer and head.
#include <fmt/format.h>

#include "reports/alignment_writer.h"
#include "reports/assets/assets.h"
#include "reports/label.h"
#include "reports/page.h"

namespace alinea {

namespace {

constexpr std::string_view kAttentionIntroduction =
    R"(<p>Words on the left look at words on the right; the darker a line, the larger the weight. Hover over a word
on the left to see its weights alone, and choose a layer or a head.</p>
)";

std::string word_list(const char* name, const std::vector<std::string>& words) {
  std::string html = fmt::format("<ol class=\"{}\">", name);
  for (const std::string& word : words)
    html += fmt::format("<li{}>{}</li>", name == std::string_view("from") ? " tabindex=\"0\"" : "",
                        xml_label(word));
  return html + "</ol>";
}

// What chooses one of several layers or heads.
std::string selection(const char* name, size_t count) {
  std::string html =
      fmt::format("<label>{0} <select class=\"{0}\"><option value=\"\">mean</option>", name);
  for (size_t i = 0; i < count; ++i) html += fmt::format("<option value=\"{0}\">{0}</option>", i);
  return html + "</select></label>\n";
}

// Heads of rows of weights, with four digits.
std::string heads_json(const Alignment& alignment) {
  const size_t width = alignment.source.size();
  const std::vector<std::vector<float>> single = {alignment.weights};
  std::string json;
  for (const std::vector<float>& head : alignment.heads.empty() ? single : alignment.heads) {
    json += json.empty() ? "[" : ",[";
    for (size_t i = 0; i < head.size(); ++i) {
      json += i % width == 0 ? (i == 0 ? "[" : "],[") : ",";
      json += fmt::format("{:.4g}", head[i]);
    }
    json += head.empty() ? "]" : "]]";
  }
  return fmt::format("{{\"layers\":{},\"heads\":[{}]}}", alignment.layers, json);
}

class AttentionPageWriter : public AlignmentWriter {
 public:
  explicit AttentionPageWriter(const std::filesystem::path& path) : file_(path) {
    file_.stream() << page_head("Attention", std::string(assets::attention_page_style()))
                   << kAttentionIntroduction;
  }

  void write(const Alignment& alignment) override {
    const size_t heads = std::max<size_t>(alignment.heads.size(), 1);
    file_.stream() << fmt::format(
        "<section id=\"s{0}\">\n<h2><a href=\"#s{0}\">Sentence {0}</a></h2>\n", alignment.sentence);
    if (alignment.target.empty()) {
      file_.stream() << "<p><i>no weights</i></p>\n</section>\n";
      return;
    }
    file_.stream() << "<div class=\"tools\">" << selection("layer", alignment.layers)
                   << selection("head", heads / alignment.layers) << "</div>\n"
                   << "<div class=\"words\">" << word_list("from", alignment.target)
                   << "<svg></svg>" << word_list("to", alignment.source) << "</div>\n"
                   << "<script type=\"application/json\">" << heads_json(alignment)
                   << "</script>\n</section>\n";
  }

  void finish() override {
    file_.stream() << "<script>" << assets::attention_page_script() << "</script>\n" << kPageFoot;
    file_.commit();
  }

 private:
  AtomicFile file_;
};

}  // namespace

std::unique_ptr<AlignmentWriter> make_attention_page_writer(const std::filesystem::path& file) {
  return std::make_unique<AttentionPageWriter>(file);
}

}  // namespace alinea
