#include <fmt/format.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <memory>

#include "alinea/read.h"
#include "python/arrays.h"
#include "python/bindings.h"
#include "python/calls.h"
#include "python/options.h"

namespace alinea::python {

namespace {

// A document is a str, or an iterable of its lines.
std::vector<ReadingQuestion> questions_of(const py::object& documents, const Texts& queries,
                                          const py::object& candidates) {
  const size_t count = queries.lines.size();
  if (!queries.is_single && py::isinstance<py::str>(documents))
    throw py::type_error(
        "expected documents as a list with one for each query, got a str: give a list of them, or "
        "the query as a str");
  const py::list all = queries.is_single ? py::list() : py::list(documents);
  if (!queries.is_single && all.size() != count)
    throw py::value_error(
        fmt::format("expected {} documents, one for each query, got {}", count, all.size()));
  const auto asked = lists_beside(candidates, queries, "candidates");
  std::vector<ReadingQuestion> questions;
  for (size_t i = 0; i < count; ++i)
    questions.push_back(
        {texts_of(queries.is_single ? documents : py::object(all[i]), "documents").lines,
         queries.lines[i], asked[i]});
  return questions;
}

py::object answer(const TextReader& reader, const py::object& documents, const py::object& queries,
                  const py::object& candidates, const py::kwargs& keywords) {
  ReadingCallOptions options;
  set_options(options, keywords);
  const Texts given = texts_of(queries, "queries");
  const std::vector<ReadingQuestion> questions = questions_of(documents, given, candidates);
  return answers_of(given.is_single, [&] { return reader.answer(questions, options); });
}

py::object weights_or_none(const std::vector<float>& weights, py::object owner) {
  if (weights.empty()) return py::none();
  return row(weights, std::move(owner));
}

}  // namespace

void add_reader(py::module_& module) {
  py::class_<ReadingReply>(module, "Reply", "The answer to a question.")
      .def_readonly("answer", &ReadingReply::answer, "The most probable one.")
      .def_property_readonly(
          "choices",
          [](const ReadingReply& reply) {
            py::list all;
            for (const ReadingReply::Choice& choice : reply.choices)
              all.append(py::make_tuple(choice.answer, choice.probability));
            return all;
          },
          "Pairs (answer, probability), most probable first.")
      .def_readonly("rows", &ReadingReply::rows, "What the rows of attention stand for.")
      .def_readonly("columns", &ReadingReply::columns)
      .def_property_readonly(
          "attention",
          [](py::object self) {
            const auto& reply = self.cast<const ReadingReply&>();
            return matrix(reply.attention, reply.columns.size(), self);
          },
          "Weights [rows, columns], where they were kept.")
      .def_property_readonly(
          "query_weights",
          [](py::object self) {
            return weights_or_none(self.cast<const ReadingReply&>().query_weights, self);
          },
          "Of the rows, of attention over attention.")
      .def_property_readonly(
          "word_weights",
          [](py::object self) {
            return weights_or_none(self.cast<const ReadingReply&>().word_weights, self);
          },
          "Of the columns, of which the answer is made.")
      .def_readonly("fault", &ReadingReply::fault, "Why there is no answer; else empty.")
      .def("__repr__", [](const ReadingReply& r) {
        return fmt::format("Reply(answer={}, fault={})", std::string(py::repr(py::str(r.answer))),
                           std::string(py::repr(py::str(r.fault))));
      });
  py::class_<TextReader>(module, "Reader", "A reader of documents, or of stories, in memory.")
      .def(py::init([](const std::filesystem::path& folder) {
             return without_gil([&] { return std::make_unique<TextReader>(folder); });
           }),
           py::arg("model"))
      .def("answer", &answer, py::arg("documents"), py::arg("queries"), py::kw_only(),
           py::arg("candidates") = py::none(),
           "The Reply to a query about a document, or to each query of an iterable. A document is "
           "a str or a list of its lines, a story the list of its sentences; a query about a "
           "document has the word `blank` once. candidates: words that may be the answer.")
      .def_property_readonly("reads_stories", &TextReader::reads_stories)
      .def_property_readonly("blank", &TextReader::blank)
      .def_property_readonly("has_attention", &TextReader::has_attention);
}

}  // namespace alinea::python
