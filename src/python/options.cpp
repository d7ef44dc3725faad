#include "python/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace alinea::python {

namespace {

template <typename Options>
struct Keyword {
  const char* name;
  std::function<void(Options&, const py::handle&)> set;
  std::function<py::object(const Options&)> get;
};

template <typename Options, typename Value>
Keyword<Options> keyword(const char* name, Value Options::*member) {
  return {name,
          [name, member](Options& options, const py::handle& value) {
            // A bool is an int to Python, but beam_size=True is a mistake.
            const bool is_bool = py::isinstance<py::bool_>(value);
            try {
              if (is_bool != std::is_same_v<Value, bool>) throw py::cast_error();
              options.*member = value.cast<Value>();
            } catch (const py::cast_error&) {
              throw py::type_error(fmt::format("{}: expected a value like {}, got {}", name,
                                               std::string(py::repr(py::cast(Options{}.*member))),
                                               std::string(py::repr(value))));
            }
          },
          [member](const Options& options) { return py::cast(options.*member); }};
}

template <typename Options>
using Keywords = std::vector<Keyword<Options>>;

template <typename O>
Keywords<O> with(Keywords<O> keywords, const Keywords<O>& more) {
  keywords.insert(keywords.end(), more.begin(), more.end());
  return keywords;
}

template <typename O>
Keywords<O> keywords_of_calls() {
  return {keyword("batch_size", &O::batch_size), keyword("threads", &O::threads)};
}

template <typename O>
Keywords<O> keywords_of_searches() {
  return with<O>(
      {keyword("beam_size", &O::beam_size), keyword("n_best", &O::n_best),
       keyword("length_penalty", &O::length_penalty), keyword("max_length", &O::max_length),
       keyword("min_length", &O::min_length), keyword("allow_unknown", &O::allow_unknown),
       keyword("no_repeat_ngram_size", &O::no_repeat_ngram_size),
       keyword("repetition_penalty", &O::repetition_penalty), keyword("sampling", &O::sampling),
       keyword("temperature", &O::temperature), keyword("top_k", &O::top_k),
       keyword("top_p", &O::top_p), keyword("seed", &O::seed)},
      keywords_of_calls<O>());
}

const Keywords<TranslationOptions>& keywords_of(const TranslationOptions&) {
  using O = TranslationOptions;
  static const Keywords<O> all = with<O>(
      keywords_of_searches<O>(),
      {keyword("max_length_factor", &O::max_length_factor),
       keyword("max_target_length", &O::max_target_length),
       keyword("keep_attention", &O::keep_attention), keyword("keep_energies", &O::keep_energies),
       keyword("coverage_penalty", &O::coverage_penalty),
       keyword("extractive_weights", &O::extractive_weights),
       keyword("decoding_window", &O::decoding_window), keyword("ctc_weight", &O::ctc_weight),
       keyword("replace_unknown", &O::replace_unknown)});
  return all;
}

const Keywords<LoadOptions>& keywords_of(const LoadOptions&) {
  using O = LoadOptions;
  static const Keywords<O> all = {
      keyword("weights", &O::weights),
      keyword("precision", &O::precision),
      keyword("hard_attention", &O::hard_attention),
      keyword("hard_attention_seed", &O::hard_attention_seed),
      keyword("shortlist", &O::shortlist),
      keyword("shortlist_first", &O::shortlist_first),
      keyword("shortlist_best", &O::shortlist_best),
      keyword("dictionary", &O::dictionary),
  };
  return all;
}

const Keywords<TranslationScoreOptions>& keywords_of(const TranslationScoreOptions&) {
  using O = TranslationScoreOptions;
  static const Keywords<O> all =
      with<O>(keywords_of_calls<O>(), {keyword("keep_attention", &O::keep_attention),
                                       keyword("keep_energies", &O::keep_energies),
                                       keyword("attention_of", &O::attention_of)});
  return all;
}

const Keywords<EncodeOptions>& keywords_of(const EncodeOptions&) {
  using O = EncodeOptions;
  static const Keywords<O> all =
      with<O>(keywords_of_calls<O>(), {keyword("max_length", &O::max_length)});
  return all;
}

template <typename O>
const Keywords<O>& keywords_of_texts() {
  static const Keywords<O> all =
      with<O>(keywords_of_calls<O>(), {keyword("keep_attention", &O::keep_attention)});
  return all;
}
const Keywords<ClassifyingOptions>& keywords_of(const ClassifyingOptions&) {
  return keywords_of_texts<ClassifyingOptions>();
}
const Keywords<TextTaggerOptions>& keywords_of(const TextTaggerOptions&) {
  return keywords_of_texts<TextTaggerOptions>();
}
const Keywords<ReadingCallOptions>& keywords_of(const ReadingCallOptions&) {
  return keywords_of_texts<ReadingCallOptions>();
}

const Keywords<WritingOptions>& keywords_of(const WritingOptions&) {
  static const Keywords<WritingOptions> all = keywords_of_searches<WritingOptions>();
  return all;
}

const Keywords<TextScoreOptions>& keywords_of(const TextScoreOptions&) {
  static const Keywords<TextScoreOptions> all = keywords_of_calls<TextScoreOptions>();
  return all;
}

const Keywords<LookingOptions>& keywords_of(const LookingOptions&) {
  using O = LookingOptions;
  static const Keywords<O> all =
      with<O>(keywords_of_calls<O>(),
              {keyword("samples", &O::samples), keyword("keep_paths", &O::keep_paths)});
  return all;
}

template <typename Options>
void set_all(Options& options, const py::kwargs& given) {
  const Keywords<Options>& all = keywords_of(options);
  for (const auto& [key, value] : given) {
    const std::string name = py::cast<std::string>(key);
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& k) { return k.name == name; });
    if (found == all.end()) {
      std::vector<std::string> names;
      for (const auto& k : all) names.emplace_back(k.name);
      throw py::type_error(
          fmt::format("there is no option {:?}; expected one of {}", name, fmt::join(names, ", ")));
    }
    found->set(options, value);
  }
}

template <typename Options>
py::dict defaults() {
  py::dict all;
  for (const auto& k : keywords_of(Options{})) all[k.name] = k.get(Options{});
  return all;
}

}  // namespace

void set_options(TranslationOptions& o, const py::kwargs& keywords) { set_all(o, keywords); }
void set_options(TranslationScoreOptions& o, const py::kwargs& keywords) { set_all(o, keywords); }
void set_options(EncodeOptions& o, const py::kwargs& keywords) { set_all(o, keywords); }
void set_options(ClassifyingOptions& o, const py::kwargs& keywords) { set_all(o, keywords); }
void set_options(TextTaggerOptions& o, const py::kwargs& keywords) { set_all(o, keywords); }
void set_options(WritingOptions& o, const py::kwargs& keywords) { set_all(o, keywords); }
void set_options(TextScoreOptions& o, const py::kwargs& keywords) { set_all(o, keywords); }
void set_options(ReadingCallOptions& o, const py::kwargs& keywords) { set_all(o, keywords); }
void set_options(LookingOptions& o, const py::kwargs& keywords) { set_all(o, keywords); }

LoadOptions take_load_options(py::kwargs& keywords) {
  LoadOptions options;
  for (const auto& k : keywords_of(options)) {
    if (!keywords.contains(k.name)) continue;
    if (!keywords[k.name].is_none()) k.set(options, keywords[k.name]);
    PyDict_DelItemString(keywords.ptr(), k.name);
  }
  return options;
}

py::dict default_options() {
  py::dict all;
  all["TranslationOptions"] = defaults<TranslationOptions>();
  all["LoadOptions"] = defaults<LoadOptions>();
  all["ScoreOptions"] = defaults<TranslationScoreOptions>();
  all["EncodeOptions"] = defaults<EncodeOptions>();
  all["ClassifierOptions"] = defaults<ClassifyingOptions>();
  all["TaggerOptions"] = defaults<TextTaggerOptions>();
  all["GenerationOptions"] = defaults<WritingOptions>();
  all["TextScoreOptions"] = defaults<TextScoreOptions>();
  all["ReaderOptions"] = defaults<ReadingCallOptions>();
  all["PictureOptions"] = defaults<LookingOptions>();
  return all;
}

}  // namespace alinea::python
