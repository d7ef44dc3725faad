#include "python/calls.h"

#include <fmt/format.h>

#include <utility>

#include "support/error.h"

namespace alinea::python {

PythonCallbacks::PythonCallbacks(py::object on_token, py::object is_cancelled)
    : on_token_(std::move(on_token)),
      is_cancelled_(std::move(is_cancelled)),
      asked_(std::chrono::steady_clock::now()) {}

TranslationCallbacks PythonCallbacks::callbacks() {
  TranslationCallbacks callbacks;
  callbacks.is_cancelled = [this] { return is_cancelled(); };
  if (!on_token_.is_none())
    callbacks.on_token = [this](size_t request, const std::string& text) {
      if (thrown_) return;
      const py::gil_scoped_acquire acquire;
      try {
        on_token_(request, text);
      } catch (...) {
        thrown_ = std::current_exception();
      }
    };
  return callbacks;
}

// Signals are Python's to handle; they, and a function of Python's, are asked now and then.
bool PythonCallbacks::is_cancelled() {
  constexpr auto kPause = std::chrono::milliseconds(20);
  if (thrown_) return true;
  const auto now = std::chrono::steady_clock::now();
  if (now - asked_ < kPause) return false;
  asked_ = now;
  const py::gil_scoped_acquire acquire;
  try {
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    return !is_cancelled_.is_none() && is_cancelled_().cast<bool>();
  } catch (...) {
    thrown_ = std::current_exception();
    return true;
  }
}

void PythonCallbacks::rethrow() {
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

Texts texts_of(const py::object& texts, const char* what) {
  if (py::isinstance<py::str>(texts)) return {{texts.cast<std::string>()}, true};
  Texts all;
  if (py::isinstance<py::bytes>(texts) || !py::isinstance<py::iterable>(texts))
    throw py::type_error(fmt::format("expected {} as str or as an iterable of str, got {}", what,
                                     std::string(py::str(py::type::of(texts).attr("__name__")))));
  for (const py::handle& text : texts) {
    if (!py::isinstance<py::str>(text))
      throw py::type_error(fmt::format("expected {} as str, got {} at place {}", what,
                                       std::string(py::str(py::type::of(text).attr("__name__"))),
                                       all.lines.size()));
    all.lines.push_back(text.cast<std::string>());
  }
  return all;
}

namespace {

void check_count(size_t found, size_t count, const char* what) {
  if (found != count)
    throw py::value_error(
        fmt::format("expected {} {}, one for each text, got {}", count, what, found));
}

}  // namespace

std::vector<std::string> lines_beside(const py::object& lines, size_t count, const char* what) {
  if (lines.is_none()) return std::vector<std::string>(count);
  std::vector<std::string> all = texts_of(lines, what).lines;
  check_count(all.size(), count, what);
  return all;
}

std::vector<std::vector<std::string>> lists_beside(const py::object& lists, const Texts& texts,
                                                   const char* what) {
  const size_t count = texts.lines.size();
  if (lists.is_none()) return std::vector<std::vector<std::string>>(count);
  if (py::isinstance<py::str>(lists) || !py::isinstance<py::iterable>(lists))
    throw py::type_error(fmt::format("expected {} as a list of str for each text", what));
  if (texts.is_single) return {texts_of(lists, what).lines};
  std::vector<std::vector<std::string>> all;
  for (const py::handle& list : lists) {
    if (py::isinstance<py::str>(list))
      throw py::type_error(
          fmt::format("expected {} as a list of str for each text, got a str", what));
    all.push_back(list.is_none() ? std::vector<std::string>()
                                 : texts_of(py::reinterpret_borrow<py::object>(list), what).lines);
  }
  check_count(all.size(), count, what);
  return all;
}

void check_fault(const std::string& fault, size_t place, bool is_single) {
  if (fault.empty()) return;
  if (is_single) throw Error(fault);
  throw Error("text {}: {}", place, fault);
}

}  // namespace alinea::python
