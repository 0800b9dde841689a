"""Nested structures. The messages are TensorFlow's."""

import collections
from typing import Any, NamedTuple

import pytest

import nbtf as tf
from nbtf import nest


class Pair(NamedTuple):
    a: Any
    b: Any


Ordered = collections.OrderedDict
STRUCTURES = [  # structure, its leaves
    (1, [1]),
    ("abc", ["abc"]),
    (None, [None]),
    ({1, 2}, [{1, 2}]),
    ([None, []], [None]),
    ({"b": 1, "a": [2, 3]}, [2, 3, 1]),
    (Ordered([("b", 1), ("a", (2,))]), [2, 1]),
    (Pair(1, {"x": Pair(2, [3])}), [1, 2, 3]),
    (collections.defaultdict(list, {"b": 1, "a": 2}), [2, 1]),
]


@pytest.mark.parametrize(("structure", "leaves"), STRUCTURES)
def test_flatten_and_pack(structure: Any, leaves: list[Any]) -> None:
    assert tf.nest.flatten(structure) == leaves
    packed = tf.nest.pack_sequence_as(structure, leaves)
    assert packed == structure and type(packed) is type(structure)
    assert tf.nest.is_nested(structure) == (leaves != [structure])
    if isinstance(structure, dict):
        assert list(packed) == list(structure)


def test_map_structure() -> None:
    assert tf.nest.map_structure(lambda x, y: x + y, [2, (3,)], [1, (2,)]) == [3, (5,)]
    assert tf.nest.map_structure(lambda x, y: x + y, [2, 3], (1, 2), check_types=False) == [3, 5]


def test_composites_are_leaves_or_parts() -> None:
    with tf.Graph().as_default():
        slices = tf.IndexedSlices(tf.constant([1.0]), tf.constant([0]))
    assert tf.nest.flatten([slices]) == [slices]
    parts = tf.nest.flatten([slices], expand_composites=True)
    assert parts == [slices.values, slices.indices]
    packed = tf.nest.pack_sequence_as([slices], parts, expand_composites=True)
    assert isinstance(packed[0], tf.IndexedSlices) and packed[0].values is slices.values
    with pytest.raises(ValueError, match="is a sequence, while substructure"):
        tf.nest.assert_same_structure([slices], [1], expand_composites=True)


REFUSED = [
    (
        lambda: tf.nest.assert_same_structure([1, 2], [1, [2]]),
        ValueError,
        r'"type=list str=\[2\]" is a sequence, while',
    ),
    (lambda: tf.nest.assert_same_structure([1, 2], [1, 2, 3]), ValueError, "don't have the same number of elements"),
    (lambda: tf.nest.assert_same_structure([1, 2], (1, 2)), TypeError, "has type list, while second structure"),
    (lambda: tf.nest.assert_same_structure({"a": 1}, {"b": 1}), ValueError, "don't have the same set of keys"),
    (lambda: tf.nest.assert_same_structure(Pair(1, 2), (1, 2)), TypeError, "has type Pair"),
    (lambda: tf.nest.pack_sequence_as([1, [2]], [1]), ValueError, "Structure had 2 atoms, but flat_sequence had 1"),
    (lambda: tf.nest.pack_sequence_as(1, [1, 2]), ValueError, "target structure is of type `<class 'int'>`"),
    (lambda: tf.nest.pack_sequence_as([1], 5), TypeError, "found incompatible type `<class 'int'>`"),
    (lambda: tf.nest.map_structure(1, [2]), TypeError, "func must be callable"),
    (lambda: tf.nest.map_structure(lambda: 1), ValueError, "at least one structure"),
    (lambda: tf.nest.map_structure(lambda x: x, [1], foo=1), ValueError, "Only valid keyword arguments"),
    (lambda: nest.assert_shallow_structure([1, 2], [1, [2], 3]), ValueError, "don't have the same sequence length"),
    (lambda: nest.assert_shallow_structure([1, [2]], [1, 2]), TypeError, "input must also be a sequence"),
    (lambda: nest.assert_shallow_structure({"a": 1}, {"b": 2}), ValueError, r"not in the input_tree: \['a'\]"),
]


@pytest.mark.parametrize(("refused", "kind", "words"), REFUSED)
def test_refused(refused: Any, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        refused()


def test_same_structures() -> None:
    tf.nest.assert_same_structure({"a": 1}, Ordered(a=1))
    tf.nest.assert_same_structure(Pair(1, 2), collections.namedtuple("Pair", "a b")(1, 2))
    tf.nest.assert_same_structure([1], (1,), check_types=False)


def test_structures_that_go_only_so_deep() -> None:
    assert nest.flatten_up_to([0, [0]], [1, [(2, 3)]]) == [1, (2, 3)]
    assert nest.map_structure_up_to([0, [0]], lambda x, y: (x, y), [1, [2]], [3, [4]]) == [(1, 3), [(2, 4)]]
    found = nest.flatten_with_joined_paths({"a": [1, 2], "b": Pair(1, 2)})
    assert found == [("a/0", 1), ("a/1", 2), ("b/a", 1), ("b/b", 2)]
