#include "distributed/group.h"

namespace alinea {

std::vector<int64_t> share(const Group& group, int64_t count) {
  std::vector<int64_t> indices;
  for (int64_t i = group.rank(); i < count; i += group.size()) indices.push_back(i);
  return indices;
}

Group& alone() {
  static Group group;
  return group;
}

}  // namespace alinea
