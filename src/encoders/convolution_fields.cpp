#include "encoders/convolution_fields.h"

#include <charconv>

#include "options/field_list.h"
#include "options/limits.h"
#include "support/error.h"

namespace alinea {

namespace {

// The numbers of a list such as 256,256,512; nothing where it is no such list.
std::vector<int64_t> numbers_of(const std::string& list) {
  std::vector<int64_t> numbers;
  const char *next = list.data(), *end = next + list.size();
  while (true) {
    int64_t number = 0;
    const auto [behind, error] = std::from_chars(next, end, number);
    if (error != std::errc() || number < 1 || number > kLargestSize) return {};
    numbers.push_back(number);
    if (behind == end) return numbers;
    if (*behind != ',') return {};
    next = behind + 1;
  }
}

}  // namespace

void ConvolutionFields::visit(FieldList& fields, const std::string& needed,
                              const std::function<bool()>& holds) {
  fields.group("Convolution")
      .add("kernel", kernel, "words that a convolution sees at a time")
      .range<int64_t>(1, kMostNeighbours)
      .newer()
      .needs_that(needed, holds)
      .add(
          "channels", channels,
          "channels of each layer, separated by commas; the last one is that of all further layers")
      .expect("numbers from 1 to 65536, separated by commas",
              [this] { return !numbers_of(channels).empty(); })
      .newer()
      .needs_that(needed, holds);
}

ConvolutionOptions ConvolutionFields::options(const Sizes& sizes, const Dropout& dropout,
                                              double probability) const {
  std::vector<int64_t> each = numbers_of(channels);
  if (!each.empty()) each.resize(static_cast<size_t>(sizes.layers), each.back());
  return {sizes.size,          kernel,  std::move(each),
          sizes.max_positions, dropout, static_cast<float>(probability)};
}

void ConvolutionFields::check(int64_t layers) const {
  const int64_t given = std::ssize(numbers_of(channels));
  if (given > layers)
    throw UsageError(
        "channels gives {} layers their size, but there are {}: give fewer, or more "
        "layers",
        given, layers);
}

}  // namespace alinea
