// What the question about a story looked at, as a table.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "attention/weights.h"
#include "storage/atomic_file.h"

namespace alinea {

struct StoryLook {
  struct Sentence {
    int64_t line;  // as the story numbers it
    std::string text;
  };
  std::vector<Sentence> sentences;  // the facts, and the question as the last one
  KeptAttention attention;          // [1, heads, sentences]
  std::vector<float> steps = {};    // that each sentence took; of positions that halt alone
};

// question,layer,head,line,sentence,weight and, where positions halt by themselves, steps; a row
// for each sentence, head and layer. Questions, layers and heads are counted from 0. CSV by RFC
// 4180. finish() gives the file its name, and without it nothing is left. Throws Error where the
// file cannot be written.
class StoryAttentionFile {
 public:
  explicit StoryAttentionFile(const std::filesystem::path& path) : file_(path) {}
  void write(int64_t question, const StoryLook& look);
  void finish();

 private:
  void write_header(bool has_steps);

  AtomicFile file_;
  bool has_header_ = false;
};

}  // namespace alinea
