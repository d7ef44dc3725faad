#include "commands/classify_pictures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <numeric>
#include <optional>

#include "metrics/classification.h"
#include "models/picture_model.h"
#include "reports/glimpse_paths.h"
#include "signals/feature_reader.h"
#include "support/counted.h"
#include "support/error.h"
#include "support/standard_output.h"
#include "support/unanswered.h"
#include "text/inputs_together.h"
#include "text/labelled_documents.h"

namespace alinea {

namespace {

class PictureClassifier {
 public:
  explicit PictureClassifier(const ClassifyPicturesOptions& options)
      : options_(options),
        model_(load<PictureModel>(ModelFolder(options.model))),
        reader_(model_.features, options.where),
        confusion_(model_.labels.size()),
        pictures_(model_.network->sizes().picture) {
    options_.classification.keep_paths = !options.attention.empty() || !options.page.empty();
    if (!options.attention.empty()) table_.emplace(options.attention);
    if (!options.page.empty()) page_.emplace(options.page);
  }

  void run(LineReader& input, int64_t together) {
    answer_lines(
        input,
        [&](const std::string& text, std::string fault) { read(text, std::move(fault), input); },
        [&] { return std::ssize(lines_) >= together; }, [&] { classify_read(); });
    if (confusion_.examples() > 0)
      std::cerr << fmt::format("{}  accuracy {:.4f}  macro F1 {:.4f}\n{}\n",
                               counted(confusion_.examples(), "picture"), confusion_.accuracy(),
                               confusion_.macro_f1(), confusion_.to_string(model_.labels.names()));
    if (table_) table_->finish();
    if (page_) page_->finish();
    unanswered_.finish();
  }

 private:
  struct Line {
    std::string entry, fault;
  };

  void read(const std::string& text, std::string fault, const LineReader& input) {
    Line line{text, std::move(fault)};
    try {
      if (line.fault.empty()) read(line, input);
    } catch (const Error& error) {
      line.fault = error.what();
    }
    lines_.push_back(std::move(line));
  }

  void read(Line& line, const LineReader& input) {
    int32_t label = kNoLabel;
    if (options_.labelled) {
      const std::string text = line.entry;
      const LabelledLine labelled = split_label(text);
      label = known_label(labelled, model_.labels, input.line_number());
      line.entry = labelled.document;
    }
    pictures_.add(reader_.read(line.entry).values, label);
  }

  void classify_read() {
    std::vector<int64_t> all(static_cast<size_t>(pictures_.size()));
    std::iota(all.begin(), all.end(), 0);
    const std::vector<PictureClassification> results =
        classify(*model_.network, pictures_, all, options_.classification);
    int64_t next = 0;
    for (Line& line : lines_) {
      ++answered_;
      const int64_t i = line.fault.empty() ? next++ : 0;
      if (line.fault.empty() && std::isnan(results[i].log_probabilities[0])) line.fault = kOverflow;
      if (!line.fault.empty()) {
        refuse(line);
        continue;
      }
      print(results[i]);
      if (options_.labelled) confusion_.add(pictures_.label(i), results[i].label);
      if (options_.classification.keep_paths) show(line.entry, i, results[i]);
    }
    lines_.clear();
    pictures_ = PictureSet(pictures_.shape());
    flush_standard_output();
  }

  void refuse(const Line& line) {
    unanswered_.add(answered_, line.fault);
    std::cout << '\n';
    GlimpsedPicture nothing;
    nothing.name = line.entry;
    nothing.label = "not classified";
    show(nothing);
  }

  void print(const PictureClassification& result) const {
    std::string line = model_.labels.name(result.label);
    for (int64_t c = 0; c < model_.labels.size(); ++c)
      line += fmt::format("\t{}={:.4f}", model_.labels.name(c),
                          std::exp(result.log_probabilities[static_cast<size_t>(c)]));
    std::cout << line << '\n';
  }

  void show(const std::string& name, int64_t i, const PictureClassification& result) {
    const PictureSize& size = pictures_.shape();
    GlimpsedPicture picture{name,
                            model_.labels.name(result.label),
                            std::exp(result.log_probabilities[static_cast<size_t>(result.label)]),
                            size.height,
                            size.width,
                            size.channels,
                            pictures_.pixels(i)};
    for (const PictureClassification::Path& path : result.paths) {
      GlimpsedPicture::Path& shown = picture.paths.emplace_back();
      shown.probability = path.probability;
      for (const Place& place : path.places) {
        std::vector<GlimpsePatch>& patches = shown.glimpses.emplace_back();
        for (int64_t scale = 0; scale < model_.network->options().scales; ++scale) {
          const Retina::Patch patch = model_.network->retina().patch(size, inside(place), scale);
          patches.push_back({patch.top, patch.left, patch.side});
        }
      }
    }
    show(picture);
  }

  void show(const GlimpsedPicture& picture) {
    if (table_) table_->write(picture);
    if (page_) page_->write(picture);
  }

  ClassifyPicturesOptions options_;
  PictureModel model_;
  FeatureReader reader_;
  Confusion confusion_;
  std::optional<GlimpseCsvFile> table_;
  std::optional<GlimpsePageFile> page_;
  Unanswered unanswered_{"class"};
  PictureSet pictures_;      // read and not yet classified
  std::vector<Line> lines_;  // read and not yet answered
  int64_t answered_ = 0;
};

}  // namespace

void classify_pictures(const ClassifyPicturesOptions& options) {
  LineReader input(options.input);
  // They are not sorted: more than a batch of them together would only take memory.
  const int64_t batch = options.classification.batch_size;
  PictureClassifier(options).run(input, std::min(inputs_together(options.input, batch), batch));
}

}  // namespace alinea
