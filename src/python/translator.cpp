#include <fmt/format.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <memory>
#include <utility>

#include "alinea/translate.h"
#include "python/arrays.h"
#include "python/bindings.h"
#include "python/calls.h"
#include "python/options.h"

namespace alinea::python {

namespace {

// An answer whose translations are objects of Python already, so that nothing is copied later.
struct Answer {
  py::list translations;
  std::string fault;
  int64_t source_length;
  bool holds_constraints;
};

std::vector<std::filesystem::path> folders_of(const py::object& models) {
  if (py::isinstance<py::str>(models) || py::hasattr(models, "__fspath__"))
    return {models.cast<std::filesystem::path>()};
  return models.cast<std::vector<std::filesystem::path>>();
}

std::unique_ptr<Translator> load_translator(const py::object& models, py::kwargs keywords) {
  const std::vector<std::filesystem::path> folders = folders_of(models);
  const LoadOptions load = take_load_options(keywords);
  TranslationOptions options;
  set_options(options, keywords);
  return without_gil([&] { return std::make_unique<Translator>(folders, options, load); });
}

// What is asked of each text, as the arguments of a call have it.
struct Request {
  Texts texts;
  std::vector<TranslationRequest> all;
};

Request request_of(const py::object& texts, const py::object& prefixes,
                   const py::object& constraints, const py::object& avoid) {
  Request request{texts_of(texts, "texts"), {}};
  const size_t count = request.texts.lines.size();
  std::vector<std::string> begun = lines_beside(prefixes, count, "prefixes");
  std::vector<std::vector<std::string>> required =
                                            lists_beside(constraints, request.texts, "constraints"),
                                        avoided = lists_beside(avoid, request.texts, "avoid");
  for (size_t i = 0; i < count; ++i)
    request.all.push_back({request.texts.lines[i], std::move(begun[i]), std::move(required[i]),
                           std::move(avoided[i])});
  return request;
}

std::vector<TranslationAnswer> run(const Translator& translator, const Request& request,
                                   const TranslationOptions& options, const py::object& on_token,
                                   const py::object& is_cancelled) {
  PythonCallbacks python(on_token, is_cancelled);
  std::vector<TranslationAnswer> answers;
  try {
    answers =
        without_gil([&] { return translator.answer(request.all, options, python.callbacks()); });
  } catch (const Cancelled&) {
    python.rethrow();
    throw;
  }
  python.rethrow();
  return answers;
}

py::object translate(const Translator& translator, const py::object& texts,
                     const py::object& prefixes, const py::object& constraints,
                     const py::object& avoid, const py::object& on_token,
                     const py::object& is_cancelled, const py::kwargs& keywords) {
  TranslationOptions options = translator.options();
  options.n_best = 1;
  options.keep_attention = options.keep_energies = false;
  set_options(options, keywords);
  const Request request = request_of(texts, prefixes, constraints, avoid);
  const auto answers = run(translator, request, options, on_token, is_cancelled);
  py::list best;
  for (size_t i = 0; i < answers.size(); ++i) {
    check_fault(answers[i].fault, i, request.texts.is_single);
    best.append(py::str(answers[i].translations.at(0).text));
  }
  return request.texts.is_single ? py::object(best[0]) : best;
}

py::object answers(const Translator& translator, const py::object& texts,
                   const py::object& prefixes, const py::object& constraints,
                   const py::object& avoid, const py::object& on_token,
                   const py::object& is_cancelled, const py::kwargs& keywords) {
  TranslationOptions options = translator.options();
  set_options(options, keywords);
  const Request request = request_of(texts, prefixes, constraints, avoid);
  py::list all;
  for (TranslationAnswer& answer : run(translator, request, options, on_token, is_cancelled)) {
    Answer one{py::list(), std::move(answer.fault), answer.source_length, answer.holds_constraints};
    for (Translation& translation : answer.translations)
      one.translations.append(py::cast(std::move(translation)));
    all.append(py::cast(std::move(one)));
  }
  return request.texts.is_single ? py::object(all[0]) : all;
}

py::object score(const Translator& translator, const py::object& sources, const py::object& targets,
                 const py::kwargs& keywords, bool keep_attention) {
  TranslationScoreOptions options;
  options.keep_attention = keep_attention;
  set_options(options, keywords);
  const Texts from = texts_of(sources, "sources");
  std::vector<std::string> to = lines_beside(targets, from.lines.size(), "targets");
  std::vector<Translator::Pair> pairs;
  for (size_t i = 0; i < to.size(); ++i) pairs.emplace_back(from.lines[i], std::move(to[i]));
  return answers_of(from.is_single, [&] { return translator.score(pairs, options); });
}

template <typename Owner>
auto attention_of(size_t (*columns)(const Owner&)) {
  return [columns](py::object self) {
    const auto& owner = self.cast<const Owner&>();
    return matrix(owner.attention, columns(owner), self);
  };
}

py::object encode(const Translator& translator, const py::object& texts,
                  const py::kwargs& keywords) {
  EncodeOptions options;
  set_options(options, keywords);
  const Texts given = texts_of(texts, "texts");
  return answers_of(given.is_single, [&] { return translator.encode(given.lines, options); });
}

template <typename Owner>
py::object heads_of(py::object self) {
  return heads_view(self.cast<const Owner&>().heads, self);
}

template <typename Owner>
py::object energies_of(py::object self) {
  return heads_view(self.cast<const Owner&>().energies, self);
}

void add_results(py::module_& module) {
  py::class_<Translation>(module, "Translation", "A translation that was found.")
      .def_readonly("text", &Translation::text)
      .def_readonly("score", &Translation::score, "What hypotheses are compared by.")
      .def_readonly("log_probability", &Translation::log_probability)
      .def_readonly("source_tokens", &Translation::source_tokens)
      .def_readonly("target_tokens", &Translation::target_tokens)
      .def_property_readonly(
          "attention",
          attention_of<Translation>([](const Translation& t) { return t.source_tokens.size(); }),
          "Weights [target_tokens, source_tokens], the mean of all heads, where they were kept.")
      .def_property_readonly("heads", &heads_of<Translation>,
                             "Weights [heads, target_tokens, source_tokens] of several heads.")
      .def_property_readonly("energies", &energies_of<Translation>,
                             "[heads, target_tokens, source_tokens]: what weights are the softmax "
                             "of, where they were kept.")
      .def_property_readonly("token_log_probabilities", &token_log_probabilities<Translation>)
      .def("__repr__", [](const Translation& t) {
        return fmt::format("Translation(text={}, score={:.4f})",
                           std::string(py::repr(py::str(t.text))), t.score);
      });
  py::class_<Answer>(module, "Answer", "What came of one text.")
      .def_readonly("translations", &Answer::translations, "The n best, best first.")
      .def_readonly("fault", &Answer::fault, "Why there is no translation; else empty.")
      .def_readonly("source_length", &Answer::source_length, "Tokens, before the text was cut.")
      .def_readonly("holds_constraints", &Answer::holds_constraints)
      .def("__repr__", [](const Answer& a) {
        return fmt::format("Answer(translations={}, fault={})",
                           std::string(py::repr(a.translations)),
                           std::string(py::repr(py::str(a.fault))));
      });
  py::class_<ScoredTranslation>(module, "Score", "What a model says of a given translation.")
      .def_readonly("log_probability", &ScoredTranslation::log_probability)
      .def_property_readonly("token_log_probabilities", &token_log_probabilities<ScoredTranslation>)
      .def_readonly("source_tokens", &ScoredTranslation::source_tokens)
      .def_readonly("target_tokens", &ScoredTranslation::target_tokens)
      .def_readonly("rows", &ScoredTranslation::rows, "What the rows of attention stand for.")
      .def_readonly("columns", &ScoredTranslation::columns)
      .def_property_readonly(
          "attention", attention_of<ScoredTranslation>([](const ScoredTranslation& s) {
            return s.columns.size();
          }),
          "Weights [rows, columns], the mean of all heads, where they were kept.")
      .def_property_readonly("heads", &heads_of<ScoredTranslation>,
                             "Weights [heads, rows, columns] of several heads.")
      .def_property_readonly("energies", &energies_of<ScoredTranslation>,
                             "[heads, rows, columns]: what weights are the softmax of, where they "
                             "were kept.")
      .def_readonly("links", &ScoredTranslation::links, "Pairs (source, target), from 0.")
      .def_readonly("fault", &ScoredTranslation::fault)
      .def("__repr__", [](const ScoredTranslation& s) {
        return fmt::format("Score(log_probability={:.4f}, fault={})", s.log_probability,
                           std::string(py::repr(py::str(s.fault))));
      });
  py::class_<EncodedText>(module, "Encoding", "A text as the encoder has it.")
      .def_readonly("tokens", &EncodedText::tokens, "What the rows of states stand for.")
      .def_property_readonly(
          "states",
          [](py::object self) {
            const auto& text = self.cast<const EncodedText&>();
            return matrix(text.states, static_cast<size_t>(text.columns), self);
          },
          "[tokens, columns], which attention looks at.")
      .def_readonly("fault", &EncodedText::fault, "Why there are none; else empty.")
      .def("__repr__", [](const EncodedText& e) {
        return fmt::format("Encoding(tokens={}, fault={})",
                           std::string(py::repr(py::cast(e.tokens))),
                           std::string(py::repr(py::str(e.fault))));
      });
}

constexpr const char* kTranslateDoc =
    "The best translation of a text, or of each text of an iterable.\n\n"
    "prefixes, constraints and avoid stand text for text beside them: what a translation begins "
    "with, phrases that it contains, and phrases that it does not. on_token(place, text) is told "
    "the best translation so far; where is_cancelled() is true, Cancelled is raised. Raises Error "
    "where a text has no translation; answers() has one for the others all the same.";
constexpr const char* kAnswersDoc =
    "An Answer for a text, or for each text: the n_best translations with their scores, attention "
    "(keep_attention) and faults. Arguments as translate().";
constexpr const char* kScoreDoc =
    "The Score of a given translation, or of each one. attention_of is cross, encoder or decoder.";

}  // namespace

void add_translator(py::module_& module) {
  add_results(module);
  const auto none = py::none();
  py::class_<Translator>(
      module, "Translator",
      "A translation model in memory, or several that translate together. May be used by several "
      "threads at once; the GIL is released while it works.")
      .def(py::init(&load_translator), py::arg("model"),
           "model: a folder, or several. Further keywords: how it is loaded, and the defaults of "
           "its calls.")
      .def("translate", &translate, py::arg("texts"), py::kw_only(), py::arg("prefixes") = none,
           py::arg("constraints") = none, py::arg("avoid") = none, py::arg("on_token") = none,
           py::arg("is_cancelled") = none, kTranslateDoc)
      .def("answers", &answers, py::arg("texts"), py::kw_only(), py::arg("prefixes") = none,
           py::arg("constraints") = none, py::arg("avoid") = none, py::arg("on_token") = none,
           py::arg("is_cancelled") = none, kAnswersDoc)
      .def(
          "score",
          [](const Translator& self, const py::object& sources, const py::object& targets,
             const py::kwargs& k) { return score(self, sources, targets, k, false); },
          py::arg("sources"), py::arg("targets"), kScoreDoc)
      .def(
          "align",
          [](const Translator& self, const py::object& sources, const py::object& targets,
             const py::kwargs& k) { return score(self, sources, targets, k, true); },
          py::arg("sources"), py::arg("targets"), "As score(), with attention and links.")
      .def("encode", &encode, py::arg("texts"),
           "The Encoding of a text, or of each text of an iterable: the states of the encoder.")
      .def_property_readonly("has_attention", &Translator::has_attention);
}

}  // namespace alinea::python
