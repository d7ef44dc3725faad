#include "tasks/training_texts.h"

#include <fmt/format.h>

#include <iostream>

#include "signals/named_files.h"
#include "support/counted.h"
#include "support/error.h"
#include "text/line_reader.h"

namespace alinea {

namespace {

void warn(const std::string& sentence) { std::cerr << sentence << '\n'; }

double percent(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string described(const std::string& names, const CorpusReport& report,
                      const ReadOptions& options, bool has_features) {
  std::string line =
      has_features
          ? fmt::format("{}: {}, {} rows of features and {} target tokens, {:.2f}% unknown", names,
                        counted(report.pairs, "pair"), report.source_tokens, report.target_tokens,
                        percent(report.target_unknown, report.target_tokens))
          : fmt::format(
                "{}: {}, {} source and {} target tokens, {:.2f}% and {:.2f}% of them unknown",
                names, counted(report.pairs, "pair"), report.source_tokens, report.target_tokens,
                percent(report.source_unknown, report.source_tokens),
                percent(report.target_unknown, report.target_tokens));
  if (report.skipped_empty > 0)
    line += fmt::format("; skipped {} with an empty side", report.skipped_empty);
  if (report.skipped_long > 0)
    line += has_features ? fmt::format("; skipped {} with more than {} or {}", report.skipped_long,
                                       counted(options.max_rows, "row"),
                                       counted(options.max_length, "token"))
                         : fmt::format("; skipped {} with more than {}", report.skipped_long,
                                       counted(options.max_length, "token"));
  return line;
}

// "source", "source.2", ...
std::string numbered(const char* name, size_t index) {
  return index == 0 ? name : fmt::format("{}.{}", name, index + 1);
}

}  // namespace

TrainingTexts::TrainingTexts(const DataOptions& o)
    : validation_source_(o.validation_source), validation_targets_(o.validation_targets) {
  const std::vector<double> weights = text_weights(o);
  for (size_t i = 0; i < o.sources.size(); ++i)
    texts_.push_back({{o.sources[i], o.targets[i]}, weights[i]});
  for (size_t i = 0; i < o.corpora.size(); ++i)
    texts_.push_back({{o.corpora[i]}, weights[o.sources.size() + i]});
}

std::map<std::string, std::filesystem::path> TrainingTexts::files() const {
  std::map<std::string, std::filesystem::path> files = {{"valid-source", validation_source_}};
  for (size_t i = 0; i < validation_targets_.size(); ++i)
    files[numbered("valid-target", i)] = validation_targets_[i];
  size_t pairs = 0;
  for (const auto& [name, text] : named_texts()) {
    files[name] = text.source;
    if (!text.is_one_file()) files[numbered("target", pairs++)] = text.target;
  }
  return files;
}

std::vector<std::pair<std::string, ParallelFiles>> TrainingTexts::named_texts() const {
  std::vector<std::pair<std::string, ParallelFiles>> named;
  size_t pairs = 0, corpora = 0;
  for (const Text& text : texts_) {
    const bool is_corpus = text.files.is_one_file();
    named.emplace_back(is_corpus ? numbered("corpus", corpora++) : numbered("source", pairs++),
                       text.files);
  }
  return named;
}

std::map<std::string, Fingerprint> TrainingTexts::named_files(const DataOptions& o) const {
  std::map<std::string, Fingerprint> prints;
  if (!o.has_features) return prints;
  std::vector<std::pair<std::string, ParallelFiles>> lists = named_texts();
  lists.emplace_back("valid-source",
                     ParallelFiles{validation_source_, validation_targets_.front()});
  for (const auto& [name, files] : lists) {
    NamedFiles named(o.feature_files);
    PairReader lines(files);
    for (std::string source, target; lines.next(source, target);) named.add(source);
    prints[name] = named.fingerprint();
  }
  return prints;
}

std::vector<TextFile> TrainingTexts::sides(TextFile::Column column) const {
  std::vector<TextFile> files;
  for (const Text& text : texts_) {
    if (text.files.is_one_file()) {
      files.emplace_back(text.files.source, column);
    } else {
      const bool is_source = column == TextFile::Column::kSource;
      files.emplace_back(is_source ? text.files.source : text.files.target);
    }
  }
  return files;
}

FeatureReader TrainingTexts::make_feature_reader(const DataOptions& o) const {
  FeatureReader features(o.features, o.feature_files);
  MomentCounter counter;
  for (const Text& text : texts_) {
    PairReader lines(text.files);
    for (std::string source, target; lines.next(source, target);) {
      if (is_blank_entry(source)) continue;
      try {
        if (features.options().kind.empty() && !features.adapt(source)) continue;
        if (features.options().normalization != "corpus") return features;
        counter.add(features.read_raw(source).values, features.options().columns);
      } catch (const Error& error) {
        throw Error("{}, line {}: {}", lines.source_name(), lines.line_number(), error.what());
      }
    }
  }
  if (features.options().kind.empty())
    throw Error("no features: no example of {} has a row", texts_.front().files.names());
  features.set_corpus(counter.moments());
  return features;
}

Languages TrainingTexts::make_languages(const DataOptions& o) const {
  if (o.has_features) {
    const Language target = make_language(o, o.target_side, "target");
    return {target, target, /*has_features=*/true};
  }
  if (!o.joint_vocabulary)
    return {make_language(o, o.source_side, "source"), make_language(o, o.target_side, "target")};
  std::vector<TextFile> texts = sides(TextFile::Column::kSource);
  const std::vector<TextFile> targets = sides(TextFile::Column::kTarget);
  texts.insert(texts.end(), targets.begin(), targets.end());
  const Language both = build_language(texts, o.vocabulary, warn);
  return {both, both};
}

Language TrainingTexts::make_language(const DataOptions& o, const SideOptions& side,
                                      std::string_view name) const {
  if (!o.pretrained.empty() && side.vocabulary.empty())
    return Language::load(o.pretrained, name, {o.vocabulary.tokenizer, o.vocabulary.lowercase});
  const auto column = name == "source" ? TextFile::Column::kSource : TextFile::Column::kTarget;
  return build_language(sides(column), vocabulary_options(o, side), warn);
}

TrainingTexts::Corpus TrainingTexts::read(const SourceReader& source, const Language& target,
                                          const ReadOptions& options, Placement placement,
                                          Group& group) {
  Corpus corpus{ParallelCorpus(placement, source.columns), {}};
  const bool has_features = source.columns > 0;
  bool is_weighted = false;
  for (const Text& text : texts_) {
    const int64_t begin = corpus.pairs.size();
    const CorpusReport report = add_pairs(corpus.pairs, text.files, source, target, options, group);
    report_.push_back(described(text.files.names(), report, options, has_features));
    corpus.ranges.push_back({begin, corpus.pairs.size(), text.weight});
    is_weighted |= text.weight != 1;
  }
  corpus.pairs.finish();
  if (!is_weighted) corpus.ranges.clear();
  if (texts_.size() > 1)
    report_.push_back(described("together", corpus.pairs.report(), options, has_features));
  if (is_weighted) {
    const int64_t size = epoch_size(corpus.pairs.size(), {.ranges = corpus.ranges});
    if (size == 0) throw Error("with these --corpus-weights an epoch has no pairs: raise them");
    report_.push_back(fmt::format("an epoch has {} pairs with these --corpus-weights", size));
  }
  return corpus;
}

Languages load_languages(const std::filesystem::path& folder, const DataOptions& o) {
  const TextOptions text{o.vocabulary.tokenizer, o.vocabulary.lowercase};
  return load_languages(folder, text, o.has_features);
}

SourceReader source_reader(FeatureReader& reader) {
  return {
      [&reader](const std::string& line) {
        return is_blank_entry(line) ? SourceContent() : SourceContent{{}, reader.read(line).values};
      },
      reader.options().columns};
}

ParallelCorpus TrainingTexts::read_validation(const SourceReader& source, const Language& target) {
  const ParallelFiles files{validation_source_, validation_targets_.front()};
  const ReadOptions options{.keep_empty = true};
  ParallelCorpus corpus = read_parallel(files, source, target, options);
  report_.push_back(described(files.names(), corpus.report(), options, source.columns > 0));
  return corpus;
}

References TrainingTexts::read_references(const Language& target, int64_t sentences) const {
  References references;
  for (const std::filesystem::path& path : validation_targets_) {
    std::vector<std::string>& lines = references.emplace_back(read_lines(path));
    if (std::ssize(lines) != sentences)
      throw Error("expected as many lines in '{}' as in '{}', {}, got {}", path.string(),
                  validation_source_.string(), sentences, lines.size());
    for (std::string& line : lines) line = target.reference(line);
  }
  return references;
}

}  // namespace alinea
