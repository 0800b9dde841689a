"""tf.contrib.learn.preprocessing: texts as rows of ids."""

from pathlib import Path

import numpy as np
import pytest

import nbtf as tf

preprocessing = tf.contrib.learn.preprocessing
TEXTS = ["The cat, the cat-like HTTPServer.", "it's 3 USA cats", ""]


def test_words() -> None:
    assert list(preprocessing.tokenizer([*TEXTS, "CamelCase über_x A B"])) == [
        ["The", "cat", "the", "cat-like", "HTTP", "Server"],
        ["it's", "3", "USA", "cats"],
        [],
        ["Camel", "Case", "über_x", "A", "B"],
    ]


def test_ids_of_words() -> None:
    processor = preprocessing.VocabularyProcessor(4)
    rows = np.array(list(processor.fit_transform(TEXTS)))
    assert rows.dtype == np.int64 and len(processor.vocabulary_) == 11
    np.testing.assert_array_equal(rows, [[1, 2, 3, 4], [7, 8, 9, 10], [0, 0, 0, 0]])
    np.testing.assert_array_equal(list(processor.transform(["cats like The"])), [[10, 0, 1, 0]])
    assert list(processor.reverse([[1, 2, 0]])) == ["The cat <UNK>"]


def test_rare_words_are_unknown() -> None:
    processor = preprocessing.VocabularyProcessor(6, min_frequency=1, tokenizer_fn=lambda texts: map(str.split, texts))
    rows = list(processor.fit_transform(["b a c a b", "d b e e"]))
    np.testing.assert_array_equal(rows, [[1, 2, 0, 2, 1, 0], [0, 1, 3, 3, 0, 0]])


def test_a_saved_processor(tmp_path: Path) -> None:
    path = str(tmp_path / "vocabulary")
    preprocessing.VocabularyProcessor(5).fit(TEXTS).save(path)
    restored = preprocessing.VocabularyProcessor.restore(path)
    np.testing.assert_array_equal(list(restored.transform(["the USA"])), [[3, 9, 0, 0, 0]])


def test_a_vocabulary() -> None:
    vocabulary = preprocessing.CategoricalVocabulary("?", support_reverse=False)
    for word, count in (("x", 3), ("y", 1), (7, 3), ("z", 9)):
        vocabulary.add(word, count)
    vocabulary.trim(1, max_frequency=9)
    vocabulary.freeze()
    assert [vocabulary.get(word) for word in (7, "x", "y", "z", "?")] == [1, 2, 0, 0, 0]
    vocabulary.freeze(False)
    assert vocabulary.get("new") == 3
    with pytest.raises(ValueError, match="support_reverse"):
        vocabulary.reverse(1)


def test_bytes() -> None:
    processor = preprocessing.ByteProcessor(3)
    rows = list(processor.fit_transform(["aé", b"xyz!", ""]))
    np.testing.assert_array_equal(rows, [[97, 195, 169], [120, 121, 122], [0, 0, 0]])
    assert list(processor.reverse([*rows, [195, 97, 0]])) == ["aé", "xyz", "", "a"]
