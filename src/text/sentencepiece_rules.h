// What SentencePiece's library takes on trust: the rules by which a model normalises text. They are
// a trie and the texts that it leads to, and the library follows them wherever they point.
#pragma once

#include <string_view>

namespace alinea {

// Whether no rule of a model, given as the bytes of its file, leads out of its memory. Anything
// that is not a protocol buffer has no sound rules.
bool has_sound_rules(std::string_view model);

}  // namespace alinea
