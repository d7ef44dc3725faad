#include "models/pair_level.h"

#include <algorithm>

#include "encoders/recurrent_encoder.h"
#include "ops/rows.h"
#include "ops/sum.h"
#include "text/vocabulary.h"

namespace alinea {

namespace {

using PairWords = std::vector<std::span<const int32_t>>;

// Words that are compared are told apart by their vectors from the first: small ones would all
// look alike to a dot product.
constexpr float kComparedEmbeddingLimit = 1;

std::unique_ptr<Encoder> make_premise_encoder(ParameterStore& store,
                                              const ClassifierOptions& options,
                                              int64_t vocabulary) {
  EncoderOptions encoder = options.words.options();
  if (options.pair_attention == kCompare) encoder.embedding_limit = kComparedEmbeddingLimit;
  return make_encoder(options.words.encoder, store, encoder, vocabulary);
}

// The encoder of hypotheses, whose words have the vectors that they have in premises.
std::unique_ptr<Encoder> make_conditional(ParameterStore& store, const ClassifierOptions& options,
                                          int64_t vocabulary) {
  if (options.pair_encoding != "conditional") return nullptr;
  EncoderOptions encoder = options.words.options();
  encoder.name = "hypothesis";
  encoder.embedding = &store.at("encoder.embedding.weight");
  return std::make_unique<RecurrentEncoder>(store, encoder, vocabulary);
}

// The texts with the delimiter before them, in one block.
class DelimitedTexts {
 public:
  explicit DelimitedTexts(std::span<const std::span<const int32_t>> texts) {
    size_t count = texts.size();
    for (const auto& text : texts) count += text.size();
    ids_.reserve(count);
    for (const auto& text : texts) {
      const size_t begin = ids_.size();
      ids_.push_back(kEnd);
      ids_.insert(ids_.end(), text.begin(), text.end());
      words_.push_back(std::span(ids_).subspan(begin));
    }
  }
  const PairWords& words() const { return words_; }

 private:
  std::vector<int32_t> ids_;
  PairWords words_;
};

// For each sequence its number among those with words, or kNoRow.
std::vector<int64_t> numbers_with_words(std::span<const int64_t> lengths) {
  std::vector<int64_t> numbers;
  int64_t next = 0;
  for (const int64_t length : lengths) numbers.push_back(length > 0 ? next++ : ops::kNoRow);
  return numbers;
}

// α of one pair, out of that of all steps.
PairLook look_of(const PremiseAttention::Result& result, const SequenceLayout& looking,
                 const SequenceLayout& looked_at, int64_t pair) {
  const int64_t width = looked_at.lengths()[pair];
  PairLook look{std::min(looking.lengths()[pair], std::ssize(result.weights)), width};
  for (int64_t t = 0; t < look.looking; ++t) {
    const Variable& alpha = result.weights[static_cast<size_t>(t)];
    const float* row = alpha.value() + looking.places()[pair] * alpha.columns();
    look.weights.alpha.insert(look.weights.alpha.end(), row, row + width);
  }
  return look;
}

}  // namespace

JoinedLengths joined_lengths(JoinedLengths words, std::optional<int64_t> most) {
  if (!most) return words;
  const auto room = static_cast<size_t>(std::max<int64_t>(*most - kPairMarks, 0));
  while (words.premise + words.hypothesis > room)
    --(words.premise > words.hypothesis ? words.premise : words.hypothesis);
  return words;
}

PairLevel::PairLevel(ParameterStore& store, const ClassifierOptions& options, int64_t vocabulary)
    : two_way_(options.pair_attention == "two-way"),
      has_cell_(options.words.cell == "lstm"),
      layers_(options.words.layers),
      ponder_cost_(static_cast<float>(options.words.transformer.ponder_cost)),
      encoder_(make_premise_encoder(store, options, vocabulary)),
      conditional_(make_conditional(store, options, vocabulary)),
      attention_(options.pair_attention == kCompare
                     ? std::nullopt
                     : std::make_optional<PremiseAttention>(store, options.pair_attention,
                                                            encoder_->state_size())),
      comparison_(
          options.pair_attention == kCompare
              ? std::make_optional<PairComparison>(store, encoder_->state_size(),
                                                   static_cast<float>(options.words.dropout))
              : std::nullopt) {}

std::vector<RecurrentState> PairLevel::zero_states(Tape& tape, int64_t count) const {
  const Shape shape = {count, encoder_->state_size()};
  std::vector<RecurrentState> states(static_cast<size_t>(layers_));
  for (RecurrentState& state : states)
    state = {tape.zeros(shape), has_cell_ ? tape.zeros(shape) : Variable{}};
  return states;
}

PairLevel::Texts PairLevel::read(Tape& tape, const Encoder& encoder, std::span<const Words> texts,
                                 std::span<const RecurrentState> initial) const {
  std::vector<int32_t> ids;
  std::vector<int64_t> lengths, present;
  for (const Words& text : texts) {
    const size_t most = static_cast<size_t>(encoder.most_words().value_or(std::ssize(text)));
    const Words words = text.first(std::min(text.size(), most));
    ids.insert(ids.end(), words.begin(), words.end());
    lengths.push_back(std::ssize(words));
    if (!words.empty()) present.push_back(std::ssize(words));
  }
  Texts read{SequenceLayout(lengths)};
  if (present.empty()) {
    read.carried = zero_states(tape, std::ssize(texts));
    return read;
  }
  const Encoded encoded = encoder(tape, {.ids = ids, .lengths = present, .initial = initial});
  read.states = encoded.states;
  read.ponder = encoded.ponder;
  const std::vector<int64_t> numbers = numbers_with_words(lengths);
  const auto of_all = [&](const Variable& x) {
    return x && present.size() < lengths.size() ? ops::gather_rows(tape, x, numbers) : x;
  };
  read.last = of_all(encoded.last.empty() ? mean_states(tape, encoded) : encoded.last.back().h);
  for (const RecurrentState& last : encoded.last)
    read.carried.push_back(
        last.c ? RecurrentState{tape.zeros({std::ssize(lengths), last.h.columns()}), of_all(last.c)}
               : RecurrentState{of_all(last.h)});
  return read;
}

PairLevel::BothTexts PairLevel::read_both(Tape& tape, std::span<const Words> premises,
                                          std::span<const Words> hypotheses, Read& read) const {
  const DelimitedTexts delimited(hypotheses);
  Texts premise = this->read(tape, *encoder_, premises, {});
  const std::span<const RecurrentState> carried =
      conditional_ ? std::span<const RecurrentState>(premise.carried)
                   : std::span<const RecurrentState>();
  Texts hypothesis =
      this->read(tape, conditional_ ? *conditional_ : *encoder_, delimited.words(), carried);
  for (const Variable& ponder : {premise.ponder, hypothesis.ponder})
    if (ponder)
      read.penalty = ops::add_present(tape, read.penalty, ops::scale(tape, ponder, ponder_cost_));
  return {std::move(premise), std::move(hypothesis)};
}

Variable PairLevel::direction(Tape& tape, std::span<const Words> premises,
                              std::span<const Words> hypotheses, Read& read,
                              std::vector<PairLook>* looks) const {
  const auto [premise, hypothesis] = read_both(tape, premises, hypotheses, read);
  const PremiseAttention::Result result =
      (*attention_)(tape, {premise.states, premise.layout},
                    {hypothesis.states, hypothesis.layout, hypothesis.last});
  for (int64_t n = 0; looks != nullptr && n < std::ssize(premises); ++n)
    looks->push_back(look_of(result, hypothesis.layout, premise.layout, n));
  return result.vectors;
}

PairLevel::Read PairLevel::compare(Tape& tape, std::span<const Words> premises,
                                   std::span<const Words> hypotheses, bool keep_weights) const {
  Read read;
  const auto [premise, hypothesis] = read_both(tape, premises, hypotheses, read);
  PairComparison::Result result = (*comparison_)(
      tape, {premise.states, premise.layout}, {hypothesis.states, hypothesis.layout}, keep_weights);
  read.vectors = result.vectors;
  read.of_hypotheses = std::move(result.of_hypotheses);
  read.of_premises = std::move(result.of_premises);
  return read;
}

PairLevel::Read PairLevel::operator()(Tape& tape, std::span<const Words> premises,
                                      std::span<const Words> hypotheses, bool keep_weights) const {
  if (comparison_) return compare(tape, premises, hypotheses, keep_weights);
  Read read;
  read.vectors =
      direction(tape, premises, hypotheses, read, keep_weights ? &read.of_hypotheses : nullptr);
  if (two_way_) {
    const Variable reverse =
        direction(tape, hypotheses, premises, read, keep_weights ? &read.of_premises : nullptr);
    read.vectors = ops::concatenate(tape, {read.vectors, reverse});
  }
  return read;
}

}  // namespace alinea
