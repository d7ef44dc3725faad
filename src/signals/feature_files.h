// Where the files of features are, and how long they may be.
#pragma once

#include <filesystem>

namespace alinea {

class FieldList;

struct FeatureFileOptions {
  std::filesystem::path folder = {};  // that names are relative to; empty: the current one
  double most_seconds = 600;          // of a sound

  // A training has a field "source-type" that they need.
  void visit(FieldList& fields, bool is_training = false);
};

}  // namespace alinea
