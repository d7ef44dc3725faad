#include <fmt/format.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <memory>

#include "alinea/look.h"
#include "python/bindings.h"
#include "python/calls.h"
#include "python/options.h"

namespace alinea::python {

namespace {

// Names of files as str or paths.
Texts entries_of(const py::object& pictures) {
  const py::object path = py::module_::import("os").attr("fspath");
  if (py::isinstance<py::str>(pictures) || py::hasattr(pictures, "__fspath__"))
    return texts_of(path(pictures), "pictures");
  py::list names;
  for (const py::handle& picture : pictures) names.append(path(picture));
  return texts_of(names, "pictures");
}

py::object classify_pictures(const PictureLooker& looker, const py::object& pictures,
                             const py::kwargs& keywords) {
  LookingOptions options;
  set_options(options, keywords);
  const Texts given = entries_of(pictures);
  return answers_of(given.is_single, [&] { return looker.classify(given.lines, options); });
}

}  // namespace

void add_pictures(py::module_& module) {
  py::class_<ClassifiedPicture>(module, "PictureClass", "The class of a picture.")
      .def_readonly("label", &ClassifiedPicture::label, "The most probable class.")
      .def_readonly("probabilities", &ClassifiedPicture::probabilities, "In the order of labels.")
      .def_property_readonly(
          "paths",
          [](const ClassifiedPicture& picture) {
            py::list all;
            for (const ClassifiedPicture::Path& path : picture.paths)
              all.append(py::make_tuple(path.places, path.probability));
            return all;
          },
          "Pairs (places, probability of the label), where they were kept: a place is (x, y) from "
          "-1 to 1.")
      .def_readonly("fault", &ClassifiedPicture::fault, "Why there is no class; else empty.")
      .def("__repr__", [](const ClassifiedPicture& c) {
        return fmt::format("PictureClass(label={}, fault={})",
                           std::string(py::repr(py::str(c.label))),
                           std::string(py::repr(py::str(c.fault))));
      });
  py::class_<PictureLooker>(module, "PictureClassifier", "A classifier of pictures by glimpses.")
      .def(py::init([](const std::filesystem::path& folder) {
             return without_gil([&] { return std::make_unique<PictureLooker>(folder); });
           }),
           py::arg("model"))
      .def("classify", &classify_pictures, py::arg("pictures"),
           "The PictureClass of a file, or of each file of an iterable.")
      .def_property_readonly("labels", &PictureLooker::labels);
}

}  // namespace alinea::python
