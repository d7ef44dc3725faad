#include "encoders/front_end.h"

#include <algorithm>

#include "encoders/convolution_front_end.h"
#include "layers/linear.h"
#include "support/name_table.h"

namespace alinea {

namespace {

// x_s = W [r_{ks} ; ... ; r_{ks+k-1}] + b of k neighbouring rows; behind the last row stand zeros
// (stacked frames: Sak et al. 2015, section 3).
class LinearFrontEnd : public FrontEnd {
 public:
  // Parameters: encoder.front_end as in Linear, [k C, E].
  LinearFrontEnd(ParameterStore& store, const FrontEndOptions& options, int64_t size)
      : columns_(options.columns),
        stacking_(options.stacking),
        linear_(store, "encoder.front_end", stacking_ * columns_, size) {}

  int64_t positions(int64_t rows) const override { return (rows + stacking_ - 1) / stacking_; }

  FrontEndResult operator()(Tape& tape, std::span<const float> rows,
                            std::span<const int64_t> lengths) const override {
    FrontEndResult result;
    int64_t count = 0;
    for (const int64_t length : lengths) {
      result.lengths.push_back(positions(length));
      count += result.lengths.back();
    }
    const Variable stacked = tape.zeros({count, stacking_ * columns_});
    const float* from = rows.data();
    float* to = stacked.value();
    for (size_t n = 0; n < lengths.size(); ++n) {
      std::copy_n(from, lengths[n] * columns_, to);
      from += lengths[n] * columns_;
      to += result.lengths[n] * stacking_ * columns_;
    }
    result.vectors = linear_(tape, stacked);
    return result;
  }

 private:
  int64_t columns_, stacking_;
  Linear linear_;
};

using MakeFrontEnd = std::unique_ptr<FrontEnd> (*)(ParameterStore&, const FrontEndOptions&,
                                                   int64_t size);

template <typename F>
std::unique_ptr<FrontEnd> make_one(ParameterStore& store, const FrontEndOptions& options,
                                   int64_t size) {
  return std::make_unique<F>(store, options, size);
}

const NameTable<MakeFrontEnd> kFrontEnds("front end",
                                         {{"linear", make_one<LinearFrontEnd>},
                                          {"convolution", make_one<ConvolutionFrontEnd>}});

}  // namespace

std::unique_ptr<FrontEnd> make_front_end(ParameterStore& store, const FrontEndOptions& options,
                                         int64_t size) {
  return kFrontEnds[options.name](store, options, size);
}

std::vector<std::string> front_end_names() { return kFrontEnds.names(); }

}  // namespace alinea
