// What each file adds to the module.
#pragma once

#include <pybind11/pybind11.h>

namespace alinea::python {

void add_translator(pybind11::module_& module);
void add_classifier(pybind11::module_& module);
void add_pictures(pybind11::module_& module);
void add_reader(pybind11::module_& module);
void add_tagger(pybind11::module_& module);
void add_writer(pybind11::module_& module);

}  // namespace alinea::python
