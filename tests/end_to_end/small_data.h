// Small data of every kind that the program learns from, as texts and files of a workspace.
#pragma once

#include <string>
#include <vector>

#include "workspace.h"

namespace alinea {

// The first lines of corpora/letters: train.tsv and valid.tsv.
void write_documents(const Workspace& work);

// Sentences such as "the play starts", in which "play" is a noun behind "the" and a verb elsewhere,
// with spans of noun phrases; and a class that the first word tells.
struct TaggedSentence {
  std::vector<std::string> words, tags;
  std::string label;
};
std::vector<TaggedSentence> tagged_sentences(int count);
std::string joined_words(const std::vector<std::string>& words);
// A word a line, with its tag behind a tab.
std::string as_columns(const std::vector<TaggedSentence>& sentences, bool tags = true);
// A sentence a line: words, tags and class.
std::string as_lines(const std::vector<TaggedSentence>& sentences);

// A pair is "yes" where the hypothesis' animal is in the premise.
std::string pairs_text(int count);

// Whoever sleeps in the document sleeps in the query.
std::vector<std::string> sleepers();
std::string questions_text(int count);

// Two people go somewhere, and where one of them is is asked.
std::vector<std::string> rooms_of_stories();
std::string stories_text(size_t count);

// pictures-idx3-ubyte, pictures of 12 by 12 pixels with a bright square in the corner that is their
// class, and noise; and its lists: train.tsv, and valid.tsv with every fourth line.
void write_labelled_pictures(const Workspace& work, int count);
// The same pictures to be described: train.lst, valid.lst, and their texts in train.txt, valid.txt.
void write_described_pictures(const Workspace& work, int count);

// `count` sounds called NAME0.wav and on, their list NAME.lst and their text NAME.txt, which says
// how high their tones are.
struct Tones {
  Tones(const Workspace& work, const std::string& name, size_t count, int32_t rate = 8000);
  std::string list, text;
};

}  // namespace alinea
