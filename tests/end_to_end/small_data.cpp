#include "small_data.h"

#include <cmath>
#include <numbers>

#include "signals/feature_bytes.h"
#include "support/random.h"

namespace alinea {

namespace {

constexpr int kSide = 12;

// Bytes of an idx file, and the corner of each picture.
struct Pictures {
  std::string bytes;
  std::vector<int> corners;
};

Pictures make_pictures(int count) {
  Pictures pictures;
  const auto big_endian = [](int number) {
    return bytes_of_number(int32_t{number}, std::endian::big);
  };
  pictures.bytes =
      std::string("\0\0\10\3", 4) + big_endian(count) + big_endian(kSide) + big_endian(kSide);
  Random random(1);
  for (int i = 0; i < count; ++i) {
    const int corner = static_cast<int>(random.next() % 3);
    pictures.corners.push_back(corner);
    const int top = corner == 2 ? 7 : 1, left = corner == 1 ? 7 : 1;
    for (int y = 0; y < kSide; ++y)
      for (int x = 0; x < kSide; ++x) {
        const bool is_bright = y >= top && y < top + 4 && x >= left && x < left + 4;
        pictures.bytes +=
            static_cast<char>((is_bright ? 200 : 0) + static_cast<int>(random.next() % 50));
      }
  }
  return pictures;
}

const char* name_of(int corner) {
  constexpr const char* kCorners[] = {"upper left", "upper right", "lower left"};
  return kCorners[corner];
}

constexpr const char* kPictureFile = "pictures-idx3-ubyte";

bool is_held_out(size_t i) { return i % 4 == 0; }

// A tenth of a second for each word, the last fifth of it silent.
std::string sound_of(const std::vector<size_t>& tones, int32_t rate) {
  constexpr double kFrequencies[] = {300, 900, 2400};
  std::vector<int16_t> samples;
  for (const size_t tone : tones)
    for (int t = 0; t < rate / 10; ++t)
      samples.push_back(static_cast<int16_t>(
          t < rate * 8 / 100 ? 8000 * std::sin(2 * std::numbers::pi * kFrequencies[tone] * t / rate)
                             : 0));
  return wav_bytes(samples, rate);
}

}  // namespace

void write_documents(const Workspace& work) {
  for (const auto& [file, count] : {std::pair("train.tsv", 60), std::pair("valid.tsv", 12)}) {
    const std::vector<std::string> lines =
        lines_of(bytes_of(std::string(ALINEA_LETTERS "/") + file));
    std::string text;
    for (int i = 0; i < count; ++i) text += lines.at(static_cast<size_t>(i)) + "\n";
    work.write(file, text);
  }
}

std::vector<TaggedSentence> tagged_sentences(int count) {
  const std::vector<std::string> nouns = {"play", "dog", "Ann", "rain"},
                                 verbs = {"starts", "play", "stops"};
  std::vector<TaggedSentence> sentences;
  for (int i = 0; i < count; ++i) {
    TaggedSentence& s = sentences.emplace_back();
    const auto add = [&s](const std::string& word, const std::string& tag) {
      s.words.push_back(word);
      s.tags.push_back(tag);
    };
    const bool asks = i % 3 == 0, has_article = i % 4 != 2;
    if (asks) add("does", "O");
    if (has_article) add("the", "B-NP");
    add(has_article ? nouns[i % 4] : nouns[2 + i % 2], has_article ? "I-NP" : "B-NP");
    add(verbs[i % 3], "B-VP");
    if (i % 5 == 0) add("now", "O");
    s.label = asks ? "ask" : "say";
  }
  return sentences;
}

std::string joined_words(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string as_columns(const std::vector<TaggedSentence>& sentences, bool tags) {
  std::string text;
  for (const TaggedSentence& s : sentences) {
    for (size_t t = 0; t < s.words.size(); ++t)
      text += s.words[t] + (tags ? "\t" + s.tags[t] + "\n" : "\n");
    text += "\n";
  }
  return text;
}

std::string as_lines(const std::vector<TaggedSentence>& sentences) {
  std::string text;
  for (const TaggedSentence& s : sentences)
    text += joined_words(s.words) + "\t" + joined_words(s.tags) + "\t" + s.label + "\n";
  return text;
}

std::string pairs_text(int count) {
  const std::vector<std::string> animals = {"cat", "dog", "owl", "fox"};
  std::string text;
  for (int i = 0; i < count; ++i) {
    const std::string &in = animals[static_cast<size_t>(i) % 4],
                      &asked = animals[static_cast<size_t>(i / 4) % 4];
    text += (in == asked ? "yes" : "no") + std::string("\tThe ") + in + " sleeps. It is " +
            std::to_string(i % 7) + ".\tA " + asked + " sleeps\n";
  }
  return text;
}

std::vector<std::string> sleepers() { return {"Ann", "Bob", "Cid", "Dan", "Eve"}; }

std::string questions_text(int count) {
  const std::vector<std::string> names = sleepers();
  std::string text;
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    const std::string &asleep = names[i % 5], &awake = names[(i + 1 + i / 5 % 4) % 5];
    text += (i % 2 == 0 ? asleep + " sleeps but " + awake + " runs ."
                        : awake + " runs but " + asleep + " sleeps .") +
            "\tXXXXX has no work .\t" + asleep + "\t" + awake + "|" + asleep + "\n";
  }
  return text;
}

std::vector<std::string> rooms_of_stories() { return {"hall", "garden", "office", "kitchen"}; }

std::string stories_text(size_t count) {
  const std::vector<std::string> people = {"Mary", "John", "Sandra"}, rooms = rooms_of_stories();
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    const std::string &one = people[i % 3], &other = people[(i + 1 + i / 3 % 2) % 3];
    const std::string &there = rooms[i / 6 % 4], &elsewhere = rooms[(i / 24 + i) % 4];
    const bool asks_first = i / 2 % 2 == 0;
    text += "1 " + one + " went to the " + there + ".\n2 " + other + " is in the " + elsewhere +
            ".\n3 Where is " + (asks_first ? one : other) + "?\t" +
            (asks_first ? there : elsewhere) + "\t" + (asks_first ? "1" : "2") + "\n";
  }
  return text;
}

void write_labelled_pictures(const Workspace& work, int count) {
  const Pictures pictures = make_pictures(count);
  work.write(kPictureFile, pictures.bytes);
  std::string train, valid;
  for (size_t i = 0; i < pictures.corners.size(); ++i)
    (is_held_out(i) ? valid : train) += name_of(pictures.corners[i]) + std::string("\t") +
                                        kPictureFile + ":" + std::to_string(i) + "\n";
  work.write("train.tsv", train);
  work.write("valid.tsv", valid);
}

void write_described_pictures(const Workspace& work, int count) {
  const Pictures pictures = make_pictures(count);
  work.write(kPictureFile, pictures.bytes);
  std::string lists[2], texts[2];
  for (size_t i = 0; i < pictures.corners.size(); ++i) {
    lists[is_held_out(i)] += kPictureFile + std::string(":") + std::to_string(i) + "\n";
    texts[is_held_out(i)] += name_of(pictures.corners[i]) + std::string("\n");
  }
  work.write("train.lst", lists[false]);
  work.write("train.txt", texts[false]);
  work.write("valid.lst", lists[true]);
  work.write("valid.txt", texts[true]);
}

Tones::Tones(const Workspace& work, const std::string& name, size_t count, int32_t rate) {
  constexpr const char* kWords[] = {"low", "middle", "high"};
  for (size_t i = 0; i < count; ++i) {
    const size_t length = 1 + i % 3;
    std::vector<size_t> tones;
    std::string line;
    for (size_t k = 0, rest = i / 3; k < length; ++k, rest /= 3) {
      tones.push_back((rest + k * i) % 3);
      line += (line.empty() ? "" : " ") + std::string(kWords[tones.back()]);
    }
    const std::string file = name + std::to_string(i) + ".wav";
    work.write(file, sound_of(tones, rate));
    list += file + "\n";
    text += line + "\n";
  }
  work.write(name + ".lst", list);
  work.write(name + ".txt", text);
}

}  // namespace alinea
