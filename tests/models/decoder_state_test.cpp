// What a search and a loop over steps do to a decoder's state, whatever it means.
#include "decoders/decoder_state.h"

#include <catch2/catch.hpp>

namespace alinea {
namespace {

// Three sentences of two hypotheses each. Row r of [R, 2] is (r, r + 0.5); block n of [N, 2, 2] is
// 10 n + (0, 1, 2, 3).
struct Given {
  Given() {
    const Variable x = tape.zeros({6, 2});
    for (int64_t r = 0; r < 6; ++r)
      for (int64_t c = 0; c < 2; ++c)
        x.value()[2 * r + c] = static_cast<float>(r) + 0.5F * static_cast<float>(c);
    const Variable block = tape.zeros({3, 2, 2});
    for (int64_t i = 0; i < 12; ++i) block.value()[i] = static_cast<float>(10 * (i / 4) + i % 4);
    state = {{x, x.reshaped({6, 1, 2})}, {block, block}, {4, 7, 2}};
  }
  Arena arena;
  Tape tape{arena, Tape::Mode::kInference};
  DecoderState state;
};

std::vector<float> values(const Variable& x) { return {x.values().begin(), x.values().end()}; }

TEST_CASE("hypotheses are reordered, and their sentences stay") {
  Given given;
  const DecoderState after = reorder(given.tape, given.state, std::vector<int64_t>{5, 0, 0});
  CHECK(values(after.rows[0]) == std::vector<float>{5, 5.5F, 0, 0.5F, 0, 0.5F});
  CHECK(after.rows[1].shape() == Shape{3, 1, 2});
  CHECK(values(after.rows[1]) == values(after.rows[0]));
  CHECK(after.blocks[0].value() == given.state.blocks[0].value());
  CHECK(after.lengths == given.state.lengths);
}

TEST_CASE("sentences that are kept keep their hypotheses and their length") {
  Given given;
  const DecoderState after = keep(given.tape, given.state, std::vector<int64_t>{0, 2});
  CHECK(after.lengths == std::vector<int64_t>{4, 2});
  CHECK(values(after.rows[0]) == std::vector<float>{0, 0.5F, 1, 1.5F, 4, 4.5F, 5, 5.5F});
  CHECK(after.blocks[0].shape() == Shape{2, 2, 2});
  CHECK(values(after.blocks[0]) == std::vector<float>{0, 1, 2, 3, 20, 21, 22, 23});
}

TEST_CASE("the first sentences share memory, and blocks that are one stay one") {
  Given given;
  const DecoderState first = keep(given.tape, given.state, std::vector<int64_t>{0, 1});
  CHECK(first.rows[0].value() == given.state.rows[0].value());
  CHECK(first.blocks[0].value() == given.state.blocks[0].value());
  CHECK(first.rows[0].shape() == Shape{4, 2});
  const DecoderState others = keep(given.tape, given.state, std::vector<int64_t>{1});
  CHECK(others.blocks[0].value() == others.blocks[1].value());
  CHECK(others.blocks[0].value() != given.state.blocks[0].value());
}

TEST_CASE("a state without rows keeps its blocks") {
  Given given;
  given.state.rows.clear();
  CHECK(keep(given.tape, given.state, std::vector<int64_t>{2}).lengths == std::vector<int64_t>{2});
  CHECK(reorder(given.tape, given.state, std::vector<int64_t>{4, 4}).rows.empty());
}

}  // namespace
}  // namespace alinea
