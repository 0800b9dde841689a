"""The random words of TensorFlow's Philox generator in Python, for ops that Python computes. kernels/random.py has them
compiled."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

_HALF = (1 << 32) - 1
_WHOLE = (1 << 64) - 1


def philox(outputs: np.ndarray[Any, Any], seed: int, seed2: int) -> np.ndarray[Any, Any]:
    """uint64 [n, 4]: the four 32-bit words of each of a stream's 128-bit outputs, given by number; seeds below 2**64."""
    mask, half = np.uint64(_HALF), np.uint64(32)
    c0, c1 = outputs & mask, outputs >> half
    c2, c3 = (np.full_like(outputs, word) for word in (seed2 & _HALF, seed2 >> 32))
    k0, k1 = seed & _HALF, seed >> 32
    for _ in range(10):
        a, b = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = (b >> half) ^ c1 ^ np.uint64(k0), b & mask, (a >> half) ^ c3 ^ np.uint64(k1), a & mask
        k0, k1 = (k0 + 0x9E3779B9) & _HALF, (k1 + 0xBB67AE85) & _HALF
    return np.stack([c0, c1, c2, c3], axis=1)


class RandomWords:
    """The 32-bit words of a stream, one after the other, from output number `first` on; seeds of two zeros stand for
    seeds from outside."""

    OUTPUTS_AT_ONCE = 64

    def __init__(self, seed: int, seed2: int, first: int = 0) -> None:
        if seed == 0 and seed2 == 0:
            seed, seed2 = (int.from_bytes(os.urandom(8), "little") for _ in range(2))
        self._seeds = int(seed) & _WHOLE, int(seed2) & _WHOLE
        self._output = first
        self._words = iter(list[int]())

    def __iter__(self) -> RandomWords:
        return self

    def __next__(self) -> int:
        word = next(self._words, None)
        if word is None:
            outputs = np.arange(self._output, self._output + self.OUTPUTS_AT_ONCE, dtype=np.uint64)
            self._output += self.OUTPUTS_AT_ONCE
            self._words = iter(philox(outputs, *self._seeds).reshape(-1).tolist())
            word = next(self._words)
        return word

    def below(self, limit: int) -> int:
        """An integer in [0, limit), below 2**32, all equally likely."""
        if limit & (limit - 1) == 0:
            return next(self) & (limit - 1)
        rest = _HALF % limit + 1
        while True:
            word = next(self)
            if word >= rest:
                return word % limit

    def unit_float(self) -> float:
        """[0, 1) in steps of 2**-23."""
        return float((next(self) & 0x7FFFFF) * 2.0**-23)
