#include "training/kept_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "serialization/parameter_tensors.h"
#include "storage/safetensors.h"
#include "support/error.h"

namespace alinea {

namespace {

NumberedFiles kept_in(const std::filesystem::path& folder) { return {folder, "validated-"}; }

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// By what the better one comes first; what is no number comes last.
std::pair<double, double> rank(const KeptParameters::Result& result, Better better) {
  if (std::isnan(result.score)) return {kInfinity, kInfinity};
  return {better == Better::kLower ? result.score : -result.score,
          std::isnan(result.loss) ? kInfinity : result.loss};
}

struct Validated {
  KeptParameters::Result result;
  Better better;
};

bool read_number(std::string_view text, double& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

Validated read_validated(const std::filesystem::path& path) {
  const Safetensors file(path);
  const auto field = [&](const char* name) {
    const auto found = file.metadata().find(name);
    return found == file.metadata().end() ? std::string_view() : std::string_view(found->second);
  };
  // Older files have no loss.
  const std::string_view better = field("better"), loss = field("loss");
  Validated validated{{0, kInfinity}, better == "higher" ? Better::kHigher : Better::kLower};
  if (!read_number(field("score"), validated.result.score) ||
      (!loss.empty() && !read_number(loss, validated.result.loss)) ||
      (better != "higher" && better != "lower"))
    throw Error(
        "'{}' does not contain the result of its validation: it was not written by a training",
        path.string());
  return validated;
}

}  // namespace

KeptParameters::KeptParameters(const std::filesystem::path& folder, Better better,
                               const KeptOptions& options)
    : files_(kept_in(folder)), better_(better), options_(options) {}

std::vector<std::string> KeptParameters::restore(int64_t update) {
  std::vector<std::string> notes;
  kept_.clear();
  for (const int64_t number : files_.numbers()) {
    if (number > update) continue;
    try {
      kept_.push_back({number, read_validated(files_.path(number)).result});
    } catch (const Error& error) {
      notes.push_back(fmt::format("damaged and no longer kept: {}", error.what()));
    }
  }
  kept_ = wanted(kept_);
  return notes;
}

void KeptParameters::validated(int64_t update, const Result& result,
                               const ParameterStore& parameters) {
  std::erase_if(kept_, [&](const Kept& kept) { return kept.update == update; });
  kept_.push_back({update, result});
  kept_ = wanted(kept_);
  if (kept_.empty() || kept_.back().update != update) return;
  write_parameters(files_.path(update), parameters,
                   {{"score", fmt::format("{}", result.score)},
                    {"loss", fmt::format("{}", result.loss)},
                    {"better", better_ == Better::kHigher ? "higher" : "lower"}});
}

void KeptParameters::tidy() const {
  for (const int64_t number : files_.numbers())
    if (std::ranges::find(kept_, number, &Kept::update) == kept_.end()) files_.remove(number);
}

std::vector<KeptParameters::Kept> KeptParameters::wanted(const std::vector<Kept>& all) const {
  const auto first = [](std::vector<Kept>& kept, int64_t count) {
    kept.resize(static_cast<size_t>(std::min(std::ssize(kept), count <= 1 ? 0 : count)));
  };
  std::vector<Kept> best = all, last(all.rbegin(), all.rend());
  std::ranges::stable_sort(best, {}, [&](const Kept& k) { return rank(k.result, better_); });
  first(best, options_.best);
  first(last, options_.last);
  for (const Kept& kept : last)
    if (std::ranges::find(best, kept.update, &Kept::update) == best.end()) best.push_back(kept);
  std::ranges::sort(best, {}, &Kept::update);
  return best;
}

std::vector<std::filesystem::path> best_kept(const std::filesystem::path& folder, int64_t count) {
  const NumberedFiles files = kept_in(folder);
  std::vector<std::pair<std::pair<double, double>, std::filesystem::path>> ranked;
  for (const int64_t number : files.numbers()) {
    const Validated validated = read_validated(files.path(number));
    ranked.emplace_back(rank(validated.result, validated.better), files.path(number));
  }
  std::ranges::stable_sort(ranked, {}, [](const auto& file) { return file.first; });
  std::vector<std::filesystem::path> paths;
  for (const auto& [order, path] : ranked)
    if (std::ssize(paths) < count) paths.push_back(path);
  return paths;
}

std::vector<std::filesystem::path> last_kept(const std::filesystem::path& folder, int64_t count) {
  const NumberedFiles files = kept_in(folder);
  const std::vector<int64_t> numbers = files.numbers();
  std::vector<std::filesystem::path> paths;
  for (auto number = numbers.rbegin(); number != numbers.rend() && std::ssize(paths) < count;
       ++number)
    paths.push_back(files.path(*number));
  return paths;
}

void remove_kept(const std::filesystem::path& folder) { kept_in(folder).remove_all(); }

}  // namespace alinea
