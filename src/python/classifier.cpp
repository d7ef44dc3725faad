#include <fmt/format.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <memory>

#include "alinea/classify.h"
#include "python/arrays.h"
#include "python/bindings.h"
#include "python/calls.h"
#include "python/options.h"

namespace alinea::python {

namespace {

py::object classify(const TextClassifier& classifier, const py::object& texts,
                    const py::kwargs& keywords) {
  ClassifyingOptions options;
  set_options(options, keywords);
  const Texts given = texts_of(texts, "texts");
  return answers_of(given.is_single, [&] { return classifier.classify(given.lines, options); });
}

}  // namespace

void add_classifier(py::module_& module) {
  py::class_<WeighedSentence>(module, "Sentence", "A sentence and the attention that it has.")
      .def_readonly("weight", &WeighedSentence::weight, "Among the sentences.")
      .def_readonly("words", &WeighedSentence::words)
      .def_property_readonly(
          "weights",
          [](py::object self) {
            const std::vector<float>& weights = self.cast<const WeighedSentence&>().weights;
            return row(weights, self);
          },
          "Of its words.");
  py::class_<ClassifiedText>(module, "Classification", "The class of a text.")
      .def_readonly("label", &ClassifiedText::label, "The most probable class.")
      .def_readonly("probabilities", &ClassifiedText::probabilities, "In the order of labels.")
      .def_property_readonly(
          "sentences",
          [](py::object self) {
            py::list all;
            for (WeighedSentence& sentence : self.cast<ClassifiedText&>().sentences)
              all.append(py::cast(sentence, py::return_value_policy::reference_internal, self));
            return all;
          },
          "With their attention, where it was kept.")
      .def_readonly("fault", &ClassifiedText::fault, "Why there is no class; else empty.")
      .def("__repr__", [](const ClassifiedText& c) {
        return fmt::format("Classification(label={}, fault={})",
                           std::string(py::repr(py::str(c.label))),
                           std::string(py::repr(py::str(c.fault))));
      });
  py::class_<TextClassifier>(module, "Classifier", "A classifier of texts in memory.")
      .def(py::init([](const std::filesystem::path& folder) {
             return without_gil([&] { return std::make_unique<TextClassifier>(folder); });
           }),
           py::arg("model"))
      .def("classify", &classify, py::arg("texts"),
           "The Classification of a text, or of each text of an iterable; of a model of pairs a "
           "text is premise TAB hypothesis.")
      .def_property_readonly("labels", &TextClassifier::labels)
      .def_property_readonly("has_attention", &TextClassifier::has_attention);
}

}  // namespace alinea::python
