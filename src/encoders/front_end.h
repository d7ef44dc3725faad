// From rows of features to the vectors that an encoder reads in the place of words'. One class a
// front end; front_end.cpp names them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "autograd/tape.h"

namespace alinea {

// What a front end made of N examples.
struct FrontEndResult {
  Variable vectors;              // [sum of the lengths, E], examples one behind the other
  std::vector<int64_t> lengths;  // N, none below 1
};

class FrontEnd {
 public:
  FrontEnd() = default;
  FrontEnd(const FrontEnd&) = delete;
  FrontEnd& operator=(const FrontEnd&) = delete;
  virtual ~FrontEnd() = default;

  // How many vectors so many rows become.
  virtual int64_t positions(int64_t rows) const = 0;
  // rows [sum of the lengths, C]
  virtual FrontEndResult operator()(Tape& tape, std::span<const float> rows,
                                    std::span<const int64_t> lengths) const = 0;
};

struct FrontEndOptions {
  std::string name = "linear";
  int64_t columns = 0;   // C, of a row; 0: there are words, and no front end
  int64_t stacking = 1;  // linear: neighbours in one vector
  // convolution: layers, channels of the first, and the rows and columns of pixels of a picture
  int64_t layers = 2, channels = 16, height = 1, width = 1;
};

// Its parameters under "encoder.front_end". Throws UsageError for an unknown name.
std::unique_ptr<FrontEnd> make_front_end(ParameterStore& store, const FrontEndOptions& options,
                                         int64_t size);
std::vector<std::string> front_end_names();

}  // namespace alinea
