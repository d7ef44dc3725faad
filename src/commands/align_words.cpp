#include "commands/align_words.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <filesystem>
#include <iostream>

#include "aligner/word_aligner.h"
#include "options/limits.h"
#include "options/options.h"
#include "options/threads.h"
#include "storage/atomic_file.h"
#include "support/counted.h"
#include "support/unanswered.h"

namespace alinea {

namespace {

struct AlignWordsOptions {
  ParallelFiles files;
  std::filesystem::path output = "-", lexicon;
  double least = 0.01;
  WordPairsOptions reading{.max_length = 500};
  AlignerOptions aligner;
  int64_t threads = 0;
};

void add_options(Options& table, AlignWordsOptions& o) {
  table.group("Data")
      .required("source", o.files.source,
                "text to align, one tokenised sentence per line; without --target each line is "
                "'source TAB target'")
      .add("target", o.files.target, "its translation, line by line")
      .add("lowercase", o.reading.lowercase, "ignore the case of letters")
      .add(
          "max-length", o.reading.max_length,
          "leave pairs with more words on a side without links; time grows with the third power of "
          "their length; 0: align all")
      .range<int64_t>(0, kNoLimit)
      .add("output", o.output, "file of links, one line of i-j pairs per sentence; -: print them")
      .output()
      .add("lexicon", o.lexicon,
           "file of translations, one line 'target source probability' each, as translate "
           "--shortlist reads it")
      .output()
      .add("lexicon-threshold", o.least, "smallest probability in --lexicon")
      .range(0.0, 1.0)
      .needs("lexicon")
      .group("Aligner")
      .add("model1-iterations", o.aligner.model_1_iterations,
           "iterations of IBM model 1, which does not know the order of words")
      .range<int64_t>(0, kMostIterations)
      .add("hmm-iterations", o.aligner.hmm_iterations, "iterations of the hidden Markov models")
      .range<int64_t>(0, kMostIterations)
      .add("agreement", o.aligner.agreement,
           "both directions learn from the links on which they agree")
      .add("null-probability", o.aligner.none, "probability that a word has no counterpart")
      .expect("a number above 0 and below 1",
              [&o] { return o.aligner.none > 0 && o.aligner.none < 1; })
      .add("prior", o.aligner.prior, "Dirichlet prior of each translation of a word")
      .expect("a number above 0", [&o] { return o.aligner.prior > 0; })
      .add("cognate-prior", o.aligner.cognates,
           "added to --prior where two words have most letters in common")
      .expect("a number of at least 0", [&o] { return o.aligner.cognates >= 0; })
      .add("threshold", o.aligner.threshold,
           "mean probability in both directions from which on words are linked")
      .range(0.0, 1.0)
      .group("General")
      .add("threads", o.threads, "threads; 0: one per core")
      .range<int64_t>(0, kMostThreads);
}

void write_links(WordAligner& aligner, int64_t pairs, const std::filesystem::path& path) {
  AtomicFile file(path);
  for (int64_t n = 0; n < pairs; ++n) file.stream() << to_string(aligner.links(n)) << '\n';
  file.commit();
}

void say_what_was_read(const WordPairs& pairs, const LeftOut& left_out,
                       const WordPairsOptions& options) {
  std::cerr << fmt::format("{}, {} source and {} target words\n", counted(pairs.size(), "pair"),
                           pairs.source.words.size(), pairs.target.words.size());
  if (left_out.long_pairs > 0)
    std::cerr << fmt::format(
        "{} with more than {} words on a side, which get no links, see "
        "--max-length\n",
        counted(left_out.long_pairs, "pair"), options.max_length);
}

void write_lexicon(const WordAligner& aligner, const WordPairs& pairs,
                   const AlignWordsOptions& options) {
  AtomicFile file(options.lexicon);
  for (const auto& [source, target, probability] : aligner.lexicon(options.least))
    fmt::print(file.stream(), "{} {} {:.6g}\n", pairs.target.words[static_cast<size_t>(target)],
               pairs.source.words[static_cast<size_t>(source)], probability);
  file.commit();
}

}  // namespace

void align_words_command(std::span<const std::string> arguments) {
  AlignWordsOptions options;
  Options table("align-words", "Aligns the words of a parallel text by a statistical aligner");
  add_options(table, options);
  if (!table.parse(arguments)) return;
  if (options.aligner.model_1_iterations == 0 && options.aligner.hmm_iterations == 0)
    throw UsageError(
        "--model1-iterations and --hmm-iterations are both 0: expected a model that learns, give "
        "one of them at least 1");
  use_threads(options.threads);
  LeftOut left_out;
  const WordPairs pairs = read_word_pairs(options.files, options.reading, left_out);
  say_what_was_read(pairs, left_out, options.reading);
  Unanswered unanswered("links");
  for (const auto& [number, fault] : left_out.faults) unanswered.add(number + 1, fault);
  if (!pairs.has_pairs())
    throw Error("expected a pair with words on both sides in {}, got none{}", options.files.names(),
                left_out.long_pairs > 0 || !left_out.faults.empty() ? " that is not left out" : "");
  WordAligner aligner(
      pairs, options.aligner,
      [](const std::string& model, int64_t iteration, double forward, double backward) {
        std::cerr << fmt::format(
            "{}, iteration {}: {:.3f} nats per target word, {:.3f} per source "
            "word\n",
            model, iteration, forward, backward);
      });
  write_links(aligner, pairs.size(), options.output);
  if (!options.lexicon.empty()) write_lexicon(aligner, pairs, options);
  unanswered.finish();
}

}  // namespace alinea
