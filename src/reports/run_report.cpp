#include "reports/run_report.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <iterator>
#include <ostream>
#include <string>
#include <string_view>

#include "reports/assets/assets.h"
#include "reports/curves.h"
#include "reports/highlight_page.h"
#include "reports/label.h"
#include "reports/numbers.h"
#include "reports/page.h"
#include "storage/atomic_file.h"

namespace alinea {

namespace {

using nlohmann::ordered_json;

constexpr std::string_view kCurvesIntroduction =
    R"(<p>Point at a curve to read its values, drag to zoom in, double-click to zoom out. With the keyboard: the Tab
key selects a curve, and the arrow keys move along it.</p>
)";

constexpr std::string_view kTranslationsIntroduction =
    R"(<p>Point at a word, or touch it, to see its attention weights on the other side: for a word of the
translation its weights, which sum to 1; for a source word the weights that all words of the translation gave to
it. With the keyboard: the Tab key selects a sentence, and the arrow keys move from word to word.</p>
)";

constexpr std::string_view kPairsIntroduction =
    R"(<p>Point at a word, or touch it, to see its attention weights in the other text: for a word of the hypothesis what it
sees in the premise, for a word of the premise what all words of the hypothesis gave to it.</p>
)";

// JSON that is safe inside a script element: without end tags and comments.
std::string script_json(const nlohmann::json& value) {
  const std::string text =
      value.dump(-1, ' ', /*ensure_ascii=*/true, nlohmann::json::error_handler_t::replace);
  std::string safe;
  for (const char c : text) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

// xml_label shows white space of a token as boxes; here an empty text stays empty.
std::string cell(const std::string& text) { return text.empty() ? "" : xml_label(text); }

std::string cell(const ordered_json& value) {
  return cell(value.is_string() ? value.get<std::string>() : value.dump());
}

std::string headline(const ModelSummary& summary) {
  return xml_label(fmt::format("{} in {}", summary.kind, summary.folder.string()));
}

std::string row_values(const TrainingTable& log, size_t row) {
  std::vector<std::string> values;
  for (size_t c = 0; c < log.columns.size(); ++c) {
    const bool is_shown = log.columns[c] == "update" || log.columns[c] == "epoch" ||
                          log.columns[c] == "seconds" || log.columns[c].starts_with("valid_");
    if (is_shown && log.rows[row][c])
      values.push_back(fmt::format("{} {:.4g}", cell(log.columns[c]), *log.rows[row][c]));
  }
  return fmt::format("{}", fmt::join(values, ", "));
}

void write_overview(std::ostream& out, const ModelSummary& summary) {
  out << "<dl>\n";
  const auto say = [&out](std::string_view name, const std::string& value) {
    fmt::print(out, "<dt>{}</dt><dd>{}</dd>\n", name, value);
  };
  say("parameters", grouped(summary.parameter_count()));
  if (!summary.log.rows.empty())
    say("last report", row_values(summary.log, summary.log.rows.size() - 1));
  if (summary.best_validation)
    say("best validation", row_values(summary.log, *summary.best_validation));
  for (const std::string& note : summary.notes) say("note", cell(note));
  out << "</dl>\n";
}

// For those who do not see the curves.
void write_validations(std::ostream& out, const TrainingTable& log) {
  if (!log.column("valid_loss")) return;
  std::vector<size_t> columns;
  for (size_t c = 0; c < log.columns.size(); ++c)
    if (log.columns[c] == "update" || log.columns[c] == "epoch" ||
        log.columns[c].starts_with("valid_"))
      columns.push_back(c);
  out << "<details><summary>Validations as a table</summary>\n<div class=\"wide\"><table>\n<tr>";
  for (const size_t c : columns) fmt::print(out, "<th scope=\"col\">{}</th>", cell(log.columns[c]));
  out << "</tr>\n";
  for (size_t number = 0; number < log.rows.size(); ++number) {
    if (!is_validation(log, number)) continue;
    const TrainingTable::Row& row = log.rows[number];
    out << "<tr>";
    for (const size_t c : columns)
      out << (row[c] ? fmt::format("<td>{:.5g}</td>", *row[c]) : "<td></td>");
    out << "</tr>\n";
  }
  out << "</table></div></details>\n";
}

std::vector<Curves> curves_of(const RunReport& report) {
  std::vector<NamedLog> runs = {{report.summary.folder.string(), report.summary.log}};
  runs.insert(runs.end(), report.others.begin(), report.others.end());
  return make_curves(runs);
}

void write_curves(std::ostream& out, const RunReport& report, const std::vector<Curves>& all) {
  out << "<section id=\"curves\">\n<h2><a href=\"#curves\">Curves</a></h2>\n";
  if (all.empty()) {
    out << "<p>The folder has no log of a training, or an empty one.</p>\n</section>\n";
    return;
  }
  out << kCurvesIntroduction << "<div class=\"charts\">\n";
  nlohmann::json data = nlohmann::json::array();
  for (const Curves& curves : all) {
    fmt::print(
        out,
        "<figure><figcaption>{}{}</figcaption><p class=\"read\"></p><div class=\"chart\" "
        "tabindex=\"0\" role=\"img\" aria-label=\"{}\"></div>{}</figure>\n",
        cell(curves.title), curves.unit.empty() ? "" : fmt::format(" <i>{}</i>", cell(curves.unit)),
        cell(curves.title + " over updates. " + curves.description),
        curves.gaps == 0
            ? ""
            : fmt::format("<p>Left out: {} not finite.</p>",
                          curves.gaps == 1 ? "1 value that is"
                                           : fmt::format("{} values that are", curves.gaps)));
    data.push_back({{"series", curves.series},
                    {"runs", curves.runs},
                    {"logarithmic", curves.logarithmic},
                    {"rows", curves.rows}});
  }
  fmt::print(out, "</div>\n<script type=\"application/json\" id=\"curves-data\">{}</script>\n",
             script_json(data));
  write_validations(out, report.summary.log);
  out << "</section>\n";
}

void write_samples(std::ostream& out, const RunReport& report) {
  if (!report.translations.empty()) {
    out << "<section id=\"translations\">\n<h2><a href=\"#translations\">Translations</a></h2>\n";
    if (!report.translations.front().alignment.weights.empty()) out << kTranslationsIntroduction;
    for (const SampleTranslation& sample : report.translations)
      out << sample_translation_html(sample);
    out << "</section>\n";
  }
  if (!report.pairs.empty()) {
    out << "<section id=\"pairs\">\n<h2><a href=\"#pairs\">Pairs</a></h2>\n" << kPairsIntroduction;
    for (const SampleTranslation& pair : report.pairs)
      out << sample_translation_html(pair,
                                     {.item = "Pair", .source = "premise", .target = "hypothesis"});
    out << "</section>\n";
  }
  if (!report.documents.empty()) {
    out << "<div id=\"documents\">\n" << highlight_introduction();
    for (size_t d = 0; d < report.documents.size(); ++d)
      out << highlighted_document(report.documents[d], static_cast<int64_t>(d));
    out << "</div>\n";
  }
}

void write_options(std::ostream& out, std::string_view title, const ordered_json& options) {
  fmt::print(out, "<div><h3>{}</h3>\n<table>\n", title);
  for (const auto& [name, value] : options.items())
    fmt::print(out, "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", cell(name), cell(value));
  out << "</table></div>\n";
}

void write_tables(std::ostream& out, const ModelSummary& summary) {
  out << "<section id=\"options\">\n<h2><a href=\"#options\">Options</a></h2>\n<div "
         "class=\"tables\">\n";
  write_options(out, "Model", summary.model);
  write_options(out, "Training", summary.training);
  ordered_json parameters = ordered_json::object(), vocabularies = parameters;
  for (const auto& tensor : summary.parameters)
    parameters[tensor.name] =
        fmt::format("{} = {}", fmt::join(tensor.shape, " × "), grouped(tensor.count));
  for (const auto& tokens : summary.vocabularies)
    vocabularies[tokens.name] =
        fmt::format("{}: {}{}", grouped(tokens.size), fmt::join(tokens.first, " "),
                    std::ssize(tokens.first) < tokens.size ? " ..." : "");
  out << "</div>\n</section>\n<section id=\"parameters\">\n"
         "<h2><a href=\"#parameters\">Parameters</a></h2>\n<div class=\"tables\">\n";
  write_options(out, fmt::format("{} in all", grouped(summary.parameter_count())), parameters);
  write_options(out, "Vocabularies", vocabularies);
  out << "</div>\n</section>\n";
}

void write_foot(std::ostream& out, bool has_curves, bool has_translations) {
  if (has_curves) {
    fmt::print(out,
               "<footer><details><summary>The curves are drawn by dygraphs; its "
               "licence</summary>\n<pre>{}</pre></details></footer>\n",
               cell(std::string(assets::dygraphs_licence())));
  }
  out << page_foot({has_curves ? assets::dygraphs_script() : "",
                    has_translations ? assets::attention_drawings_script() : "",
                    has_translations ? assets::attention_script() : "",
                    assets::run_report_script()});
}

}  // namespace

void write_run_report(const std::filesystem::path& file, const RunReport& report) {
  const std::vector<Curves> curves = curves_of(report);
  AtomicFile page(file);
  std::ostream& out = page.stream();
  std::string style(assets::dygraphs_style());
  if (!report.documents.empty()) style += highlight_style();
  style += assets::run_report_style();
  out << page_head(headline(report.summary), style);
  write_overview(out, report.summary);
  write_curves(out, report, curves);
  write_samples(out, report);
  write_tables(out, report.summary);
  write_foot(out, !curves.empty(), !report.translations.empty() || !report.pairs.empty());
  page.commit();
}

}  // namespace alinea
