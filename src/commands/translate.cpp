#include "commands/translate.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <utility>

#include "commands/alignments.h"
#include "commands/limits.h"
#include "commands/options.h"
#include "commands/threads.h"
#include "models/model_folder.h"
#include "ops/packed_product.h"
#include "reports/alignment_writer.h"
#include "search/translator.h"
#include "support/error.h"
#include "text/line_reader.h"

namespace alinea {

namespace {

struct TranslateOptions {
  std::filesystem::path model, alignments;
  std::string alignment_format = "tidy", alignment_unit = "token", precision = "f32";
  bool n_best_list = false;
  int64_t max_length = 1000;
  int64_t threads = 0;
  TranslatorOptions translator;
};

Options& add_options(Options& table, TranslateOptions& o) {
  SearchOptions& search = o.translator.search;
  return table.required("model", o.model, "model folder")
      .add("beam-size", search.beam_size, "hypotheses kept; 1 is greedy search")
      .range<int64_t>(1, 1000)
      .add("batch-size", o.translator.batch_size, "sentences at a time")
      .range<int64_t>(1, kMostSentences)
      .add("length-penalty", search.length_penalty,
           "alpha of GNMT's length normalisation; 0: log-probability alone")
      .range(0.0, kAnyNumber)
      .add("n-best", o.n_best_list,
           "print all hypotheses of the beam, best first, as: id ||| text ||| score")
      .add("max-length-factor", search.max_length_factor,
           "a translation has at most this many times the source's tokens, and 10")
      .range(0.0, 1000.0)
      .add("max-length", o.max_length, "cut longer source lines to this many tokens")
      .range<int64_t>(1, kNoLimit)
      .add("alignments", o.alignments,
           "file for what attention did, for the format matrix a folder")
      .choice("alignment-format", o.alignment_format, alignment_formats(), "form of --alignments")
      .choice("precision", o.precision, ops::precision_names(),
              "arithmetic of the products with the model's weights")
      .choice("alignment-unit", o.alignment_unit, alignment_units(),
              "what its rows and columns are; word: the pieces of a word together")
      .add("threads", o.threads, "threads; 0: every core")
      .range<int64_t>(0, kMostThreads);
}

// A source line on its way.
struct Line {
  std::vector<std::string> tokens;
  std::vector<int32_t> ids;
};

class Translation {
 public:
  explicit Translation(const TranslateOptions& options)
      : options_(options), model_(ModelFolder(options.model).load()) {
    model_.network->parameters().compute_in(ops::precision_from_name(options.precision));
    if (options.n_best_list)
      options_.translator.search.n_best = options.translator.search.beam_size;
    if (options.alignments.empty()) return;
    if (!model_.network->options().has_attention())
      throw Error("the model in {} has no attention to write to --alignments",
                  options.model.string());
    options_.translator.keep_attention = true;
    writer_ = make_alignment_writer(options.alignment_format, options.alignments);
  }

  void run(LineReader& input) {
    // At a terminal every line is answered at once; otherwise some batches are sorted together.
    constexpr int64_t kBatchesTogether = 16;
    const int64_t together =
        isatty(STDIN_FILENO) == 1 ? 1 : kBatchesTogether * options_.translator.batch_size;
    std::vector<Line> lines;
    try {
      for (std::string text; input.next(text);) {
        lines.push_back(read(text, input));
        if (static_cast<int64_t>(lines.size()) < together) continue;
        translate_lines(std::exchange(lines, {}));
      }
    } catch (const Error&) {
      translate_lines(lines);  // the good lines before a bad one
      throw;
    }
    translate_lines(lines);
    // To the reader a failed read looks like the end.
    if (std::ferror(stdin) != 0) throw Error("cannot read the standard input");
    if (writer_) writer_->finish();
  }

 private:
  Line read(const std::string& text, const LineReader& input) const {
    const Language& source = model_.languages.source;
    Line line{source.tokens(text), source.encode(text)};
    const auto longest = static_cast<size_t>(options_.max_length);
    if (line.ids.size() > longest) {
      std::cerr << fmt::format("line {}: cut from {} to {} tokens, see --max-length\n",
                               input.line_number(), line.ids.size(), longest);
      line.ids.resize(longest);
      line.tokens.resize(longest);
    }
    return line;
  }

  void translate_lines(const std::vector<Line>& lines) {
    std::vector<std::vector<int32_t>> sources;
    for (const Line& line : lines)
      if (!line.ids.empty()) sources.push_back(line.ids);
    const std::vector<std::vector<Hypothesis>> translations =
        translate(*model_.network, sources, options_.translator);
    size_t next = 0;
    // An empty line is not translated: its translation is empty, and certain.
    const std::vector<Hypothesis> empty(1);
    for (const Line& line : lines) print(line, line.ids.empty() ? empty : translations[next++]);
    std::cout.flush();
    if (!std::cout) throw Error("cannot write to the standard output");
  }

  void print(const Line& line, std::span<const Hypothesis> hypotheses) {
    for (const Hypothesis& hypothesis : hypotheses) {
      const std::string text = model_.languages.target.decode(hypothesis.tokens);
      if (options_.n_best_list) {
        std::cout << fmt::format("{} ||| {} ||| {:.6f}\n", sentence_, text, hypothesis.score);
      } else {
        std::cout << text << '\n';
      }
      if (writer_) write_alignment(line, hypothesis);
      ++written_;
    }
    ++sentence_;
  }

  void write_alignment(const Line& line, const Hypothesis& hypothesis) {
    std::vector<std::string> target;
    for (int32_t id : hypothesis.tokens)
      target.push_back(model_.languages.target.vocabulary().token(id));
    writer_->write(
        in_units(options_.alignment_unit,
                 make_alignment(written_, line.tokens, std::move(target),
                                {hypothesis.attention, hypothesis.focus, hypothesis.ended}),
                 model_.languages));
  }

  TranslateOptions options_;
  TranslationModel model_;
  std::unique_ptr<AlignmentWriter> writer_;
  int64_t sentence_ = 0;  // lines read
  int64_t written_ = 0;   // lines written
};

}  // namespace

void translate_command(std::span<const std::string> arguments) {
  TranslateOptions options;
  Options table("translate", "Translates standard input to standard output, line for line");
  if (!add_options(table, options).parse(arguments)) return;
  for (const char* name : {"alignment-format", "alignment-unit"})
    if (table.given(name) && options.alignments.empty())
      throw UsageError("--{} needs --alignments: give the file to write", name);
  use_threads(options.threads);
  LineReader input(std::cin, "standard input");
  Translation(options).run(input);
}

}  // namespace alinea
