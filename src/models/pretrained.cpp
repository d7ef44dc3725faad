#include "models/pretrained.h"

#include <algorithm>
#include <numeric>

#include "text/vocabulary.h"

namespace alinea {

namespace {

using Rows = Pretrained::Rows;

Rows same_rows(int64_t count) {
  Rows rows(static_cast<size_t>(count));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

Rows rows_by_word(const WordList& mine, const WordList& other) {
  Rows rows = same_rows(std::ssize(mine.words));
  TextMap<int64_t> ids;
  for (size_t id = kEnd + 1; id < other.words.size(); ++id)
    ids.emplace(other.words[id], static_cast<int64_t>(id));
  for (size_t id = kEnd + 1; id < rows.size(); ++id) {
    const auto found = ids.find(mine.words[id]);
    rows[id] = found == ids.end() ? Pretrained::kNoRow : found->second;
  }
  return rows;
}

int64_t row_size(const Parameter& parameter) {
  return parameter.shape().elements() / parameter.shape()[0];
}

bool rows_fit(const Parameter& a, const Parameter& b) {
  return a.shape().rank() == b.shape().rank() && row_size(a) == row_size(b);
}

// The other model's parameter for this one: of its name, or else one that may stand for it.
std::deque<Parameter>::const_iterator find_source(const Model& other, const std::string& name) {
  const auto& theirs = other.parameters().parameters();
  const auto same = std::ranges::find(theirs, name, &Parameter::name);
  if (same != theirs.end()) return same;
  return std::ranges::find_if(theirs, [&](const Parameter& parameter) {
    const std::vector<std::string> names = other.names_elsewhere(parameter.name());
    return std::ranges::find(names, name) != names.end();
  });
}

// The words of the other model that this list's are looked for among: those of the same name, or
// the only ones of a language model, where it has what their rows may start from.
std::vector<WordList>::const_iterator counterpart(const WordList& list, const Model& other,
                                                  const std::vector<WordList>& theirs) {
  const auto same = std::ranges::find(theirs, list.name, &WordList::name);
  const auto has_source = [&](const std::string& name) {
    return find_source(other, name) != other.parameters().parameters().end();
  };
  if (same != theirs.end() || !list.has_specials ||
      std::ranges::none_of(list.parameters, has_source))
    return same;
  return std::ranges::find(theirs, kTextWords, &WordList::name);
}

}  // namespace

std::map<std::string, Rows> Pretrained::match_words(const Model& other) {
  std::map<std::string, Rows> by_parameter;
  const std::vector<WordList> theirs = other.word_lists();
  for (const WordList& list : model_.word_lists()) {
    const auto same = counterpart(list, other, theirs);
    const bool is_known =
        same != theirs.end() && (list.has_specials || std::ranges::equal(list.words, same->words));
    // With the same classes it is a parameter like any other; else none of its rows is known.
    if (!is_known)
      for (const std::string& name : list.parameters) by_parameter[name] = {};
    if (!is_known || !std::ranges::equal(list.words, same->words))
      for (const std::string& name : list.others) by_parameter[name] = {};
    if (!is_known || !list.has_specials) continue;
    const Rows rows = rows_by_word(list, *same);
    for (const std::string& name : list.parameters) by_parameter[name] = rows;
    const int64_t added = std::ranges::count(rows, kNoRow), kept = std::ssize(rows) - added;
    vocabularies_.push_back({list.title, kept, added, std::ssize(same->words) - kept});
  }
  return by_parameter;
}

Pretrained::Pretrained(const Model& other, const Model& model) : model_(model) {
  const std::map<std::string, Rows> rows = match_words(other);
  const auto& theirs = other.parameters().parameters();
  for (const Parameter& from : theirs) unused_.push_back(from.name());
  for (const Parameter& to : model.parameters().parameters()) {
    const auto from = find_source(other, to.name());
    const auto matched = rows.find(to.name());
    const bool is_matched = matched != rows.end();
    const bool fits =
        from != theirs.end() && (is_matched ? rows_fit(*from, to) : from->shape() == to.shape());
    Taken taken{nullptr, &to, is_matched ? matched->second : same_rows(to.shape()[0]), 0};
    taken.found = std::ssize(taken.rows) - std::ranges::count(taken.rows, kNoRow);
    if (!fits || taken.found == 0) {
      missing_.push_back(to.name());
      continue;
    }
    taken.from = &*from;
    taken_.push_back(std::move(taken));
    std::erase(unused_, from->name());
  }
}

void Pretrained::copy() const {
  for (const Taken& taken : taken_) {
    const int64_t size = row_size(*taken.to);
    for (int64_t row = 0; row < std::ssize(taken.rows); ++row)
      if (taken.rows[row] != kNoRow)
        std::copy_n(taken.from->value().begin() + taken.rows[row] * size, size,
                    taken.to->value().begin() + row * size);
  }
  model_.parameters().changed();
}

}  // namespace alinea
