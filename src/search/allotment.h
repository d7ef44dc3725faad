// How a beam is shared among hypotheses that have met different numbers of constraints (Post &
// Vilar 2018, "Fast Lexically Constrained Decoding with Dynamic Beam Allocation for Neural Machine
// Translation", section 3.3).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace alinea {

// Places for each bank out of beam_size, given how many candidates each has. All banks get the same
// share and the last what is left over; what a bank cannot fill goes to those that can, its
// neighbours first. So the last bank that has candidates always gets a place. One bank gets all.
std::vector<int64_t> allotted(std::span<const int64_t> candidates, int64_t beam_size);

}  // namespace alinea
