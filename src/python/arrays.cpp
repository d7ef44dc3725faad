#include "python/arrays.h"

#include <utility>

namespace alinea::python {

namespace {

constexpr auto kFloat = static_cast<py::ssize_t>(sizeof(float));

py::array read_only(const std::vector<float>& values, std::vector<py::ssize_t> shape,
                    std::vector<py::ssize_t> strides, py::object owner) {
  py::array array(py::dtype::of<float>(), std::move(shape), std::move(strides), values.data(),
                  std::move(owner));
  array.attr("flags").attr("writeable") = false;
  return array;
}

py::array view(const std::vector<float>& values, std::vector<py::ssize_t> shape, py::object owner) {
  std::vector<py::ssize_t> strides(shape.size(), kFloat);
  for (size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return read_only(values, std::move(shape), std::move(strides), std::move(owner));
}

}  // namespace

py::array row(const std::vector<float>& values, py::object owner) {
  return view(values, {static_cast<py::ssize_t>(values.size())}, std::move(owner));
}

py::object matrix(const std::vector<float>& values, size_t columns, py::object owner) {
  if (values.empty() || columns == 0) return py::none();
  return view(
      values,
      {static_cast<py::ssize_t>(values.size() / columns), static_cast<py::ssize_t>(columns)},
      std::move(owner));
}

py::object heads_view(const AttentionTensor& heads, py::object owner) {
  if (heads.empty()) return py::none();
  const py::ssize_t bytes = heads.sources * kFloat;
  return read_only(heads.values, {heads.heads, heads.targets, heads.sources},
                   {bytes, heads.heads * bytes, kFloat}, std::move(owner));
}

}  // namespace alinea::python
