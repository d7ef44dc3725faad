// Numbers of the library as arrays of NumPy, which show them where they lie.
#pragma once

#include <pybind11/numpy.h>

#include <vector>

#include "alinea/translate.h"

namespace alinea::python {

namespace py = pybind11;

// Views, which cannot be written to, of values that `owner` keeps alive.
py::array row(const std::vector<float>& values, py::object owner);
// What a property of `self` shows.
template <typename Owner>
py::array token_log_probabilities(py::object self) {
  return row(self.cast<const Owner&>().token_log_probabilities, self);
}
// [rows, columns]; None where there are no values.
py::object matrix(const std::vector<float>& values, size_t columns, py::object owner);
// [heads, targets, sources]; None where there are none.
py::object heads_view(const AttentionTensor& heads, py::object owner);

}  // namespace alinea::python
