// The program on several ranks of this machine.
#pragma once

#include <string>
#include <vector>

#include "end_to_end/document_workspace.h"

namespace alinea {

class RanksWorkspace : public DocumentWorkspace {
 public:
  // `tiny()` of a Workspace, on so many ranks.
  Outcome train_on(int ranks, const std::string& model, const Given& options = {}) const {
    return shell(mpirun(ranks), "train", tiny(model, options), "");
  }
  void make_model_on(int ranks, const std::string& model, const Given& options = {}) const;

  static std::string mpirun(int ranks) {
    return std::string(ALINEA_RANKS) + " -n " + std::to_string(ranks);
  }
  // The values of all parameters in a file of a model.
  std::vector<float> parameters(const std::string& model, const std::string& file) const;
};

// |a - b| / |a|, in Euclidean norms.
double distance(const std::vector<float>& a, const std::vector<float>& b);

}  // namespace alinea
