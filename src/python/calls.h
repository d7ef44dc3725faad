// Calls from Python into the library: without the GIL, and interrupted by Ctrl-C.
#pragma once

#include <pybind11/pybind11.h>

#include <chrono>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "alinea/translate.h"

namespace alinea::python {

namespace py = pybind11;

// call() without the GIL.
template <typename Call>
auto without_gil(Call call) {
  const py::gil_scoped_release release;
  return call();
}

// What the library's call answers, without the GIL: of a text by itself one answer, else a list.
template <typename Call>
py::object answers_of(bool is_single, Call call) {
  py::list all;
  for (auto& answer : without_gil(call)) all.append(py::cast(std::move(answer)));
  return is_single ? py::object(all[0]) : all;
}

// What Python is told, and asked, while a call runs. What a function of Python's throws ends the
// call, and is thrown once more by rethrow().
class PythonCallbacks {
 public:
  // None: no such function.
  PythonCallbacks(py::object on_token, py::object is_cancelled);

  TranslationCallbacks callbacks();
  // Of what was thrown while the call ran; else nothing.
  void rethrow();

 private:
  bool is_cancelled();

  py::object on_token_, is_cancelled_;
  std::exception_ptr thrown_;
  std::chrono::steady_clock::time_point asked_;
};

// A text, or an iterable of them.
struct Texts {
  std::vector<std::string> lines;
  bool is_single = false;
};
Texts texts_of(const py::object& texts, const char* what);
// The same of what stands line for line beside `count` texts; None: nothing for each.
std::vector<std::string> lines_beside(const py::object& lines, size_t count, const char* what);
// Lists of str; beside a single text one list.
std::vector<std::vector<std::string>> lists_beside(const py::object& lists, const Texts& texts,
                                                   const char* what);
// Throws ValueError, which names the place, where there is a fault.
void check_fault(const std::string& fault, size_t place, bool is_single);

}  // namespace alinea::python
