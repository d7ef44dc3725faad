// The tokens that a model knows, numbered from 0. As a file: one token per line; the line number,
// counted from 0, is the id.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace alinea {

inline constexpr int32_t kUnknown = 0;  // <unk>
inline constexpr int32_t kBegin = 1;    // <s>
inline constexpr int32_t kEnd = 2;      // </s>
inline constexpr const char* kEndSymbol = "</s>";

// Hashes std::string and std::string_view alike, so that a lookup copies nothing.
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

template <typename Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

class Vocabulary {
 public:
  // The first three tokens are <unk>, <s> and </s>; the others are valid UTF-8 of one line, neither
  // empty nor repeated. Throws Error that names the id otherwise.
  explicit Vocabulary(std::vector<std::string> tokens);

  // kUnknown where the token is not known. A text that spells a special symbol is not one.
  int32_t id(std::string_view token) const;
  const std::string& token(int32_t id) const;
  const std::vector<std::string>& tokens() const { return tokens_; }
  int64_t size() const { return static_cast<int64_t>(tokens_.size()); }

  // Throws Error that names the file, and the line where it is the line that is wrong.
  static Vocabulary load(const std::filesystem::path& path);
  void save(const std::filesystem::path& path) const;

  bool operator==(const Vocabulary& other) const { return tokens_ == other.tokens_; }

 private:
  std::vector<std::string> tokens_;
  TextMap<int32_t> ids_;  // without the special symbols
};

// Counts tokens and makes a vocabulary of the frequent ones.
class VocabularyCounter {
 public:
  void add(std::string_view token, int64_t times = 1);

  // Tokens seen min_frequency times or more, by descending frequency, then bytewise; max_size
  // counts the special symbols, 0 = no limit. Throws Error that says which option to change where
  // no token is left.
  Vocabulary build(int64_t min_frequency, int64_t max_size) const;

 private:
  TextMap<int64_t> counts_;
};

}  // namespace alinea
