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
    std::span<const std::string> phrases, const Language& target,
    const std::function<void(const std::string& phrase, bool is_empty)>& pass_over) {
  std::vector<Guidance::Phrase> known;
  for (const std::string& phrase : phrases) {
    Guidance::Phrase ids = target.encode(phrase);
    if (ids.empty() || std::ranges::find(ids, kUnknown) != ids.end())
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

TranslationRequests::Request TranslationRequests::next() {
  for (File* file : {&prefixes_, &required_, &avoided_})
    if (file->reader && !file->reader->next(file->line))
      throw Error("'{}' has only {}, but {} has more: expected one line per input line",
                  file->reader->path().string(), counted(file->reader->line_number(), "line"),
                  kInput);
  Request request;
  request.guidance.number = number_++;
  if (prefixes_.reader) request.begin_with(prefixes_.line, target_);
  request.guidance.required = phrases(required_, /*need_known=*/true);
  request.guidance.avoided = phrases(avoided_, /*need_known=*/false);
  return request;
}

std::vector<Guidance::Phrase> TranslationRequests::phrases(const File& file,
                                                           bool need_known) const {
  if (!file.reader || file.line.empty()) return {};
  const std::vector<std::string> given = fields(file.line);
  return known_phrases(given, target_, [&](const std::string& phrase, bool is_empty) {
    if (!is_empty && !need_known) return;
    std::cerr << fmt::format(
        "'{}', line {}: ignored {}\n", file.reader->path().string(), file.reader->line_number(),
        is_empty
            ? "an empty phrase: phrases are separated by single tabs"
            : fmt::format("{:?}, which has tokens that are not in the model's target vocabulary",
                          phrase));
  });
}

void TranslationRequests::finish() {
  for (File* file : {&prefixes_, &required_, &avoided_})
    if (file->reader && file->reader->next(file->line))
      throw Error("'{}' has more lines than {}: expected one line per input line",
                  file->reader->path().string(), kInput);
}

}  // namespace alinea
