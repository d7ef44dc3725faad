// The extension module of the Python package: the library of src/alinea, with options as keywords.
#include <pybind11/pybind11.h>

#include "alinea/translate.h"
#include "python/bindings.h"
#include "python/options.h"
#include "support/error.h"
#include "support/version.h"

namespace py = pybind11;

PYBIND11_MODULE(_alinea, module) {
  module.doc() = "Sequence-to-sequence models with attention: the library of alinea.";
  module.attr("__version__") = alinea::program_version();
  const py::object error =
      py::register_exception<alinea::Error>(module, "Error", PyExc_RuntimeError);
  error.attr("__doc__") = "A model, a text or a call that failed; the message says what to try.";
  const py::object cancelled =
      py::register_exception<alinea::Cancelled>(module, "Cancelled", error);
  cancelled.attr("__doc__") = "is_cancelled said so.";
  module.def("default_options", alinea::python::default_options,
             "The keywords of each kind of call and their defaults.");
  alinea::python::add_translator(module);
  alinea::python::add_classifier(module);
  alinea::python::add_tagger(module);
  alinea::python::add_writer(module);
  alinea::python::add_reader(module);
  alinea::python::add_pictures(module);
}
