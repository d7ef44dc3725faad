#include "metrics/rouge.h"

#include <fmt/format.h>
#include <libstemmer.h>
#include <unicode/uchar.h>
#include <utf8.h>

#include <algorithm>
#include <memory>
#include <new>

#include "metrics/ngrams.h"
#include "support/utf8.h"

namespace alinea {

namespace {

using Words = std::vector<std::string>;

// Words of so many letters and fewer are their own stems.
constexpr size_t kShortWord = 3;

class Stemmer {
 public:
  explicit Stemmer(Stems stems) : stemmer_(nullptr, sb_stemmer_delete) {
    if (stems == Stems::kNo) return;
    stemmer_.reset(sb_stemmer_new("porter", "UTF_8"));
    if (!stemmer_) throw std::bad_alloc();
  }

  std::string operator()(const std::string& word) const {
    if (!stemmer_ || code_points(word).size() <= kShortWord) return word;
    const auto* bytes = reinterpret_cast<const sb_symbol*>(word.data());
    const sb_symbol* stem = sb_stemmer_stem(stemmer_.get(), bytes, static_cast<int>(word.size()));
    if (stem == nullptr) throw std::bad_alloc();
    return {reinterpret_cast<const char*>(stem),
            static_cast<size_t>(sb_stemmer_length(stemmer_.get()))};
  }

 private:
  std::unique_ptr<sb_stemmer, void (*)(sb_stemmer*)> stemmer_;
};

bool is_of_word(char32_t c) {
  const auto point = static_cast<UChar32>(c);
  return u_isalnum(point) != 0 || (U_MASK(u_charType(point)) & U_GC_M_MASK) != 0;
}

Words rouge_words(std::string_view text, const Stemmer& stem) {
  Words words;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) words.push_back(stem(word));
    word.clear();
  };
  for (auto next = text.begin(); next != text.end();) {
    const char32_t c = utf8::next(next, text.end());
    if (is_of_word(c)) {
      utf8::append(static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))),
                   std::back_inserter(word));
    } else {
      finish();
    }
  }
  finish();
  return words;
}

// A row of the table at a time.
int64_t longest_common_subsequence(const Words& a, const Words& b) {
  std::vector<int64_t> lengths(b.size() + 1);
  for (const std::string& word : a) {
    int64_t diagonal = 0;
    for (size_t j = 0; j < b.size(); ++j) {
      const int64_t above = lengths[j + 1];
      lengths[j + 1] = word == b[j] ? diagonal + 1 : std::max(above, lengths[j]);
      diagonal = above;
    }
  }
  return lengths.back();
}

Rouge::Score score_of(const NgramMatches& matches) {
  if (matches.common == 0) return {};
  const double common = static_cast<double>(matches.common);
  const double recall = common / static_cast<double>(matches.reference),
               precision = common / static_cast<double>(matches.hypothesis);
  return {recall, precision, 2 * recall * precision / (recall + precision)};
}

void take_better(const Rouge::Score& score, Rouge::Score& best) {
  if (score.f1 > best.f1) best = score;
}

void add_share(const Rouge::Score& score, double share, Rouge::Score& sum) {
  sum.recall += share * score.recall;
  sum.precision += share * score.precision;
  sum.f1 += share * score.f1;
}

// Of one summary.
Rouge best_of(const Words& summary, std::span<const std::string_view> references,
              const Stemmer& stem) {
  Rouge best;
  for (const std::string_view text : references) {
    const Words reference = rouge_words(text, stem);
    take_better(score_of(match_ngrams<std::string>(summary, reference, 1)), best.unigrams);
    take_better(score_of(match_ngrams<std::string>(summary, reference, 2)), best.bigrams);
    take_better(score_of({std::ssize(summary), std::ssize(reference),
                          longest_common_subsequence(summary, reference)}),
                best.longest);
  }
  return best;
}

std::string line_of(const char* name, const Rouge::Score& score) {
  return fmt::format("ROUGE-{} = {:.2f} (recall = {:.2f} precision = {:.2f})", name, 100 * score.f1,
                     100 * score.recall, 100 * score.precision);
}

}  // namespace

Rouge corpus_rouge(std::span<const std::string> summaries, const References& references,
                   Stems stems) {
  check_segments(summaries, references);
  const Stemmer stem(stems);
  Rouge mean;
  const double share = 1 / static_cast<double>(summaries.size());
  for (size_t i = 0; i < summaries.size(); ++i) {
    const Rouge one = best_of(rouge_words(summaries[i], stem), references_of(references, i), stem);
    add_share(one.unigrams, share, mean.unigrams);
    add_share(one.bigrams, share, mean.bigrams);
    add_share(one.longest, share, mean.longest);
  }
  mean.references = number_of_references(references);
  mean.stems = stems != Stems::kNo;
  return mean;
}

std::string Rouge::to_string() const {
  return line_of("1", unigrams) + "\n" + line_of("2", bigrams) + "\n" + line_of("L", longest);
}

std::string Rouge::signature() const {
  return fmt::format("{}|case:lc|stem:{}|version:alinea-{}", to_signature(references),
                     stems ? "porter" : "no", ALINEA_VERSION);
}

}  // namespace alinea
