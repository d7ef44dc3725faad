#include "search/translation_requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "support/error.h"

namespace alinea {

namespace {

constexpr const char* kInput = "standard input";

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

TranslationRequests::Request TranslationRequests::next() {
  for (File* file : {&prefixes_, &required_, &avoided_})
    if (file->reader && !file->reader->next(file->line))
      throw Error("'{}' has only {} lines, but {} has more: expected one line per input line",
                  file->reader->path().string(), file->reader->line_number(), kInput);
  Request request;
  request.guidance.number = number_++;
  if (prefixes_.reader) {
    request.prefix = target_.tokens(prefixes_.line);
    request.guidance.prefix = target_.encode(prefixes_.line);
  }
  request.guidance.required = phrases(required_, /*need_known=*/true);
  request.guidance.avoided = phrases(avoided_, /*need_known=*/false);
  return request;
}

// What has an unknown token cannot be said, so that it need not be avoided either.
std::vector<std::vector<int32_t>> TranslationRequests::phrases(const File& file,
                                                               bool need_known) const {
  std::vector<std::vector<int32_t>> phrases;
  if (!file.reader || file.line.empty()) return phrases;
  for (const std::string& phrase : fields(file.line)) {
    std::vector<int32_t> ids = target_.encode(phrase);
    const auto where = [&] {
      return fmt::format("'{}', line {}", file.reader->path().string(), file.reader->line_number());
    };
    if (ids.empty()) {
      std::cerr << where() << ": ignored an empty phrase: phrases are separated by single tabs\n";
      continue;
    }
    const bool is_known = std::ranges::find(ids, kUnknown) == ids.end();
    if (is_known) phrases.push_back(std::move(ids));
    if (!is_known && need_known)
      std::cerr << fmt::format(
          "{}: ignored {:?}, which has tokens that are not in the model's target vocabulary\n",
          where(), phrase);
  }
  return phrases;
}

void TranslationRequests::finish() {
  for (File* file : {&prefixes_, &required_, &avoided_})
    if (file->reader && file->reader->next(file->line))
      throw Error("'{}' has more lines than {}: expected one line per input line",
                  file->reader->path().string(), kInput);
}

}  // namespace alinea
