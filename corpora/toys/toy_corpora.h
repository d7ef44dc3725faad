// Small corpora that are drawn with a fixed seed, one for each kind of task that needs one: what is
// to be learned is known, and a model learns it in seconds or a few minutes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace alinea {

using Random = std::mt19937_64;

struct ToyCorpus {
  std::string_view name;
  size_t train_size, held_out_size;     // lines of train.tsv, and of valid.tsv and test.tsv each
  std::string (*draw)(Random& random);  // one line
};

std::span<const ToyCorpus> toy_corpora();

struct ToySplits {
  std::vector<std::string> train, valid, test;
};

// No line is drawn twice.
ToySplits draw_toys(const ToyCorpus& corpus);

// Writes a folder for each corpus with train.tsv, valid.tsv and test.tsv. Throws Error where that
// fails.
void write_toy_corpora(const std::filesystem::path& folder);

// The lines, by the corpora's names; corpora/README.md says what the columns are.
std::string draw_order(Random& random);     // words, tags, class
std::string draw_pronoun(Random& random);   // words, tags
std::string draw_pair(Random& random);      // label, premise, hypothesis
std::string draw_question(Random& random);  // document, query, answer, candidates
std::string draw_note(Random& random);      // text, headline

}  // namespace alinea
