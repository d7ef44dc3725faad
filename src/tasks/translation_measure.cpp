#include "tasks/translation_measure.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "metrics/bleu.h"
#include "metrics/chrf.h"
#include "storage/scratch_file.h"
#include "support/error.h"

namespace alinea {

namespace {

Judgement judge_by_script(const ScriptOptions& script, std::span<const std::string> translations) {
  try {
    ScratchFile file;
    for (const std::string& line : translations) {
      const std::string whole = line + '\n';
      file.append(std::as_bytes(std::span(whole)));
    }
    return {script_score(script, file.shared_path()), {}};
  } catch (const Error& error) {
    return {std::numeric_limits<double>::quiet_NaN(),
            fmt::format("warning: {}: this validation has no score", error.what())};
  }
}

}  // namespace

TranslationMeasure bleu_measure(References references, BleuTokenizer tokenizer) {
  return {{"bleu", "BLEU", Better::kHigher},
          [=, right = std::move(references)](std::span<const std::string> translations) {
            return Judgement{corpus_bleu(translations, right, tokenizer).score, {}};
          }};
}

TranslationMeasure chrf_measure(References references) {
  return {{"chrf", "chrF2", Better::kHigher},
          [right = std::move(references)](std::span<const std::string> translations) {
            return Judgement{corpus_chrf(translations, right).score, {}};
          }};
}

TranslationMeasure script_measure(const ScriptOptions& script) {
  return {{"translation", script.path.filename().string(), Better::kHigher},
          [=](std::span<const std::string> translations) {
            return judge_by_script(script, translations);
          }};
}

}  // namespace alinea
