// The ranks that a command runs on, and their threads.
#pragma once

#include <cstdint>
#include <memory>
#include <streambuf>

#include "distributed/group.h"
#include "options/options.h"

namespace alinea {

struct RanksOptions {
  int64_t threads = 0;   // of every rank; 0: its share of the host's cores
  double timeout = 300;  // seconds

  void visit(FieldList& fields);
};

class Ranks {
 public:
  // Sets the number of threads. Ranks that follow are silent on stderr while it lives, but for an
  // error that ends them. Throws what join() throws.
  explicit Ranks(const RanksOptions& options);
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;
  ~Ranks();

  Group& group() const { return *group_; }

 private:
  std::unique_ptr<Group> group_;
  std::streambuf* stderr_;
};

}  // namespace alinea
