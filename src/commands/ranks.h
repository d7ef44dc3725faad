// The ranks that a command runs on. Those that follow are silent on stderr while it lives, but for
// an error that ends them.
#pragma once

#include <cstdint>
#include <memory>
#include <streambuf>

#include "distributed/group.h"

namespace alinea {

class Ranks {
 public:
  // What join() takes and throws.
  explicit Ranks(double timeout);
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;
  ~Ranks();

  Group& group() const { return *group_; }
  // How many threads a rank has where --threads says `given`: with 0, its share of the host's
  // cores, or 0 for all that it may use, where it is alone or bound to some.
  static int64_t threads(int64_t given);

 private:
  std::unique_ptr<Group> group_;
  std::streambuf* stderr_;
};

}  // namespace alinea
