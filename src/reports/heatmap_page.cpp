// The page that collects the pictures of a run.
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include "metrics/alignment_error.h"
#include "reports/alignment_writer.h"
#include "reports/heatmap.h"
#include "reports/label.h"
#include "reports/page.h"

namespace alinea {

namespace {

constexpr std::string_view kStyle = R"(p { margin: .2em 0; line-height: 1.4; }
p b { display: inline-block; width: 4.5em; font-weight: normal; color: #666; }
div { overflow-x: auto; margin-top: .8em; }
)";

constexpr std::string_view kIntroduction =
    R"(<p>Source words across, target words down; the darker a cell, the larger the weight. Hover over
a cell to read it.</p>
)";

std::string sentence_text(const std::vector<std::string>& tokens) {
  std::vector<std::string> labels;
  labels.reserve(tokens.size());
  for (const std::string& token : tokens) labels.push_back(xml_label(token));
  return fmt::format("{}", fmt::join(labels, " "));
}

// What the links of this sentence come to beside the gold ones.
std::string error_text(const Alignment& alignment, const LinkExtraction& links) {
  if (!alignment.gold) return {};
  const Links found = extract_links(alignment, links);
  return fmt::format("<p><b>links</b>{}</p>\n",
                     alignment_error({&found, 1}, {&*alignment.gold, 1}).to_string());
}

class HeatmapPageWriter : public AlignmentWriter {
 public:
  HeatmapPageWriter(const std::filesystem::path& path, LinkExtraction links)
      : file_(path), links_(std::move(links)) {
    file_.stream() << page_head("Alignments", kStyle) << kIntroduction;
  }

  void write(const Alignment& alignment) override {
    fmt::print(file_.stream(),
               "<section id=\"s{0}\">\n<h2><a href=\"#s{0}\">Sentence {0}</a></h2>\n"
               "<p><b>source</b>{1}</p>\n<p><b>target</b>{2}</p>\n{3}<div>{4}</div>\n</section>\n",
               alignment.sentence, sentence_text(alignment.source), sentence_text(alignment.target),
               error_text(alignment, links_), heatmap_svg(alignment));
  }

  void finish() override {
    file_.stream() << kPageFoot;
    file_.commit();
  }

 private:
  AtomicFile file_;
  LinkExtraction links_;
};

}  // namespace

std::unique_ptr<AlignmentWriter> make_heatmap_page_writer(const std::filesystem::path& file,
                                                          const LinkExtraction& links) {
  return std::make_unique<HeatmapPageWriter>(file, links);
}

}  // namespace alinea
