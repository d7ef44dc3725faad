// Notes of a local paper with their headlines. Who the note is about has an invented name that
// hardly ever occurs twice: a headline can only copy it.
#include <fmt/format.h>

#include <array>

#include "toys/draws.h"
#include "toys/toy_corpora.h"

namespace alinea {
namespace {

using Text = std::string_view;

struct Event {
  Text said, headline;
};

constexpr auto kEvents = std::to_array<Event>({
    {"won the {1} race of {2} in front of many people", "{0} wins in {2}"},
    {"came first at the {1} contest of {2} this year", "{0} wins in {2}"},
    {"opened a {1} shop next to the station of {2}", "{0} opens shop in {2}"},
    {"began to sell {1} things at the market of {2}", "{0} opens shop in {2}"},
    {"lost a {1} bag with all papers on the way to {2}", "{0} loses bag near {2}"},
    {"asked for a {1} bag that was left in the train to {2}", "{0} loses bag near {2}"},
    {"gave a {1} concert in the town hall of {2}", "{0} sings in {2}"},
    {"was heard with {1} songs by half of {2}", "{0} sings in {2}"},
});
constexpr auto kWhen = std::to_array<Text>({"yesterday", "on sunday", "last week", "this morning"});
constexpr auto kWho = std::to_array<Text>({"the baker", "a teacher", "our neighbour", "the young"});
constexpr auto kHow = std::to_array<Text>({"big", "small", "old", "famous", "green"});
constexpr auto kTowns =
    std::to_array<Text>({"altdorf", "burgau", "coburg", "dachau", "erding", "fulda", "gera",
                         "husum", "ilmenau", "jena", "kassel", "lindau"});
constexpr auto kSyllables = std::to_array<Text>(
    {"ba", "de", "fi", "go", "lu", "ma", "ne", "ri", "so", "tu", "ka", "we", "zi", "po", "hu"});

std::string invented_name(Random& random) {
  std::string name;
  for (int syllable = 0; syllable < 4; ++syllable) name += one_of(kSyllables, random);
  return name;
}

}  // namespace

std::string draw_note(Random& random) {
  const std::string name = invented_name(random);
  const Event& event = one_of(kEvents, random);
  const Text town = one_of(kTowns, random);
  const Text how = one_of(kHow, random);
  const Text who = one_of(kWho, random);
  const std::string said = fmt::format(fmt::runtime(event.said), name, how, town);
  const Text when = one_of(kWhen, random);
  return fmt::format("{} {} {} {} .\t{}", when, who, name, said,
                     fmt::format(fmt::runtime(event.headline), name, how, town));
}

}  // namespace alinea
