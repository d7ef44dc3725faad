// Every tagger that the options allow, for tests that go through all of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/tagger.h"

namespace alinea {

struct TaggerVariant {
  std::string name;
  TaggerOptions options;
};

// Tiny taggers with odd, different sizes: every encoder, softmax and CRF, with and without letters,
// classes by every pooling, and the slot gate.
std::vector<TaggerVariant> all_taggers();

// The sizes that go with tiny_tagged().
Tagger::Sizes tiny_tagger_sizes(const TaggerOptions& options);

// A tagger for tiny_tagged() whose parameters, biases too, are large enough that its tags are not
// near uniform.
std::unique_ptr<Tagger> random_tagger(const TaggerOptions& options, uint64_t seed);

inline constexpr int64_t kTinyTags = 5, kTinySentenceClasses = 3;

// Words and letters of tiny_tagged().
WordReader tiny_words(bool letters);
// Five sentences of different lengths, one without words among them, with unknown words and
// letters.
TaggedCorpus tiny_tagged(bool letters);

}  // namespace alinea
