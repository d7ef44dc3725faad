// Orders to a house that listens, with the slots of each and what is wanted. The tag of many words
// follows from others: a name is a person or an artist, a time begins something or ends it, and
// whether something is switched on or off often stands at the end.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "toys/draws.h"
#include "toys/toy_corpora.h"

namespace alinea {
namespace {

using Text = std::string_view;

struct Pattern {
  Text intent, text;  // {slot} is a place for the words of a slot
};

constexpr auto kPatterns = std::to_array<Pattern>({
    {"switch-on", "turn on the {device} in the {room}"},
    {"switch-on", "turn the {device} in the {room} on at {begin}"},
    {"switch-on", "i want the {device} on from {begin} to {end}"},
    {"switch-on", "from {begin} until {end} the {device} of {person} should be on"},
    {"switch-off", "turn off the {device} in the {room}"},
    {"switch-off", "turn the {device} in the {room} off at {begin}"},
    {"switch-off", "i want the {device} off from {begin} to {end}"},
    {"switch-off", "from {begin} until {end} the {device} of {person} should be off"},
    {"play", "play {song} by {artist} in the {room}"},
    {"play", "{person} wants to hear {song} by {artist}"},
    {"play", "i would like to hear something by {artist} at {begin}"},
    {"play", "play {song} for {person} until {end}"},
    {"remind", "remind {person} of {song} at {begin}"},
    {"remind", "tell {person} at {begin} that the {device} in the {room} is on"},
    {"remind", "wake {person} at {begin}"},
    {"remind", "do not let {person} sleep until {end} in the {room}"},
});

constexpr auto kDevices = std::to_array<Text>({"lamp", "big lamp", "heater", "old heater", "radio",
                                               "fan", "coffee machine", "oven", "washing machine"});
constexpr auto kRooms = std::to_array<Text>({"kitchen", "cellar", "hall", "living room", "bed room",
                                             "bath room", "garden", "room of anna", "attic"});
constexpr auto kNames = std::to_array<Text>(
    {"anna", "ben", "clara", "david", "emma", "felix", "nora", "oscar", "ruth", "summer"});
constexpr auto kSongWords = std::to_array<Text>(
    {"blue", "rain", "summer", "night", "river", "long", "golden", "train", "winter", "road"});
constexpr auto kHours = std::to_array<Text>(
    {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"});

std::string time(Random& random) {
  const Text hour = one_of(kHours, random);
  switch (random() % 4) {
    case 0:
      return fmt::format("{}", hour);
    case 1:
      return fmt::format("{} thirty", hour);
    case 2:
      return fmt::format("half past {}", hour);
    default:
      return fmt::format("{} in the evening", hour);
  }
}

std::string words_of(Text slot, Random& random) {
  if (slot == "device") return std::string(one_of(kDevices, random));
  if (slot == "room") return std::string(one_of(kRooms, random));
  if (slot == "begin" || slot == "end") return time(random);
  if (slot == "song")
    return fmt::format("{}", fmt::join(some_of(kSongWords, 1 + random() % 3, random), " "));
  return std::string(one_of(kNames, random));  // person, artist
}

size_t count_words(Text text) {
  size_t count = 1;
  for (const char c : text) count += c == ' ' ? 1 : 0;
  return count;
}

void add(std::string& line, Text more) {
  if (!line.empty()) line += ' ';
  line += more;
}

}  // namespace

std::string draw_order(Random& random) {
  const Pattern& pattern = one_of(kPatterns, random);
  std::string words, tags;
  if (once_in(4, random)) {
    words = "please";
    tags = "O";
  }
  for (Text left = pattern.text; !left.empty();) {
    const size_t end = std::min(left.find(' '), left.size());
    const Text word = left.substr(0, end);
    left.remove_prefix(std::min(end + 1, left.size()));
    const bool is_slot = word.front() == '{';
    const Text slot = is_slot ? word.substr(1, word.size() - 2) : Text();
    const std::string text = is_slot ? words_of(slot, random) : std::string(word);
    add(words, text);
    for (size_t i = 0; i < count_words(text); ++i)
      add(tags, !is_slot ? "O" : fmt::format("{}-{}", i == 0 ? 'B' : 'I', slot));
  }
  return fmt::format("{}\t{}\t{}", words, tags, pattern.intent);
}

}  // namespace alinea
