#include "signals/feature_files.h"

#include "options/field_list.h"
#include "options/limits.h"

namespace alinea {

void FeatureFileOptions::visit(FieldList& fields, bool is_training) {
  fields.add("features-folder", folder,
             "folder that the files of features are relative to; by default the current one");
  if (is_training) fields.needs("source-type", {"features"});
  fields.add("max-seconds", most_seconds, "refuse sounds that take longer")
      .range(0.0, static_cast<double>(kMostSeconds));
  if (is_training) fields.needs("source-type", {"features"});
}

}  // namespace alinea
