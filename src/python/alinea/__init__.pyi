from os import PathLike
from typing import Any, Callable, Iterable, Optional, Union, overload

import numpy as np
from numpy.typing import NDArray

_Path = Union[str, PathLike[str]]
_Floats = NDArray[np.float32]

__version__: str

class Error(RuntimeError): ...
class Cancelled(Error): ...

class Translation:
    @property
    def text(self) -> str: ...
    @property
    def score(self) -> float: ...
    @property
    def log_probability(self) -> float: ...
    @property
    def source_tokens(self) -> list[str]: ...
    @property
    def target_tokens(self) -> list[str]: ...
    @property
    def attention(self) -> Optional[_Floats]: ...
    @property
    def heads(self) -> Optional[_Floats]: ...
    @property
    def energies(self) -> Optional[_Floats]: ...
    @property
    def token_log_probabilities(self) -> _Floats: ...

class Answer:
    @property
    def translations(self) -> list[Translation]: ...
    @property
    def fault(self) -> str: ...
    @property
    def source_length(self) -> int: ...
    @property
    def holds_constraints(self) -> bool: ...

class Score:
    @property
    def log_probability(self) -> float: ...
    @property
    def token_log_probabilities(self) -> _Floats: ...
    @property
    def source_tokens(self) -> list[str]: ...
    @property
    def target_tokens(self) -> list[str]: ...
    @property
    def rows(self) -> list[str]: ...
    @property
    def columns(self) -> list[str]: ...
    @property
    def attention(self) -> Optional[_Floats]: ...
    @property
    def heads(self) -> Optional[_Floats]: ...
    @property
    def energies(self) -> Optional[_Floats]: ...
    @property
    def links(self) -> list[tuple[int, int]]: ...
    @property
    def fault(self) -> str: ...

class Translator:
    def __init__(
        self,
        model: Union[_Path, Iterable[_Path]],
        *,
        weights: Iterable[float] = ...,
        precision: str = ...,
        hard_attention: str = ...,
        hard_attention_seed: int = ...,
        shortlist: Optional[_Path] = ...,
        shortlist_first: int = ...,
        shortlist_best: int = ...,
        dictionary: Optional[_Path] = ...,
        beam_size: int = ...,
        length_penalty: float = ...,
        max_length_factor: float = ...,
        max_length: int = ...,
        batch_size: int = ...,
        threads: int = ...,
        n_best: int = ...,
        keep_attention: bool = ...,
        keep_energies: bool = ...,
        coverage_penalty: float = ...,
        extractive_weights: list[float] = ...,
        min_length: int = ...,
        max_target_length: int = ...,
        allow_unknown: bool = ...,
        no_repeat_ngram_size: int = ...,
        repetition_penalty: float = ...,
        decoding_window: int = ...,
        ctc_weight: float = ...,
        replace_unknown: bool = ...,
        sampling: bool = ...,
        temperature: float = ...,
        top_k: int = ...,
        top_p: float = ...,
        seed: int = ...,
    ) -> None: ...
    @overload  # type: ignore
    def translate(
        self,
        texts: str,
        *,
        prefixes: Optional[str] = ...,
        constraints: Optional[Iterable[str]] = ...,
        avoid: Optional[Iterable[str]] = ...,
        on_token: Optional[Callable[[int, str], object]] = ...,
        is_cancelled: Optional[Callable[[], bool]] = ...,
        beam_size: int = ...,
        length_penalty: float = ...,
        max_length_factor: float = ...,
        max_length: int = ...,
        batch_size: int = ...,
        threads: int = ...,
        n_best: int = ...,
        keep_attention: bool = ...,
        keep_energies: bool = ...,
        coverage_penalty: float = ...,
        extractive_weights: list[float] = ...,
        min_length: int = ...,
        max_target_length: int = ...,
        allow_unknown: bool = ...,
        no_repeat_ngram_size: int = ...,
        repetition_penalty: float = ...,
        decoding_window: int = ...,
        ctc_weight: float = ...,
        replace_unknown: bool = ...,
        sampling: bool = ...,
        temperature: float = ...,
        top_k: int = ...,
        top_p: float = ...,
        seed: int = ...,
    ) -> str: ...
    @overload
    def translate(
        self,
        texts: Iterable[str],
        *,
        prefixes: Optional[Iterable[str]] = ...,
        constraints: Optional[Iterable[Iterable[str]]] = ...,
        avoid: Optional[Iterable[Iterable[str]]] = ...,
        on_token: Optional[Callable[[int, str], object]] = ...,
        is_cancelled: Optional[Callable[[], bool]] = ...,
        beam_size: int = ...,
        length_penalty: float = ...,
        max_length_factor: float = ...,
        max_length: int = ...,
        batch_size: int = ...,
        threads: int = ...,
        n_best: int = ...,
        keep_attention: bool = ...,
        keep_energies: bool = ...,
        coverage_penalty: float = ...,
        extractive_weights: list[float] = ...,
        min_length: int = ...,
        max_target_length: int = ...,
        allow_unknown: bool = ...,
        no_repeat_ngram_size: int = ...,
        repetition_penalty: float = ...,
        decoding_window: int = ...,
        ctc_weight: float = ...,
        replace_unknown: bool = ...,
        sampling: bool = ...,
        temperature: float = ...,
        top_k: int = ...,
        top_p: float = ...,
        seed: int = ...,
    ) -> list[str]: ...
    @overload  # type: ignore
    def answers(
        self,
        texts: str,
        *,
        prefixes: Optional[str] = ...,
        constraints: Optional[Iterable[str]] = ...,
        avoid: Optional[Iterable[str]] = ...,
        on_token: Optional[Callable[[int, str], object]] = ...,
        is_cancelled: Optional[Callable[[], bool]] = ...,
        beam_size: int = ...,
        length_penalty: float = ...,
        max_length_factor: float = ...,
        max_length: int = ...,
        batch_size: int = ...,
        threads: int = ...,
        n_best: int = ...,
        keep_attention: bool = ...,
        keep_energies: bool = ...,
        coverage_penalty: float = ...,
        extractive_weights: list[float] = ...,
        min_length: int = ...,
        max_target_length: int = ...,
        allow_unknown: bool = ...,
        no_repeat_ngram_size: int = ...,
        repetition_penalty: float = ...,
        decoding_window: int = ...,
        ctc_weight: float = ...,
        replace_unknown: bool = ...,
        sampling: bool = ...,
        temperature: float = ...,
        top_k: int = ...,
        top_p: float = ...,
        seed: int = ...,
    ) -> Answer: ...
    @overload
    def answers(
        self,
        texts: Iterable[str],
        *,
        prefixes: Optional[Iterable[str]] = ...,
        constraints: Optional[Iterable[Iterable[str]]] = ...,
        avoid: Optional[Iterable[Iterable[str]]] = ...,
        on_token: Optional[Callable[[int, str], object]] = ...,
        is_cancelled: Optional[Callable[[], bool]] = ...,
        beam_size: int = ...,
        length_penalty: float = ...,
        max_length_factor: float = ...,
        max_length: int = ...,
        batch_size: int = ...,
        threads: int = ...,
        n_best: int = ...,
        keep_attention: bool = ...,
        keep_energies: bool = ...,
        coverage_penalty: float = ...,
        extractive_weights: list[float] = ...,
        min_length: int = ...,
        max_target_length: int = ...,
        allow_unknown: bool = ...,
        no_repeat_ngram_size: int = ...,
        repetition_penalty: float = ...,
        decoding_window: int = ...,
        ctc_weight: float = ...,
        replace_unknown: bool = ...,
        sampling: bool = ...,
        temperature: float = ...,
        top_k: int = ...,
        top_p: float = ...,
        seed: int = ...,
    ) -> list[Answer]: ...
    @overload  # type: ignore
    def score(self, sources: str, targets: str, *, batch_size: int = ..., threads: int = ...,
              keep_attention: bool = ..., keep_energies: bool = ...,
              attention_of: str = ...) -> Score: ...
    @overload
    def score(self, sources: Iterable[str], targets: Iterable[str], *, batch_size: int = ...,
              threads: int = ..., keep_attention: bool = ..., keep_energies: bool = ...,
              attention_of: str = ...) -> list[Score]: ...
    @overload  # type: ignore
    def align(self, sources: str, targets: str, *, batch_size: int = ..., threads: int = ...,
              keep_attention: bool = ..., keep_energies: bool = ...,
              attention_of: str = ...) -> Score: ...
    @overload
    def align(self, sources: Iterable[str], targets: Iterable[str], *, batch_size: int = ...,
              threads: int = ..., keep_attention: bool = ..., keep_energies: bool = ...,
              attention_of: str = ...) -> list[Score]: ...
    @overload  # type: ignore
    def encode(self, texts: str, *, batch_size: int = ..., threads: int = ...,
               max_length: int = ...) -> Encoding: ...
    @overload
    def encode(self, texts: Iterable[str], *, batch_size: int = ..., threads: int = ...,
               max_length: int = ...) -> list[Encoding]: ...
    @property
    def has_attention(self) -> bool: ...

class Encoding:
    @property
    def tokens(self) -> list[str]: ...
    @property
    def states(self) -> Optional[_Floats]: ...
    @property
    def fault(self) -> str: ...

class Sentence:
    @property
    def weight(self) -> float: ...
    @property
    def words(self) -> list[str]: ...
    @property
    def weights(self) -> _Floats: ...

class Classification:
    @property
    def label(self) -> str: ...
    @property
    def probabilities(self) -> list[float]: ...
    @property
    def sentences(self) -> list[Sentence]: ...
    @property
    def fault(self) -> str: ...

class Classifier:
    def __init__(self, model: _Path) -> None: ...
    @overload  # type: ignore
    def classify(self, texts: str, *, batch_size: int = ..., threads: int = ...,
                 keep_attention: bool = ...) -> Classification: ...
    @overload
    def classify(self, texts: Iterable[str], *, batch_size: int = ..., threads: int = ...,
                 keep_attention: bool = ...) -> list[Classification]: ...
    @property
    def labels(self) -> list[str]: ...
    @property
    def has_attention(self) -> bool: ...

class Tags:
    @property
    def tags(self) -> list[str]: ...
    @property
    def label(self) -> str: ...
    @property
    def attention(self) -> Optional[_Floats]: ...
    @property
    def heads(self) -> Optional[_Floats]: ...
    @property
    def fault(self) -> str: ...

class Tagger:
    def __init__(self, model: _Path) -> None: ...
    @overload  # type: ignore
    def tag(self, sentences: str, *, batch_size: int = ..., threads: int = ...,
            keep_attention: bool = ...) -> Tags: ...
    @overload
    def tag(self, sentences: Iterable[Union[str, Iterable[str]]], *, batch_size: int = ...,
            threads: int = ..., keep_attention: bool = ...) -> list[Tags]: ...
    @property
    def tags(self) -> list[str]: ...
    @property
    def has_attention(self) -> bool: ...

class GeneratedText:
    @property
    def text(self) -> str: ...
    @property
    def score(self) -> float: ...
    @property
    def log_probability(self) -> float: ...
    @property
    def tokens(self) -> list[str]: ...
    @property
    def token_log_probabilities(self) -> _Floats: ...

class Generation:
    @property
    def texts(self) -> list[GeneratedText]: ...
    @property
    def fault(self) -> str: ...

class TextScore:
    @property
    def log_probability(self) -> float: ...
    @property
    def perplexity(self) -> float: ...
    @property
    def tokens(self) -> list[str]: ...
    @property
    def token_log_probabilities(self) -> _Floats: ...
    @property
    def fault(self) -> str: ...

class LanguageModel:
    def __init__(self, model: _Path, *, precision: str = ...) -> None: ...
    @overload  # type: ignore
    def generate(self, prompts: str, *, beam_size: int = ..., n_best: int = ...,
                 max_length: int = ..., length_penalty: float = ..., batch_size: int = ...,
                 threads: int = ..., min_length: int = ..., allow_unknown: bool = ...,
                 no_repeat_ngram_size: int = ..., repetition_penalty: float = ...,
                 sampling: bool = ..., temperature: float = ..., top_k: int = ..., top_p: float = ...,
                 seed: int = ...) -> Generation: ...
    @overload
    def generate(self, prompts: Iterable[str], *, beam_size: int = ..., n_best: int = ...,
                 max_length: int = ..., length_penalty: float = ..., batch_size: int = ...,
                 threads: int = ..., min_length: int = ..., allow_unknown: bool = ...,
                 no_repeat_ngram_size: int = ..., repetition_penalty: float = ...,
                 sampling: bool = ..., temperature: float = ..., top_k: int = ..., top_p: float = ...,
                 seed: int = ...) -> list[Generation]: ...
    @overload  # type: ignore
    def score(self, texts: str, *, batch_size: int = ..., threads: int = ...) -> TextScore: ...
    @overload
    def score(self, texts: Iterable[str], *, batch_size: int = ...,
              threads: int = ...) -> list[TextScore]: ...

class Reply:
    @property
    def answer(self) -> str: ...
    @property
    def choices(self) -> list[tuple[str, float]]: ...
    @property
    def rows(self) -> list[str]: ...
    @property
    def columns(self) -> list[str]: ...
    @property
    def attention(self) -> Optional[_Floats]: ...
    @property
    def query_weights(self) -> Optional[_Floats]: ...
    @property
    def word_weights(self) -> Optional[_Floats]: ...
    @property
    def fault(self) -> str: ...

class Reader:
    def __init__(self, model: _Path) -> None: ...
    @overload  # type: ignore
    def answer(self, documents: Union[str, Iterable[str]], queries: str, *,
               candidates: Optional[Iterable[str]] = ..., batch_size: int = ..., threads: int = ...,
               keep_attention: bool = ...) -> Reply: ...
    @overload
    def answer(self, documents: Iterable[Union[str, Iterable[str]]], queries: Iterable[str], *,
               candidates: Optional[Iterable[Iterable[str]]] = ..., batch_size: int = ...,
               threads: int = ..., keep_attention: bool = ...) -> list[Reply]: ...
    @property
    def reads_stories(self) -> bool: ...
    @property
    def blank(self) -> str: ...
    @property
    def has_attention(self) -> bool: ...

class PictureClass:
    @property
    def label(self) -> str: ...
    @property
    def probabilities(self) -> list[float]: ...
    @property
    def paths(self) -> list[tuple[list[tuple[float, float]], float]]: ...
    @property
    def fault(self) -> str: ...

class PictureClassifier:
    def __init__(self, model: _Path) -> None: ...
    @overload  # type: ignore
    def classify(self, pictures: _Path, *, batch_size: int = ..., threads: int = ...,
                 samples: int = ..., keep_paths: bool = ...) -> PictureClass: ...
    @overload
    def classify(self, pictures: Iterable[_Path], *, batch_size: int = ..., threads: int = ...,
                 samples: int = ..., keep_paths: bool = ...) -> list[PictureClass]: ...
    @property
    def labels(self) -> list[str]: ...

@overload  # type: ignore
def score(model: Union[Translator, _Path], sources: str, targets: str, *, batch_size: int = ...,
          threads: int = ..., keep_attention: bool = ..., keep_energies: bool = ...,
              attention_of: str = ...) -> Score: ...
@overload
def score(model: Union[Translator, _Path], sources: Iterable[str], targets: Iterable[str], *,
          batch_size: int = ..., threads: int = ..., keep_attention: bool = ...,
          keep_energies: bool = ..., attention_of: str = ...) -> list[Score]: ...
@overload  # type: ignore
def align(model: Union[Translator, _Path], sources: str, targets: str, *, batch_size: int = ...,
          threads: int = ..., keep_attention: bool = ..., keep_energies: bool = ...,
              attention_of: str = ...) -> Score: ...
@overload
def align(model: Union[Translator, _Path], sources: Iterable[str], targets: Iterable[str], *,
          batch_size: int = ..., threads: int = ..., keep_attention: bool = ...,
          keep_energies: bool = ..., attention_of: str = ...) -> list[Score]: ...
def default_options() -> dict[str, dict[str, Any]]: ...
