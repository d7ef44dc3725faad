// What SentencePiece's library takes on trust: the rules by which a model normalises text. They are
// a trie and the texts that it leads to, and the library follows them wherever they point.
#pragma once

#include <string_view>

namespace alinea {

// Whether no rule of a model, as it lies in a file, leads out of the memory it stands in. Anything
// that is not a protocol buffer has no sound rules.
bool has_sound_rules(std::string_view model);

}  // namespace alinea
