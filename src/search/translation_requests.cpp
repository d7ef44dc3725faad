#include "search/translation_requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <utility>

#include "support/counted.h"
#include "support/error.h"

namespace alinea {

namespace {

constexpr const char* kInput = "the input";

std::vector<std::string> fields(const std::string& line) {
  std::vector<std::string> result;
  for (size_t begin = 0; begin <= line.size();) {
    const size_t end = std::min(line.find('\t', begin), line.size());
    result.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return result;
}

}  // namespace

std::vector<Guidance::Phrase> known_phrases(
    std::span<const std::string> phrases, const Language& target, std::span<const int32_t> source,
    const std::function<void(const std::string& phrase, bool is_empty)>& pass_over) {
  const auto can_be_written = [&](int32_t id) {
    return id < target.vocabulary().size() ? id != kUnknown
                                           : std::ranges::find(source, id) != source.end();
  };
  std::vector<Guidance::Phrase> known;
  for (const std::string& phrase : phrases) {
    Guidance::Phrase ids = target.encode(phrase);
    if (ids.empty() || !std::ranges::all_of(ids, can_be_written))
      pass_over(phrase, ids.empty());
    else
      known.push_back(std::move(ids));
  }
  return known;
}

TranslationRequests::TranslationRequests(const DecodingOptions& options, const Language& target)
    : target_(target),
      prefixes_(open(options.prefixes)),
      required_(open(options.constraints)),
      avoided_(open(options.avoided)) {}

TranslationRequests::File TranslationRequests::open(const std::filesystem::path& path) const {
  File file;
  if (!path.empty()) file.reader.emplace(path);
  return file;
}

void TranslationRequests::Request::begin_with(const std::string& text, const Language& target) {
  prefix = target.tokens(text);
  guidance.prefix = target.encode(text);
}

TranslationRequests::Request TranslationRequests::next(std::span<const int32_t> source) {
  for (File* file : {&prefixes_, &required_, &avoided_})
    if (file->reader && !file->reader->next(file->line))
      throw Error("'{}' has only {}, but {} has more: expected one line per input line",
                  file->reader->path().string(), counted(file->reader->line_number(), "line"),
                  kInput);
  Request request;
  request.guidance.number = number_++;
  if (prefixes_.reader) request.begin_with(prefixes_.line, target_);
  request.guidance.required = phrases(required_, source, /*need_known=*/true);
  request.guidance.avoided = phrases(avoided_, source, /*need_known=*/false);
  return request;
}

std::vector<Guidance::Phrase> TranslationRequests::phrases(const File& file,
                                                           std::span<const int32_t> source,
                                                           bool need_known) const {
  if (!file.reader || file.line.empty()) return {};
  const std::vector<std::string> given = fields(file.line);
  return known_phrases(given, target_, source, [&](const std::string& phrase, bool is_empty) {
    if (!is_empty && !need_known) return;
    std::cerr << fmt::format(
        "'{}', line {}: ignored {}\n", file.reader->path().string(), file.reader->line_number(),
        is_empty ? "an empty phrase: phrases are separated by single tabs"
                 : fmt::format("{:?}, which has tokens that the model cannot write", phrase));
  });
}

void TranslationRequests::finish() {
  for (File* file : {&prefixes_, &required_, &avoided_})
    if (file->reader && file->reader->next(file->line))
      throw Error("'{}' has more lines than {}: expected one line per input line",
                  file->reader->path().string(), kInput);
}

}  // namespace alinea
