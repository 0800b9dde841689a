"""Places in a permutation that nobody has to write down: a block cipher of numbers, run until it falls into the range."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.shapes import UNKNOWN, check, may_equal

_LEAST_BLOCK = 16
"""Bits: a cipher of fewer leaves patterns that are seen."""
_SEQUENCE = 0x7369F885192C0EF5
"""The constants of Simon's key schedule, a bit a round."""


class _Simon:
    """The cipher Simon of blocks of `bits` under a key of three words, shortened to `rounds`."""

    def __init__(self, bits: int, key: list[int], rounds: int) -> None:
        self._width = bits // 2
        self._mask = (1 << self._width) - 1
        self._keys = self._schedule([word & self._mask for word in key], rounds)

    def _schedule(self, keys: list[int], rounds: int) -> list[int]:
        base = 0xFFFFFFFC & self._mask
        sequence = _SEQUENCE & self._mask
        while len(keys) < rounds:
            last = keys[-1]
            turned = self._rotated(last, self._width - 3) ^ self._rotated(last, self._width - 4)
            keys.append(base ^ (sequence & 1) ^ keys[-3] ^ turned)
            sequence >>= 1
        return keys

    def _rotated(self, word: int, count: int) -> int:
        """To the left."""
        return (word << count | word >> (self._width - count)) & self._mask

    def _mixed(self, word: int) -> int:
        return self._rotated(word, 1) & self._rotated(word, 8) ^ self._rotated(word, 2)

    def encrypted(self, block: int) -> int:
        left, right = block >> self._width & self._mask, block & self._mask
        for first, second in zip(self._keys[::2], self._keys[1::2], strict=True):
            left ^= self._mixed(right) ^ first
            right ^= self._mixed(left) ^ second
        return left << self._width | right


def shuffled_index(index: int, key: list[int], max_index: int, rounds: int) -> int:
    """Where a permutation of 0 ... max_index, which three words tell, has the index."""
    bits = max((max_index - 1).bit_length() if max_index > 1 else 0, _LEAST_BLOCK)
    cipher = _Simon(bits + bits % 2, key, rounds)
    while True:
        index = cipher.encrypted(index)
        if index <= max_index:
            return index


def _random_index_shuffle(call: Any, index: Any, seed: Any, max_index: Any) -> Any:
    rounds = call.attrs.rounds
    check(rounds >= 4 and rounds % 2 == 0, "rounds must be even and at least 4, but is {}", rounds)
    count = max(value.size if value.ndim else 1 for value in (index, max_index, seed[..., 0]))
    for name, value, dims in (("Index", index, ()), ("Max index", max_index, ()), ("Seed", seed, (3,))):
        fits = value.shape in (dims, (count, *dims))
        check(fits, "{} has shape {} but there are {} indices", name, value.shape, count)
    result = np.empty(count, index.dtype)
    keys = np.broadcast_to(seed, (count, 3))
    pairs = zip(np.broadcast_to(index, count), np.broadcast_to(max_index, count), keys, strict=True)
    for i, (one, largest, key) in enumerate(pairs):
        check(0 <= one <= largest, "index must be in [0, {}] but is {}", int(largest), int(one))
        # a permutation of 2**16 + 1 numbers, or 2**18 + 1 ..., would need a wider cipher than TensorFlow takes
        words = [int(word) & 0xFFFFFFFF for word in key]
        result[i] = shuffled_index(int(one), words, int(largest), rounds)
    scalar = index.ndim == 0 and max_index.ndim == 0 and seed.ndim == 1
    return result.reshape(()) if scalar else result


@op("RandomIndexShuffle")
class RandomIndexShuffle:
    """Where a random permutation of 0 ... max_index has `index`: index [] or [n], seed [3] or [n, 3], max_index [] or [n].

    The seed alone tells the permutation. rounds: of the cipher, even, at least 4.
    """

    host = _random_index_shuffle
    checked = True
    gradient = NOT_DIFFERENTIABLE

    def shape(index, seed, max_index, out):
        check(len(index) <= 1, "Shape must be at most rank 1 but is rank {}", len(index))
        check(len(max_index) <= 1, "Shape must be at most rank 1 but is rank {}", len(max_index))
        check(
            (len(seed) == 1 or len(seed) == 2) and may_equal(seed[len(seed) - 1], 3),
            "Seed must have shape [3] or [n, 3] but got {}.",
            seed,
        )
        count = UNKNOWN
        if len(index) == 1:
            count = index[0]
        if len(max_index) == 1:
            check(may_equal(max_index[0], count), "Max index has shape {} but must have shape [{}].", max_index, count)
            count = max(count, max_index[0])
        if len(seed) == 2:
            check(may_equal(seed[0], count), "Seed has shape {} but must have shape [{}, 3].", seed, count)
            count = max(count, seed[0])
        if len(index) == 1 or len(max_index) == 1 or len(seed) == 2:
            out.append(count)
