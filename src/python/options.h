// Options as keyword arguments: one table a struct.
#pragma once

#include <pybind11/pybind11.h>

#include "alinea/classify.h"
#include "alinea/look.h"
#include "alinea/read.h"
#include "alinea/tag.h"
#include "alinea/translate.h"
#include "alinea/write.h"

namespace alinea::python {

namespace py = pybind11;

// Sets what the keywords name, and leaves the rest as it is. Throws TypeError for a keyword that
// there is not and for a value of another type.
void set_options(TranslationOptions& options, const py::kwargs& keywords);
void set_options(TranslationScoreOptions& options, const py::kwargs& keywords);
void set_options(EncodeOptions& options, const py::kwargs& keywords);
void set_options(ClassifyingOptions& options, const py::kwargs& keywords);
void set_options(TextTaggerOptions& options, const py::kwargs& keywords);
void set_options(WritingOptions& options, const py::kwargs& keywords);
void set_options(TextScoreOptions& options, const py::kwargs& keywords);
void set_options(ReadingCallOptions& options, const py::kwargs& keywords);
void set_options(LookingOptions& options, const py::kwargs& keywords);
// Takes those of LoadOptions out of the keywords.
LoadOptions take_load_options(py::kwargs& keywords);

// {"Translator.translate": {"beam_size": 5, ...}, ...}: the keywords and their defaults.
py::dict default_options();

}  // namespace alinea::python
