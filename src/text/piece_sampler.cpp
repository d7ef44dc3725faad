#include "text/piece_sampler.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <queue>
#include <utility>

#include "support/error.h"
#include "support/log_add.h"
#include "support/utf8.h"
#include "text/protobuf_fields.h"
#include "text/tokenizer.h"

namespace alinea {

namespace {

// Numbers of the fields in sentencepiece_model.proto.
PieceModel::Piece parse_piece(std::string_view message) {
  constexpr uint64_t kText = 1, kScore = 2, kType = 3, kNormal = 1;
  PieceModel::Piece piece;
  for (ProtobufFields fields(message); !fields.at_end();) {
    const auto field = fields.next();
    if (!field) break;
    if (field->number == kText) piece.text = field->bytes;
    if (field->number == kScore && field->bytes.size() == sizeof piece.score)
      std::memcpy(&piece.score, field->bytes.data(), sizeof piece.score);
    if (field->number == kType) piece.is_normal = field->value == kNormal;
  }
  return piece;
}

PieceModel::Type parse_type(std::string_view trainer) {
  constexpr uint64_t kType = 3, kUnigram = 1, kBpe = 2;
  uint64_t type = kUnigram;
  for (ProtobufFields fields(trainer); !fields.at_end();) {
    const auto field = fields.next();
    if (!field) break;
    if (field->number == kType) type = field->value;
  }
  if (type == kUnigram) return PieceModel::Type::kUnigram;
  return type == kBpe ? PieceModel::Type::kBpe : PieceModel::Type::kOther;
}

class UnigramSampler : public PieceSampler {
 public:
  UnigramSampler(PieceModel model, double alpha) : PieceSampler(std::move(model)), alpha_(alpha) {}

 protected:
  std::vector<int32_t> sample_word(std::string_view word, Random& random) const override {
    const Lattice lattice = filter(word);
    std::vector<int32_t> ids;
    if (lattice.back().edges.empty()) return ids;
    for (size_t end = word.size(); end > 0;) {
      const Edge& edge = draw(lattice[end], random);
      ids.push_back(edge.id);
      end = edge.begin;
    }
    std::ranges::reverse(ids);
    return ids;
  }

 private:
  // A piece that ends at a node.
  struct Edge {
    size_t begin;
    int32_t id;
    double mass;  // logarithm of the sum over all segmentations that end with it
  };
  // A place in a word, counted in bytes; those inside a character have no edges.
  struct Node {
    std::vector<Edge> edges;
    double mass = -std::numeric_limits<double>::infinity();
  };
  using Lattice = std::vector<Node>;

  Lattice filter(std::string_view word) const {
    Lattice lattice(word.size() + 1);
    lattice[0].mass = 0;
    for (size_t begin = 0; begin < word.size(); ++begin) {
      if (std::isinf(lattice[begin].mass)) continue;
      for (size_t size = 1; size <= std::min(longest(), word.size() - begin); ++size) {
        const int32_t id = find(word.substr(begin, size));
        if (id < 0) continue;
        Node& node = lattice[begin + size];
        const double mass = lattice[begin].mass + alpha_ * score(id);
        node.edges.push_back({begin, id, mass});
        node.mass = log_add(node.mass, mass);
      }
    }
    return lattice;
  }

  static const Edge& draw(const Node& node, Random& random) {
    double left = static_cast<double>(random.uniform());
    for (const Edge& edge : node.edges) {
      left -= std::exp(edge.mass - node.mass);
      if (left < 0) return edge;
    }
    return node.edges.back();  // by rounding
  }

  double alpha_;
};

class BpeSampler : public PieceSampler {
 public:
  BpeSampler(PieceModel model, double alpha) : PieceSampler(std::move(model)), alpha_(alpha) {}

 protected:
  // Each step goes through the possible merges from the best, and makes the first that is not left
  // out. Those that were left out come again at the next step.
  std::vector<int32_t> sample_word(std::string_view word, Random& random) const override {
    MergedWord symbols(word, *this);
    std::vector<Merge> left_out;
    while (const std::optional<Merge> merge = symbols.next()) {
      if (static_cast<double>(random.uniform()) < alpha_) {
        left_out.push_back(*merge);
        continue;
      }
      symbols.make(*merge);
      for (const Merge& again : left_out) symbols.offer(again);
      left_out.clear();
    }
    std::vector<int32_t> ids = symbols.ids();
    if (std::ranges::count(ids, -1) > 0) ids.clear();
    return ids;
  }

 private:
  // Of two neighbours, which are known by the code points that they begin with.
  struct Merge {
    size_t left, right;
    size_t size;  // of both in bytes; once one of them has been merged it is another
    double score;

    // The best is the greatest, the first of equals.
    bool operator<(const Merge& other) const {
      return score == other.score ? left > other.left : score < other.score;
    }
  };

  // A word as a list of symbols, and the merges that are possible in it.
  class MergedWord {
   public:
    MergedWord(std::string_view word, const BpeSampler& sampler)
        : sampler_(sampler), symbols_(code_points(word)) {
      for (size_t i = 0; i < symbols_.size(); ++i) {
        previous_.push_back(i - 1);  // of the first: no symbol's
        next_.push_back(i + 1);
      }
      for (size_t i = 0; i < symbols_.size(); ++i) offer(i);
    }

    void offer(const Merge& merge) { merges_.push(merge); }

    // Takes out the best merge that is still possible.
    std::optional<Merge> next() {
      while (!merges_.empty()) {
        const Merge merge = merges_.top();
        merges_.pop();
        if (joined(merge.left).size() == merge.size && next_[merge.left] == merge.right)
          return merge;
      }
      return std::nullopt;
    }

    void make(const Merge& merge) {
      symbols_[merge.left] = joined(merge.left);
      symbols_[merge.right] = {};
      const size_t behind = next_[merge.left] = next_[merge.right];
      if (behind < symbols_.size()) previous_[behind] = merge.left;
      if (previous_[merge.left] < symbols_.size()) offer(previous_[merge.left]);
      offer(merge.left);
    }

    std::vector<int32_t> ids() const {
      std::vector<int32_t> ids;
      for (size_t i = 0; i < symbols_.size(); i = next_[i])
        ids.push_back(sampler_.find(symbols_[i]));
      return ids;
    }

   private:
    // A symbol and the one behind it, which lie side by side in memory. Empty where one is missing.
    std::string_view joined(size_t left) const {
      const std::string_view symbol = symbols_[left];
      if (symbol.empty() || next_[left] == symbols_.size()) return {};
      return {symbol.data(), symbol.size() + symbols_[next_[left]].size()};
    }

    void offer(size_t left) {
      const std::string_view both = joined(left);
      if (both.empty()) return;
      if (const int32_t id = sampler_.find(both); id >= 0)
        merges_.push({left, next_[left], both.size(), sampler_.score(id)});
    }

    const BpeSampler& sampler_;
    std::vector<std::string_view> symbols_;  // by first code point; empty once merged
    std::vector<size_t> previous_, next_;    // symbols; past the last where there is none
    std::priority_queue<Merge> merges_;
  };

  double alpha_;
};

}  // namespace

PieceModel parse_pieces(std::string_view model) {
  constexpr uint64_t kPiece = 1, kTrainer = 2;
  PieceModel parsed;
  for (ProtobufFields fields(model); !fields.at_end();) {
    const auto field = fields.next();
    if (!field) break;
    if (field->number == kPiece) parsed.pieces.push_back(parse_piece(field->bytes));
    if (field->number == kTrainer) parsed.type = parse_type(field->bytes);
  }
  return parsed;
}

PieceSampler::PieceSampler(PieceModel model) : model_(std::move(model)) {
  for (size_t id = 0; id < model_.pieces.size(); ++id) {
    const PieceModel::Piece& piece = model_.pieces[id];
    if (!piece.is_normal) continue;
    ids_.emplace(piece.text, static_cast<int32_t>(id));
    longest_ = std::max(longest_, piece.text.size());
  }
}

int32_t PieceSampler::find(std::string_view text) const {
  const auto found = ids_.find(text);
  return found == ids_.end() ? -1 : found->second;
}

std::vector<int32_t> PieceSampler::sample(std::span<const int32_t> ids, Random& random) const {
  std::vector<int32_t> sampled, pieces;  // pieces: of the word so far
  std::string word;
  const auto end_word = [&] {
    const std::vector<int32_t> others =
        word.empty() ? std::vector<int32_t>() : sample_word(word, random);
    const std::vector<int32_t>& kept = others.empty() ? pieces : others;
    sampled.insert(sampled.end(), kept.begin(), kept.end());
    word.clear();
    pieces.clear();
  };
  for (const int32_t id : ids) {
    const PieceModel::Piece& piece = model_.pieces.at(static_cast<size_t>(id));
    if (!piece.is_normal || piece.text.starts_with(kVisibleSpace)) end_word();
    if (piece.is_normal) {
      word += piece.text;
      pieces.push_back(id);
    } else {
      sampled.push_back(id);
    }
  }
  end_word();
  return sampled;
}

std::unique_ptr<const PieceSampler> make_piece_sampler(PieceModel model, double alpha) {
  if (model.type == PieceModel::Type::kUnigram)
    return std::make_unique<UnigramSampler>(std::move(model), alpha);
  if (model.type == PieceModel::Type::kBpe)
    return std::make_unique<BpeSampler>(std::move(model), alpha);
  throw Error(
      "a SentencePiece model of words or characters has only one segmentation: leave out "
      "sentencepiece-alpha, or use a model of type unigram or bpe");
}

}  // namespace alinea
