#include "tasks/teacher_forcing.h"

#include <algorithm>
#include <cmath>

#include "options/field_list.h"
#include "options/limits.h"
#include "support/name_table.h"

namespace alinea {

namespace {

// Of update i with decay k.
using Probability = double (*)(double k, double i);

const NameTable<Probability> kDecays(
    "scheduled sampling",
    {{"none", [](double, double) { return 1.0; }},
     {"linear", [](double k, double i) { return 1 - i / k; }},
     {"exponential", [](double k, double i) { return std::exp(-i / k); }},
     {"inverse-sigmoid", [](double k, double i) { return k / (k + std::exp(i / k)); }}});

}  // namespace

std::vector<std::string> scheduled_sampling_names() { return kDecays.names(); }

void ScheduledSamplingOptions::visit(FieldList& fields) {
  fields.group("Scheduled sampling")
      .choice("scheduled-sampling", kind, scheduled_sampling_names(),
              "how the share of words that the decoder reads from the target decreases, in favour "
              "of its own")
      .add("scheduled-sampling-decay", decay, "the constant k of the schedule, in updates")
      .range(1.0, kAnyNumber)
      .needs("scheduled-sampling")
      .add("scheduled-sampling-minimum", minimum, "smallest share of words read from the target")
      .range(0.0, 1.0)
      .needs("scheduled-sampling");
}

double teacher_forcing(const ScheduledSamplingOptions& options, int64_t update) {
  return std::max(options.minimum,
                  kDecays[options.kind](options.decay, static_cast<double>(update)));
}

}  // namespace alinea
