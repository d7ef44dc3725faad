// Small untrained models in folders, with random parameters that are large enough that different
// texts have different answers.
#pragma once

#include <filesystem>

namespace alinea {

// Words "a" to "h" on both sides, which the tokenizer splits at spaces.
void save_small_translator(const std::filesystem::path& folder);
// The same, which copies words that it does not know.
void save_small_copying_translator(const std::filesystem::path& folder);
// A Transformer of two layers and two heads.
void save_small_transformer(const std::filesystem::path& folder);
void save_small_classifier(const std::filesystem::path& folder);  // "bad", "good", with attention
void save_small_pair_classifier(const std::filesystem::path& folder);
void save_small_tagger(const std::filesystem::path& folder);  // "A", "B"
void save_small_language_model(const std::filesystem::path& folder);

}  // namespace alinea
