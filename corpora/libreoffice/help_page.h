// A page of LibreOffice's help: HTML whose paragraphs and headings carry ids that are the same in
// every language.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>

namespace alinea {

// A paragraph's id and how often the id came before on the page (a page may embed a part twice).
using ParagraphKey = std::pair<std::string, int>;

// The text of every paragraph and heading with an id: tags dropped, entities resolved, UTF-8, white
// space as in the file. Throws Error if the file cannot be read.
std::map<ParagraphKey, std::string> read_help_page(const std::filesystem::path& path);

}  // namespace alinea
