#include "text/vocabulary.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "storage/atomic_file.h"
#include "support/counted.h"
#include "support/error.h"
#include "support/utf8.h"
#include "text/line_reader.h"

namespace alinea {

namespace {

constexpr std::array<std::string_view, 3> kSpecials = {"<unk>", "<s>", "</s>"};
constexpr int64_t kSpecialCount = kSpecials.size();

bool is_special(std::string_view token) {
  return std::ranges::find(kSpecials, token) != kSpecials.end();
}

struct Fault {
  size_t index;  // of the first token that is wrong
  std::string what;
};

std::optional<std::string> fault_of(const std::string& token) {
  if (token.empty()) return "an empty token";
  if (token.find('\n') != std::string::npos) return "a token with a line break";
  if (!is_valid_text(token)) return "a token that is not valid UTF-8";
  return std::nullopt;
}

std::optional<Fault> find_fault(const std::vector<std::string>& tokens) {
  TextMap<size_t> seen;
  for (size_t i = 0; i < std::max(tokens.size(), kSpecials.size()); ++i) {
    if (i < kSpecials.size() && (i >= tokens.size() || tokens[i] != kSpecials[i])) {
      return Fault{i, fmt::format("expected {}", kSpecials.at(i))};
    }
    if (auto what = fault_of(tokens[i])) return Fault{i, *what};
    const auto [first, is_new] = seen.emplace(tokens[i], i);
    if (!is_new) return Fault{i, fmt::format("'{}' repeated, as {}", tokens[i], first->second)};
  }
  return std::nullopt;
}

// As LineReader reads them, but that "\r" may end a token: lines end in "\r\n" where the first
// one does.
std::vector<std::string> split_lines(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const bool carriage_returns = text.starts_with("<unk>\r\n");
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (carriage_returns && line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

Vocabulary::Vocabulary(std::vector<std::string> tokens) : tokens_(std::move(tokens)) {
  if (const auto fault = find_fault(tokens_)) {
    throw Error("not a vocabulary: {} at id {}", fault->what, fault->index);
  }
  for (size_t i = kSpecialCount; i < tokens_.size(); ++i) {
    ids_.emplace(tokens_[i], static_cast<int32_t>(i));
  }
}

int32_t Vocabulary::id(std::string_view token) const {
  const auto found = ids_.find(token);
  return found == ids_.end() ? kUnknown : found->second;
}

const std::string& Vocabulary::token(int32_t id) const {
  return tokens_.at(static_cast<size_t>(id));
}

Vocabulary Vocabulary::load(const std::filesystem::path& path) {
  std::vector<std::string> tokens = split_lines(read_file(path));
  if (const auto fault = find_fault(tokens)) {
    throw Error(
        "'{}' is not a vocabulary: {} on line {}; expected <unk>, <s>, </s> and one token per line",
        path.string(), fault->what, fault->index + 1);
  }
  return Vocabulary(std::move(tokens));
}

void Vocabulary::save(const std::filesystem::path& path) const {
  AtomicFile file(path);
  for (const std::string& token : tokens_) file.stream() << token << '\n';
  file.commit();
}

void VocabularyCounter::add(std::string_view token, int64_t times) {
  if (is_special(token)) return;
  const auto found = counts_.find(token);
  if (found != counts_.end()) {
    found->second += times;
  } else {
    counts_.emplace(token, times);
  }
}

Vocabulary VocabularyCounter::build(int64_t min_frequency, int64_t max_size) const {
  if (max_size < 0 || (max_size > 0 && max_size <= kSpecialCount)) {
    throw Error(
        "a vocabulary of {} has no room for more than its {} special tokens: raise "
        "vocabulary-size, or give 0 for no limit",
        max_size, kSpecialCount);
  }
  std::vector<std::pair<int64_t, std::string_view>> ranked;
  for (const auto& [token, count] : counts_) {
    if (count >= min_frequency) ranked.emplace_back(-count, token);
  }
  if (counts_.empty()) throw Error("no vocabulary: the text has no tokens");
  if (ranked.empty()) {
    throw Error("no vocabulary: none of {} occurs {}; lower min-frequency",
                counted(counts_.size(), "token"), counted(min_frequency, "time"));
  }
  std::ranges::sort(ranked);
  const auto room = static_cast<size_t>(max_size - kSpecialCount);
  if (max_size > 0 && ranked.size() > room) ranked.resize(room);

  std::vector<std::string> tokens(kSpecials.begin(), kSpecials.end());
  for (const auto& [count, token] : ranked) tokens.emplace_back(token);
  return Vocabulary(std::move(tokens));
}

}  // namespace alinea
