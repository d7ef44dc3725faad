#include "commands/align.h"

#include <filesystem>

#include "commands/alignments.h"
#include "commands/forced_pairs.h"
#include "commands/options.h"
#include "commands/threads.h"
#include "reports/alignment_writer.h"
#include "support/error.h"

namespace alinea {

void align_command(std::span<const std::string> arguments) {
  ForcedPairsOptions options;
  std::filesystem::path output, heatmap;
  std::string format = "tidy";
  Options table("align", "Writes what attention does with given translations");
  add_forced_pairs(table, options);
  table.add("output", output, "file to write, for the format matrix a folder")
      .choice("format", format, alignment_formats(),
              "matrix: a CSV a sentence; tidy: one CSV, a row a weight; pharaoh: i-j pairs")
      .add("heatmap", heatmap, "folder for a picture (SVG) of every sentence");
  if (!table.parse(arguments)) return;
  if (output.empty() && heatmap.empty())
    throw UsageError("expected --output, --heatmap or both: there is nothing to write to");
  use_threads(options.threads);
  options.keep_attention = true;

  std::vector<std::unique_ptr<AlignmentWriter>> writers;
  if (!output.empty()) writers.push_back(make_alignment_writer(format, output));
  if (!heatmap.empty()) writers.push_back(make_heatmap_writer(heatmap));
  for_forced_pairs(options, [&](const ForcedPair& pair) {
    const Alignment alignment = make_alignment(pair.sentence, pair.source, pair.target,
                                               {pair.result.attention, pair.result.focus});
    for (const auto& writer : writers) writer->write(alignment);
  });
  for (const auto& writer : writers) writer->finish();
}

}  // namespace alinea
