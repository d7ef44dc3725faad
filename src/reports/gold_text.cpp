#include "reports/gold_text.h"

#include <iterator>
#include <utility>

#include "support/counted.h"
#include "support/error.h"

namespace alinea {

GoldText::GoldText(const std::filesystem::path& path, int64_t first_index)
    : name_(path.string()), first_index_(first_index) {
  if (!path.empty()) reader_.emplace(path, first_index);
}

void GoldText::add_to(Alignment& alignment, bool aligned) {
  if (!reader_) return;
  GoldLinks links;
  if (!reader_->next(links))
    throw Error("{}: expected gold links for every sentence, but they end after line {}", name_,
                reader_->line_number());
  if (!aligned) return;
  const auto sources = static_cast<int64_t>(alignment.source_words()),
             targets = static_cast<int64_t>(alignment.target_words());
  if (const auto link = link_outside(links.possible, sources, targets))
    throw Error(
        "{}, line {}: link {}-{} is not within {} source and {} target words, the first of which "
        "is {}, see --first-index",
        name_, reader_->line_number(), link->source + first_index_, link->target + first_index_,
        sources, targets, first_index_);
  alignment.gold = std::move(links);
}

void GoldText::finish() {
  GoldLinks links;
  if (reader_ && reader_->next(links))
    throw Error("{}: expected {}, one for each sentence, got more", name_,
                counted(reader_->line_number() - 1, "line"));
}

}  // namespace alinea
