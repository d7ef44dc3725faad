// Numbers of the library as arrays of NumPy, which show them where they lie.
#pragma once

#include <pybind11/numpy.h>

#include <vector>

#include "alinea/translate.h"

namespace alinea::python {

namespace py = pybind11;

// A view, which cannot be written to, of values that `owner` keeps alive.
py::array view(const std::vector<float>& values, std::vector<py::ssize_t> shape, py::object owner);
// [rows, columns]; None where there are no values.
py::object matrix(const std::vector<float>& values, size_t columns, py::object owner);
// [heads, targets, sources]; None where there are none.
py::object heads_view(const AttentionTensor& heads, py::object owner);

}  // namespace alinea::python
