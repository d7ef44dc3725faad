// Sentences of letters to a hotel, with places for words in them.
#pragma once

#include <random>
#include <span>
#include <string>
#include <string_view>

namespace alinea {

// What the telling sentence of a letter with this label may be. A name in braces is a place.
struct Subject {
  std::string_view label;
  std::span<const std::string_view> sentences;
};

std::span<const Subject> subjects();
std::span<const std::string_view> small_talk();

// One of several, each as likely as the others. The standard's distributions differ between
// libraries; its generators do not.
template <typename Choices>
const auto& choose(const Choices& choices, std::mt19937_64& random) {
  return choices[random() % choices.size()];
}

// The sentence with a word drawn for each of its places.
std::string filled(std::string_view sentence, std::mt19937_64& random);

}  // namespace alinea
