"""Philox4x32-10 and what is drawn from it."""

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.jit import kernel

_MASK = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


@register_jitable
def philox(output, seed, seed2):
    """The four 32-bit words, as uint64, of the stream's 128-bit output number `output`."""
    c0, c1 = np.uint64(output) & _MASK, np.uint64(output) >> _HALF
    c2, c3 = np.uint64(seed2) & _MASK, np.uint64(seed2) >> _HALF
    k0, k1 = np.uint64(seed) & _MASK, np.uint64(seed) >> _HALF
    for _ in range(10):
        a, b = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = (b >> _HALF) ^ c1 ^ k0, b & _MASK, (a >> _HALF) ^ c3 ^ k1, a & _MASK
        k0, k1 = (k0 + np.uint64(0x9E3779B9)) & _MASK, (k1 + np.uint64(0xBB67AE85)) & _MASK
    return c0, c1, c2, c3


@kernel
def random_uniform(output, seed, seed2, stream):
    """stream[0]: where this node's stream goes on."""
    start = stream[0]
    stream[0] = start + len(output) * 256
    scale = np.float32(2.0**-23)
    for i in range(0, len(output), 4):
        words = philox(start + i // 4, seed, seed2)
        for k in range(min(4, len(output) - i)):
            output[i + k] = np.float32(words[k] & np.uint64(0x7FFFFF)) * scale
