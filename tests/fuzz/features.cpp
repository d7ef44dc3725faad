// Sounds, pictures and tables of every format, and archives.
#include <cmath>
#include <cstdlib>

#include "fuzz/fuzz_target.h"
#include "signals/bytes.h"
#include "signals/feature_reader.h"
#include "signals/idx_file.h"
#include "signals/parameter_files.h"
#include "support/error.h"

namespace alinea::fuzz {

namespace {

void read_entry(const std::string& entry) {
  FeatureOptions options;
  options.mel_filters = 5;
  options.deltas = 1;
  options.mfc_columns = 3;
  FeatureReader reader(options, {.folder = {}, .most_seconds = 2});
  try {
    if (!reader.adapt(entry)) return;
  } catch (const UsageError&) {
    return;  // a rate that is too low for the filters
  }
  const FeatureRows rows = reader.read(entry);
  if (rows.columns != reader.options().columns) std::abort();
  for (const float x : rows.values)
    if (!std::isfinite(x)) std::abort();
}

}  // namespace

void read(const std::filesystem::path& file) {
  const std::unique_ptr<Bytes> bytes = file_bytes(file);
  for (const auto attempt : {+[](const Bytes& all) { kaldi_keys(all); },
                             +[](const Bytes& all) { read_idx(all.all(), 0); }}) {
    try {
      attempt(*bytes);
    } catch (const Error&) {
      // It may be of another format.
    }
  }
  read_entry(file.string());
}

}  // namespace alinea::fuzz
