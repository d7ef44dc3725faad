// How often the decoder reads the target's own words as training goes on: the schedules of
// scheduled sampling (Bengio, Vinyals, Jaitly & Shazeer 2015, section 2.4).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace alinea {

class FieldList;

struct ScheduledSamplingOptions {
  std::string kind = "none";  // a name of scheduled_sampling_names()
  double decay = 10000;       // k, updates
  double minimum = 0;         // ε never falls below

  void visit(FieldList& fields);
};

// none               ε_i = 1
// linear             ε_i = 1 - i / k
// exponential        ε_i = e^(-i / k)
// inverse-sigmoid    ε_i = k / (k + e^(i / k))
std::vector<std::string> scheduled_sampling_names();

// The probability ε_i that a word read is the target's, after `update` updates. Throws UsageError
// for an unknown kind.
double teacher_forcing(const ScheduledSamplingOptions& options, int64_t update);

}  // namespace alinea
