#include "models/glimpse_options.h"

#include "options/field_list.h"
#include "options/limits.h"

namespace alinea {

std::vector<std::string> glimpse_location_names() { return {"learned", "random"}; }

void GlimpseOptions::visit(FieldList& fields) {
  fields.group("Glimpses")
      .add("glimpses", glimpses, "glimpses of a picture that the classifier sees")
      .range<int64_t>(0, kMostLayers)
      .needs("source-type", {"features"})
      .add("glimpse-size", size, "pixels of a patch's side")
      .range<int64_t>(1, 512)
      .needs("glimpses")
      .add("glimpse-scales", scales,
           "patches of a glimpse, each twice as wide as the one before, in as many pixels")
      .range<int64_t>(1, 8)
      .needs("glimpses")
      .add("glimpse-hidden-size", hidden_size, "hidden units of the recurrent core")
      .range<int64_t>(2, kLargestSize)
      .needs("glimpses")
      .choice("glimpse-locations", locations, glimpse_location_names(),
              "learned: around where the last state says; random: anywhere, for comparison")
      .needs("glimpses")
      .add("glimpse-deviation", deviation,
           "standard deviation of a place; from the middle of a picture to its edge it is 1")
      .range(1e-3, 10.0)
      .needs("glimpses")
      .add("glimpse-samples", samples, "paths over a picture that predictions are averaged over")
      .range<int64_t>(1, 10000)
      .needs("glimpses");
}

}  // namespace alinea
