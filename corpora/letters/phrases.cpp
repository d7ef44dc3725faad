#include "letters/phrases.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace alinea {
namespace {

using Text = std::string_view;

// The words of small talk come up here too: "room", "breakfast" or "thank" alone tell nothing.
constexpr auto kBooking = std::to_array<Text>({
    "Please reserve {room} for {number} nights in {month}.",
    "I would like to book {room} from {day} to {day}.",
    "Could you keep {room} free for my {person} and me in {month}?",
    "Do you still have {room} for the second {day} of {month}?",
    "We want to come for {number} nights in {month} and need {room}.",
});
constexpr auto kCancellation = std::to_array<Text>({
    "Please cancel {room} that we asked for in {month}.",
    "My {person} is ill, so we cannot come on {day} after all.",
    "You can give {room} to another guest, because we have to stay at home in {month}.",
    "Sadly our plans for {month} fell through and we will not need {room}.",
    "I must withdraw my reservation for the {number} nights from {day}.",
});
constexpr auto kComplaint = std::to_array<Text>({
    "In {month} {thing} was {bad} and nobody did anything about it.",
    "I want my money back for the {number} nights in {month}.",
    "It is a shame how {bad} {thing} was on {day}.",
    "For {number} days we asked in vain to have {thing} looked after.",
    "Never before have I paid so much for {thing} as {bad} as that.",
});
constexpr auto kPraise = std::to_array<Text>({
    "In {month} {thing} was simply {good}, and we thank you all.",
    "We enjoyed each of our {number} nights in {month} and will tell everyone.",
    "My {person} still raves about {thing} that we had on {day}.",
    "Nowhere else have we found {thing} as {good} as yours.",
    "Your staff made the {number} days in {month} a delight.",
});

constexpr Subject kSubjects[] = {
    {"booking", kBooking},
    {"cancellation", kCancellation},
    {"complaint", kComplaint},
    {"praise", kPraise},
};

constexpr auto kSmallTalk = std::to_array<Text>({
    "My {person} and I live in {town}.",
    "The train from {town} to {town} takes {number} hours.",
    "On {day} it rained here until the evening.",
    "My {person} has worked in {town} since {month}.",
    "We will visit my {person} in {town} on {day}.",
    "In {month} the days are long and the roads are full.",
    "At home we have breakfast at {number} in the morning.",
    "My {person} reads the newspaper in {room} and drinks tea.",
    "There is a market in {town} every {day}.",
    "I write this at my desk while my {person} sleeps.",
    "It was {number} degrees in {town} last {day}.",
    "Our neighbours have come back from {town}.",
    "My {person} wants to learn how to sail.",
    "A friend from {town} told me your address.",
    "We have {number} cats and a garden near {town}.",
    "Thank you for the card that you sent to my {person}.",
    "They were building a bridge near {town} last {month}.",
    "My {person} turned {number} on {day}.",
    "A letter from {town} takes until {day}.",
    "Once we talked about {thing} for {number} hours.",
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
constexpr auto kThings =
    std::to_array<Text>({"the breakfast", "the heating", "the bed", "the bathroom", "the soup",
                         "the lift", "the garden", "the view"});
constexpr auto kBad =
    std::to_array<Text>({"dirty", "awful", "cold", "broken", "shabby", "miserable"});
constexpr auto kGood =
    std::to_array<Text>({"wonderful", "lovely", "perfect", "splendid", "charming", "marvellous"});

constexpr Place kPlaces[] = {
    {"room", kRooms},   {"number", kNumbers}, {"month", kMonths},
    {"day", kDays},     {"person", kPersons}, {"town", kTowns},
    {"thing", kThings}, {"bad", kBad},        {"good", kGood},
};

Text word_for(Text name, std::mt19937_64& random) {
  const auto* place = std::ranges::find(kPlaces, name, &Place::name);
  if (place == std::end(kPlaces)) throw std::logic_error("no such place: " + std::string(name));
  return choose(place->words, random);
}

}  // namespace

std::span<const Subject> subjects() { return kSubjects; }
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

}  // namespace alinea
