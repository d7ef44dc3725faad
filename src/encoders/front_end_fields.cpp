#include "encoders/front_end_fields.h"

#include "encoders/convolution_front_end.h"
#include "options/field_list.h"
#include "options/limits.h"

namespace alinea {

void FrontEndFields::visit(FieldList& fields) {
  constexpr int64_t kMostStacked = 64, kMostHalvings = 16, kMostConvolutions = 8,
                    kMostChannels = 1024;
  fields.choice("front-end", name, front_end_names(), "what makes vectors of features")
      .needs("source-type", {"features"})
      .newer()
      .add("frame-stacking", stacking, "front end linear: neighbouring rows that make one vector")
      .range<int64_t>(1, kMostStacked)
      .needs("source-type", {"features"})
      .needs("front-end", {"linear"})
      .newer()
      .add("front-end-layers", layers,
           "front end convolution: layers, each of which halves a picture's height and width")
      .range<int64_t>(1, kMostConvolutions)
      .needs("source-type", {"features"})
      .needs("front-end", {"convolution"})
      .newer()
      .add("front-end-channels", channels,
           "front end convolution: channels of the first layer; each further one has twice as many")
      .range<int64_t>(1, kMostChannels)
      .needs("source-type", {"features"})
      .needs("front-end", {"convolution"})
      .newer()
      .add("subsampling", subsampling,
           "recurrent encoder: how many layers above the first read pairs of states, so that each "
           "halves the length")
      .range<int64_t>(0, kMostHalvings)
      .needs("source-type", {"features"})
      .newer()
      .add("source-columns", columns, "numbers in a row of features")
      .range<int64_t>(1, kNoLimit)
      .only_in_files()
      .needs("source-type", {"features"})
      .newer()
      .add("source-height", height, "rows of the grid of a picture")
      .range<int64_t>(1, kLargestSize)
      .only_in_files()
      .needs("source-type", {"features"})
      .newer()
      .add("source-width", width, "columns of the grid of a picture")
      .range<int64_t>(1, kLargestSize)
      .only_in_files()
      .needs("source-type", {"features"})
      .newer();
}

FrontEndOptions FrontEndFields::options() const {
  return {.name = name,
          .columns = columns,
          .stacking = stacking,
          .layers = layers,
          .channels = channels,
          .height = height,
          .width = width};
}

int64_t FrontEndFields::cells_across() const {
  return name == "convolution" ? halved(width, layers) : width;
}

int64_t FrontEndFields::cells_down() const {
  return name == "convolution" ? halved(height, layers) : height;
}

}  // namespace alinea
