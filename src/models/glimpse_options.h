// What a classifier of pictures by glimpses is made of. The command line, the model folder and the
// model share it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace alinea {

class FieldList;

struct GlimpseOptions {
  int64_t glimpses = 0;  // T; 0: no classifier by glimpses
  int64_t size = 8;      // of a patch's side, in pixels
  int64_t scales = 1;
  int64_t hidden_size = 256;          // H
  std::string locations = "learned";  // "learned" or "random"
  double deviation = 0.15;            // σ of a place, of which half a picture is 1
  int64_t samples = 10;               // paths that predictions are averaged over

  void visit(FieldList& fields);
  bool has_learned_locations() const { return locations == "learned"; }
};

std::vector<std::string> glimpse_location_names();

}  // namespace alinea
