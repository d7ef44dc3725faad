#include "reports/gold_text.h"

#include <iterator>
#include <utility>

#include "support/counted.h"
#include "support/error.h"

namespace alinea {

GoldText::GoldText(const std::filesystem::path& path, int64_t first_index) : name_(path.string()) {
  if (!path.empty()) reader_.emplace(path, first_index);
}

void GoldText::add_to(Alignment& alignment, bool aligned) {
  if (!reader_) return;
  GoldLinks links;
  if (!reader_->next(links))
    throw Error("{}: expected gold links for every sentence, but they end after line {}", name_,
                reader_->line_number());
  if (!aligned) return;
  for (const Link& link : links.possible)
    if (link.source >= std::ssize(alignment.source) || link.target >= std::ssize(alignment.target))
      throw Error("{}, line {}: link {}-{} is not within {} source and {} target words", name_,
                  reader_->line_number(), link.source, link.target, alignment.source.size(),
                  alignment.target.size());
  alignment.gold = std::move(links);
}

void GoldText::finish() {
  GoldLinks links;
  if (reader_ && reader_->next(links))
    throw Error("{}: expected {}, one for each sentence, got more", name_,
                counted(reader_->line_number() - 1, "line"));
}

}  // namespace alinea
