"""Sequence-to-sequence models with attention.

>>> import alinea
>>> translator = alinea.Translator("models/first")
>>> translator.translate("ein kleiner Satz")

Models are trained by the program `alinea`. Options are keyword arguments with the names and the
defaults of its options; `default_options()` lists them.
"""

from ._alinea import (
    Answer,
    Cancelled,
    Classification,
    Classifier,
    Encoding,
    Error,
    GeneratedText,
    Generation,
    LanguageModel,
    PictureClass,
    PictureClassifier,
    Reader,
    Reply,
    Score,
    Sentence,
    Tagger,
    Tags,
    TextScore,
    Translation,
    Translator,
    __version__,
    default_options,
)


def score(model, sources, targets, **options):
    """The Score of given translations by a model: a Translator, or the folder of one."""
    return _translator(model).score(sources, targets, **options)


def align(model, sources, targets, **options):
    """As score(), with attention and links."""
    return _translator(model).align(sources, targets, **options)


def _translator(model):
    return model if isinstance(model, Translator) else Translator(model)


__all__ = [
    "Answer",
    "Cancelled",
    "Classification",
    "Classifier",
    "Encoding",
    "Error",
    "GeneratedText",
    "Generation",
    "LanguageModel",
    "PictureClass",
    "PictureClassifier",
    "Reader",
    "Reply",
    "Score",
    "Sentence",
    "Tagger",
    "Tags",
    "TextScore",
    "Translation",
    "Translator",
    "align",
    "default_options",
    "score",
]
