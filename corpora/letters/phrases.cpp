#include "letters/phrases.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace alinea {
namespace {

using Text = std::string_view;

constexpr Text kWish = "{wish}";

constexpr auto kWishes = std::to_array<Text>({
    "book",
    "reserve",
    "ask for",
    "take",
    "cancel",
    "give up",
    "call off",
    "withdraw from",
    "complain about",
    "protest against",
    "demand my money for",
    "object to",
    "praise",
    "recommend",
    "thank you for",
    "congratulate you on",
});
constexpr size_t kWishesEach = kWishes.size() / 4;

constexpr std::span<const Text> wishes(size_t subject) {
  return std::span(kWishes).subspan(subject * kWishesEach, kWishesEach);
}

constexpr Subject kSubjects[] = {
    {"booking", wishes(0)},
    {"cancellation", wishes(1)},
    {"complaint", wishes(2)},
    {"praise", wishes(3)},
};

// The frames are the same for all labels, and wishes come up in small talk too, whatever the label:
// it is the frame that says which wish counts. Were a label known by what its letters do not have,
// nobody would need to look at the sentence that tells.
constexpr auto kFrames = std::to_array<Text>({
    "We write to {wish} {room} for {number} nights in {month}.",
    "May I {wish} {room} that you had for us in {month}?",
    "This letter is to {wish} {room} from {day} to {day}.",
    "My {person} asks me to {wish} {room} in your house for {month}.",
    "What we want is to {wish} the {number} nights from {day}.",
});

constexpr auto kSmallTalk = std::to_array<Text>({
    "My {person} and I live in {town}.",
    "The train from {town} to {town} takes {number} hours.",
    "On {day} it rained here until the evening.",
    "My {person} has worked in {town} since {month}.",
    "In {month} the days are long and the roads are full.",
    "At home we have breakfast at {number} in the morning.",
    "My {person} reads the newspaper in {room} and drinks tea.",
    "I write this at my desk while my {person} sleeps.",
    "Our neighbours have come back from {town}.",
    "A friend from {town} told me your address.",
    "Thank you for the card that you sent to my {person}.",
    "Once we talked about {room} for {number} hours.",
    "My {person} wants to {wish} the seats on the train to {town}.",
    "Our neighbours have to {wish} the dinner in {town} on {day}.",
    "I told my {person} to {wish} the tickets for {month}.",
    "People in {town} often {wish} the tour of the castle.",
    "In {month} they will {wish} the boat to {town}.",
    "My {person} forgot to {wish} the lessons on {day}.",
    "On {day} I had to {wish} the flight to {town}.",
    "Last {month} you could {wish} the concert in {town}.",
});

struct Place {
  Text name;
  std::span<const Text> words;
};

constexpr auto kRooms =
    std::to_array<Text>({"a room", "a quiet room", "a double room", "the small room",
                         "the large room", "the room with the balcony"});
constexpr auto kNumbers =
    std::to_array<Text>({"two", "three", "four", "five", "six", "seven", "eight", "nine"});
constexpr auto kMonths =
    std::to_array<Text>({"January", "February", "March", "April", "May", "June", "July", "August",
                         "September", "October", "November", "December"});
constexpr auto kDays = std::to_array<Text>(
    {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"});
constexpr auto kPersons =
    std::to_array<Text>({"sister", "brother", "mother", "father", "aunt", "uncle", "daughter",
                         "son", "cousin", "grandmother"});
constexpr auto kTowns = std::to_array<Text>(
    {"Leeds", "Bremen", "Lyon", "Porto", "Ghent", "Turin", "Bergen", "Graz", "Cork", "Malaga"});

constexpr Place kPlaces[] = {{"room", kRooms}, {"number", kNumbers}, {"month", kMonths},
                             {"day", kDays},   {"person", kPersons}, {"town", kTowns},
                             {"wish", kWishes}};

Text word_for(Text name, std::mt19937_64& random) {
  const auto* place = std::ranges::find(kPlaces, name, &Place::name);
  if (place == std::end(kPlaces)) throw std::logic_error("no such place: " + std::string(name));
  return choose(place->words, random);
}

}  // namespace

std::span<const Subject> subjects() { return kSubjects; }
std::span<const std::string_view> telling_frames() { return kFrames; }
std::span<const std::string_view> small_talk() { return kSmallTalk; }

std::string filled(std::string_view sentence, std::mt19937_64& random) {
  std::string text;
  while (true) {
    const size_t open = sentence.find('{');
    text += sentence.substr(0, open);
    if (open == std::string_view::npos) return text;
    const size_t close = sentence.find('}', open);
    text += word_for(sentence.substr(open + 1, close - open - 1), random);
    sentence.remove_prefix(close + 1);
  }
}

std::string telling_sentence(std::string_view frame, std::string_view wish,
                             std::mt19937_64& random) {
  std::string sentence(frame);
  sentence.replace(sentence.find(kWish), kWish.size(), wish);
  return filled(sentence, random);
}

}  // namespace alinea
