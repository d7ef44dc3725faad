// The embedded corpus for document classification: letters to a hotel, drawn with a fixed seed. One
// sentence of each tells what the letter is about; the others are small talk, drawn without regard
// to that.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace alinea {

struct Letter {
  std::string label;                   // booking, cancellation, complaint or praise
  std::vector<std::string> sentences;  // each with its capital letter and its full stop
  size_t telling = 0;                  // the sentence that tells, counted from 0
};

struct LetterSplits {
  std::vector<Letter> train, valid, test;
};

// No letter is drawn twice. Every label is as likely as the others, and so is every place of the
// telling sentence.
LetterSplits draw_letters();

// Writes {train,valid,test}.tsv, a line `label<TAB>letter` each, and test.gold, the telling
// sentence of each test letter. Throws Error where that fails.
void write_letter_corpus(const std::filesystem::path& folder);

}  // namespace alinea
