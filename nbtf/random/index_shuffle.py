"""Places in a permutation that is never written down: tf.random_index_shuffle and tf.random.experimental.index_shuffle."""

from __future__ import annotations

from typing import Any

from nbtf.array.joining import pad
from nbtf.graph import conversion
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.tensor import Tensor

random_index_shuffle = OpFunction("RandomIndexShuffle")

_THIRD_WORD = 498247692
"""Of the seed, which the op has three words of."""
_ROUNDS = 4


def index_shuffle(index: Any, seed: Any, max_index: Any) -> Tensor:
    """Where a random permutation of 0 ... max_index has `index`: index [] or [n], seed [2], max_index [] or [n]."""
    seed = conversion.convert_to_tensor(seed)
    rank = seed.shape.rank
    paddings = [[1, 0]] + [[0, 0]] * (0 if rank is None else rank - 1)
    words = pad(seed, paddings, constant_values=_THIRD_WORD)
    made: Tensor = raw.RandomIndexShuffle(index, words, max_index, rounds=_ROUNDS)
    return made
