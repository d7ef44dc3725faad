#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <memory>

#include "alinea/tag.h"
#include "python/arrays.h"
#include "python/bindings.h"
#include "python/calls.h"
#include "python/options.h"

namespace alinea::python {

namespace {

// A sentence is a str, whose words stand between blanks, or a list of words.
std::vector<std::string> words_of(const py::handle& sentence) {
  if (py::isinstance<py::str>(sentence))
    return sentence.attr("split")().cast<std::vector<std::string>>();
  return texts_of(py::reinterpret_borrow<py::object>(sentence), "words").lines;
}

py::object tag(const TextTagger& tagger, const py::object& sentences, const py::kwargs& keywords) {
  TextTaggerOptions options;
  set_options(options, keywords);
  const bool is_single = py::isinstance<py::str>(sentences);
  std::vector<std::vector<std::string>> given;
  if (is_single) {
    given.push_back(words_of(sentences));
  } else {
    for (const py::handle& sentence : sentences) given.push_back(words_of(sentence));
  }
  return answers_of(is_single, [&] { return tagger.tag(given, options); });
}

}  // namespace

void add_tagger(py::module_& module) {
  py::class_<TextTags>(module, "Tags", "The tags of a sentence.")
      .def_readonly("tags", &TextTags::tags, "One for each word.")
      .def_readonly("label", &TextTags::label,
                    "The class of the sentence, of a model that has one.")
      .def_property_readonly(
          "attention",
          [](py::object self) {
            const auto& tags = self.cast<const TextTags&>();
            return matrix(tags.attention, tags.tags.size(), self);
          },
          "Weights [words, words], the mean of all heads, where they were kept.")
      .def_property_readonly(
          "heads",
          [](py::object self) { return heads_view(self.cast<const TextTags&>().heads, self); },
          "Weights [heads, words, words] of several heads.")
      .def_readonly("fault", &TextTags::fault, "Why there are no tags; else empty.")
      .def("__repr__", [](const TextTags& t) {
        return fmt::format("Tags(tags={}, fault={})", std::string(py::repr(py::cast(t.tags))),
                           std::string(py::repr(py::str(t.fault))));
      });
  py::class_<TextTagger>(module, "Tagger", "A tagger of words in memory.")
      .def(py::init([](const std::filesystem::path& folder) {
             return without_gil([&] { return std::make_unique<TextTagger>(folder); });
           }),
           py::arg("model"))
      .def("tag", &tag, py::arg("sentences"),
           "The Tags of a sentence, which is a str, or of each sentence of an iterable, which is a "
           "str or a list of words.")
      .def_property_readonly("tags", &TextTagger::tags)
      .def_property_readonly("has_attention", &TextTagger::has_attention);
}

}  // namespace alinea::python
