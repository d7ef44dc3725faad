#include <fmt/format.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <memory>

#include "alinea/write.h"
#include "python/arrays.h"
#include "python/bindings.h"
#include "python/calls.h"
#include "python/options.h"

namespace alinea::python {

namespace {

// Results whose texts are objects of Python already, so that nothing is copied later.
struct Generation {
  py::list texts;
  std::string fault;
};

py::object generate(const TextWriter& writer, const py::object& prompts,
                    const py::kwargs& keywords) {
  WritingOptions options;
  set_options(options, keywords);
  const Texts given = texts_of(prompts, "prompts");
  py::list all;
  for (WritingAnswer& answer : without_gil([&] { return writer.write(given.lines, options); })) {
    Generation one{py::list(), std::move(answer.fault)};
    for (WrittenText& text : answer.texts) one.texts.append(py::cast(std::move(text)));
    all.append(py::cast(std::move(one)));
  }
  return given.is_single ? py::object(all[0]) : all;
}

py::object score_texts(const TextWriter& writer, const py::object& texts,
                       const py::kwargs& keywords) {
  TextScoreOptions options;
  set_options(options, keywords);
  const Texts given = texts_of(texts, "texts");
  return answers_of(given.is_single, [&] { return writer.score(given.lines, options); });
}

}  // namespace

void add_writer(py::module_& module) {
  py::class_<WrittenText>(module, "GeneratedText", "A text that a language model wrote.")
      .def_readonly("text", &WrittenText::text, "The prompt and what stands behind it.")
      .def_readonly("score", &WrittenText::score, "What texts are compared by.")
      .def_readonly("log_probability", &WrittenText::log_probability)
      .def_readonly("tokens", &WrittenText::tokens)
      .def_property_readonly("token_log_probabilities", &token_log_probabilities<WrittenText>)
      .def("__repr__", [](const WrittenText& t) {
        return fmt::format("GeneratedText(text={}, score={:.4f})",
                           std::string(py::repr(py::str(t.text))), t.score);
      });
  py::class_<Generation>(module, "Generation", "What came of one prompt.")
      .def_readonly("texts", &Generation::texts, "The n best, best first.")
      .def_readonly("fault", &Generation::fault, "Why there is none; else empty.")
      .def("__repr__", [](const Generation& g) {
        return fmt::format("Generation(texts={}, fault={})", std::string(py::repr(g.texts)),
                           std::string(py::repr(py::str(g.fault))));
      });
  py::class_<ScoredText>(module, "TextScore", "What a language model says of a given text.")
      .def_readonly("log_probability", &ScoredText::log_probability)
      .def_readonly("perplexity", &ScoredText::perplexity, "Of a token.")
      .def_readonly("tokens", &ScoredText::tokens)
      .def_property_readonly("token_log_probabilities", &token_log_probabilities<ScoredText>)
      .def_readonly("fault", &ScoredText::fault)
      .def("__repr__", [](const ScoredText& s) {
        return fmt::format("TextScore(log_probability={:.4f}, fault={})", s.log_probability,
                           std::string(py::repr(py::str(s.fault))));
      });
  py::class_<TextWriter>(module, "LanguageModel", "A causal language model in memory.")
      .def(py::init([](const std::filesystem::path& folder, const std::string& precision) {
             return without_gil([&] { return std::make_unique<TextWriter>(folder, precision); });
           }),
           py::arg("model"), py::kw_only(), py::arg("precision") = "f32")
      .def("generate", &generate, py::arg("prompts"),
           "The Generation of a prompt, or of each prompt of an iterable: n_best texts that begin "
           "with it.")
      .def("score", &score_texts, py::arg("texts"),
           "The TextScore of a text, or of each text of an iterable.");
}

}  // namespace alinea::python
