// A workspace with labelled documents in it.
#pragma once

#include <string>

#include "workspace.h"

namespace alinea {

class DocumentWorkspace : public Workspace {
 public:
  // Holds train.tsv and valid.tsv: the first lines of corpora/letters.
  DocumentWorkspace();

  // Trains a tiny classifier called `model`; what `options` gives goes before what makes it tiny.
  Outcome train_classifier(const std::string& model, const Given& options = {}) const;
  // The same, and has to go well.
  void make_classifier(const std::string& model, const Given& options = {}) const;
};

}  // namespace alinea
