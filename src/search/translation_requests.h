// What is asked of each translation in files beside the input, line for line: --prefix,
// --constraints and --avoid.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "search/decoding_options.h"
#include "search/guidance.h"
#include "text/language.h"
#include "text/line_reader.h"

namespace alinea {

// The phrases that can be written, as ids: of words of the vocabulary and, of a model that copies,
// of those of its source. `pass_over` is told of each other one: what has no token, or one that
// cannot be said, so that it need not be avoided either.
std::vector<Guidance::Phrase> known_phrases(
    std::span<const std::string> phrases, const Language& target, std::span<const int32_t> source,
    const std::function<void(const std::string& phrase, bool is_empty)>& pass_over);

class TranslationRequests {
 public:
  // Throws Error where a file cannot be read. The language outlives the requests.
  TranslationRequests(const DecodingOptions& options, const Language& target);

  struct Request {
    Guidance guidance;
    std::vector<std::string> prefix;  // its tokens as the file has them

    // The translation begins with that text.
    void begin_with(const std::string& text, const Language& target);
  };
  // Of the next line, by the ids of its source. Throws Error where a file has no such line. A
  // phrase that is empty, or required and not to be written, is passed over with a warning.
  Request next(std::span<const int32_t> source);

  // Throws Error where a file has lines left.
  void finish();

 private:
  struct File {
    std::optional<LineReader> reader;
    std::string line = {};
  };
  File open(const std::filesystem::path& path) const;
  std::vector<Guidance::Phrase> phrases(const File& file, std::span<const int32_t> source,
                                        bool need_known) const;

  const Language& target_;
  File prefixes_, required_, avoided_;
  uint64_t number_ = 0;
};

}  // namespace alinea
