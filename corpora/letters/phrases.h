// Sentences of letters to a hotel, with places for words in them.
#pragma once

#include <random>
#include <span>
#include <string>
#include <string_view>

namespace alinea {

struct Subject {
  std::string_view label;
  std::span<const std::string_view> wishes;  // what such a letter is for
};

std::span<const Subject> subjects();
// The sentence that tells, with a place {wish}, and the others. A name in braces is a place.
std::span<const std::string_view> telling_frames();
std::span<const std::string_view> small_talk();

// One of several, each as likely as the others. The standard's distributions differ between
// libraries; its generators do not.
template <typename Choices>
const auto& choose(const Choices& choices, std::mt19937_64& random) {
  return choices[random() % choices.size()];
}

// The sentence with a word drawn for each of its places.
std::string filled(std::string_view sentence, std::mt19937_64& random);
// The same for a frame with this wish.
std::string telling_sentence(std::string_view frame, std::string_view wish,
                             std::mt19937_64& random);

}  // namespace alinea
