"""tf.contrib.learn.preprocessing: texts as rows of ids of words, or of bytes."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from nbtf.contrib.learn.preprocessing.categories import CategoricalVocabulary
from nbtf.gfile.file_io import GFile

_WORD = re.compile(
    r"""
      [A-Z]{2,}(?![a-z])      # capitals: an abbreviation
    | [A-Z][a-z]+(?=[A-Z])    # the first word of CamelCase
    | [\w'-]+                 # any other one
    """,
    re.VERBOSE,
)


def tokenizer(iterator: Iterable[str]) -> Iterator[list[str]]:
    """The words of each text."""
    for text in iterator:
        yield _WORD.findall(text)


class VocabularyProcessor:
    """Texts as rows of max_document_length ids of their words, 0 behind the end and for what is unknown."""

    def __init__(
        self,
        max_document_length: int,
        min_frequency: int = 0,
        vocabulary: Any = None,
        tokenizer_fn: Callable[[Iterable[str]], Iterable[Iterable[str]]] | None = None,
    ) -> None:
        """min_frequency: a word must come more often. vocabulary: a CategoricalVocabulary. tokenizer_fn: texts -> words."""
        self.max_document_length = max_document_length
        self.min_frequency = min_frequency
        self.vocabulary_ = vocabulary or CategoricalVocabulary()
        self._tokenizer = tokenizer_fn or tokenizer

    def fit(self, raw_documents: Iterable[str], unused_y: Any = None) -> VocabularyProcessor:
        """Learns the words of texts; the same processor."""
        for words in self._tokenizer(raw_documents):
            for word in words:
                self.vocabulary_.add(word)
        if self.min_frequency > 0:
            self.vocabulary_.trim(self.min_frequency)
        self.vocabulary_.freeze()
        return self

    def fit_transform(self, raw_documents: Any, unused_y: Any = None) -> Iterator[np.ndarray[Any, Any]]:
        """`fit`, then `transform`, of the same texts."""
        self.fit(raw_documents)
        return self.transform(raw_documents)

    def transform(self, raw_documents: Iterable[str]) -> Iterator[np.ndarray[Any, Any]]:
        """A row of ids for each text, int64 [max_document_length]."""
        for words in self._tokenizer(raw_documents):
            row = np.zeros(self.max_document_length, np.int64)
            for at, word in zip(range(self.max_document_length), words, strict=False):
                row[at] = self.vocabulary_.get(word)
            yield row

    def reverse(self, documents: Iterable[Iterable[int]]) -> Iterator[str]:
        """The words of rows of ids, with blanks between them."""
        for ids in documents:
            yield " ".join(self.vocabulary_.reverse(int(one)) for one in ids)

    def save(self, filename: str) -> None:
        """Writes the processor to a file, as a pickle."""
        with GFile(filename, "wb") as file:
            file.write(pickle.dumps(self))

    @classmethod
    def restore(cls, filename: str) -> VocabularyProcessor:
        """What `save` wrote. A pickle can do anything when it is read: only read files that you trust."""
        with GFile(filename, "rb") as file:
            processor: VocabularyProcessor = pickle.loads(file.read())
        return processor


class ByteProcessor:
    """Texts as rows of max_document_length bytes in UTF-8, 0 behind the end."""

    def __init__(self, max_document_length: int) -> None:
        self.max_document_length = max_document_length

    def fit(self, x: Any) -> ByteProcessor:
        """There is nothing to learn; the same processor."""
        return self

    def fit_transform(self, x: Iterable[Any]) -> Iterator[np.ndarray[Any, Any]]:
        """The same as `transform`."""
        return self.transform(x)

    def transform(self, x: Iterable[Any]) -> Iterator[np.ndarray[Any, Any]]:
        """A row for each text, or for its bytes: uint8 [max_document_length]."""
        for document in x:
            given = document if isinstance(document, bytes) else str(document).encode()
            row = np.zeros(self.max_document_length, np.uint8)
            part = given[: self.max_document_length]
            row[: len(part)] = np.frombuffer(part, np.uint8)
            yield row

    @staticmethod
    def reverse(x: Iterable[Any]) -> Iterator[str]:
        """The texts of rows of bytes, without the zeros behind them; what is no UTF-8 is left out."""
        for data in x:
            yield np.trim_zeros(np.asarray(data, np.uint8), "b").tobytes().decode(errors="ignore")
