"""Strings to buckets by their hash: FarmHash, SipHash-2-4 and the hash of TensorFlow's first version."""

import numpy as np

from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops.string_arrays import each, of_input, of_string_tensor
from nbtf.shapes import check

_MASK = (1 << 64) - 1

# ---- FarmHash (Fingerprint64): stable over versions and machines -----------------------------------------------------

_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F


def _fetch(data: bytes, at: int, size: int = 8) -> int:
    return int.from_bytes(data[at : at + size], "little")


def _rotate(value: int, count: int) -> int:
    """To the right."""
    value &= _MASK
    return (value >> count | value << (64 - count)) & _MASK


def _shift_mix(value: int) -> int:
    value &= _MASK
    return value ^ value >> 47


def _mix(low: int, high: int, factor: int) -> int:
    """Two words to one."""
    mixed = _shift_mix((low ^ high) * factor)
    return _shift_mix((high ^ mixed) * factor) * factor & _MASK


def _short(data: bytes) -> int:
    """Up to 16 bytes."""
    size = len(data)
    factor = _K2 + size * 2
    if size >= 8:
        first, last = _fetch(data, 0) + _K2, _fetch(data, size - 8)
        high = (_rotate(first, 25) + last) * factor
        return _mix((_rotate(last, 37) * factor + first) & _MASK, high & _MASK, factor)
    if size >= 4:
        return _mix(size + (_fetch(data, 0, 4) << 3), _fetch(data, size - 4, 4), factor)
    if size > 0:
        low = data[0] + (data[size >> 1] << 8)
        high = size + (data[-1] << 2)
        return _shift_mix((low * _K2 ^ high * _K0) & _MASK) * _K2 & _MASK
    return _K2


def _ends(data: bytes, factor: int) -> tuple[int, int, int, int]:
    """Words of the first and the last 16 bytes, weighted."""
    size = len(data)
    return (
        _fetch(data, 0) * (_K1 if size <= 32 else _K2),
        _fetch(data, 8),
        _fetch(data, size - 8) * factor,
        _fetch(data, size - 16) * _K2,
    )


def _medium(data: bytes) -> int:
    """17 to 64 bytes."""
    size = len(data)
    factor = _K2 + size * 2
    a, b, c, d = _ends(data, factor)
    low = (_rotate(a + b, 43) + _rotate(c, 30) + d) & _MASK
    high = (a + _rotate(b + _K2, 18) + c) & _MASK
    if size <= 32:
        return _mix(low, high, factor)
    mixed = _mix(low, high, factor)
    e, f = _fetch(data, 16) * factor, _fetch(data, 24)
    g, h = (low + _fetch(data, size - 32)) * factor, (mixed + _fetch(data, size - 24)) * factor
    return _mix((_rotate(e + f, 43) + _rotate(g, 30) + h) & _MASK, (e + _rotate(f + a, 18) + g) & _MASK, factor)


def _weak(data: bytes, at: int, a: int, b: int) -> tuple[int, int]:
    """32 bytes and two seeds to two words."""
    w, x, y, z = (_fetch(data, at + 8 * i) for i in range(4))
    a += w
    b = _rotate(b + a + z, 21)
    c = a
    a += x + y
    return (a + z) & _MASK, (b + _rotate(a, 44) + c) & _MASK


def _round(data: bytes, at: int, state: tuple[int, ...], factor: int, weight: int) -> tuple[int, ...]:
    """64 bytes into the state."""
    x, y, z, v0, v1, w0, w1 = state
    x = _rotate(x + y + v0 + _fetch(data, at + 8), 37) * factor
    y = _rotate(y + v1 + _fetch(data, at + 48), 42) * factor
    x = (x ^ w1 * weight) & _MASK
    y = (y + v0 * weight + _fetch(data, at + 40)) & _MASK
    z = _rotate(z + w0, 33) * factor & _MASK
    v0, v1 = _weak(data, at, v1 * factor & _MASK, x + w0)
    w0, w1 = _weak(data, at + 32, z + w1, y + _fetch(data, at + 16))
    return z, y, x, v0, v1, w0, w1


def fingerprint64(data: bytes) -> int:
    """FarmHash's Fingerprint64."""
    size = len(data)
    if size <= 16:
        return _short(data)
    if size <= 64:
        return _medium(data)
    seed = 81
    y = seed * _K1 + 113 & _MASK
    state: tuple[int, ...] = (seed * _K2 + _fetch(data, 0), y, _shift_mix(y * _K2 + 113) * _K2 & _MASK, 0, 0, 0, 0)
    for at in range(0, (size - 1) // 64 * 64, 64):
        state = _round(data, at, state, _K1, 1)
    x, y, z, v0, v1, w0, w1 = state
    factor = _K1 + ((z & 0xFF) << 1)
    w0 += (size - 1) & 63
    v0 += w0
    w0 += v0
    x, y, z, v0, v1, w0, w1 = _round(data, size - 64, (x, y, z, v0, v1, w0, w1), factor, 9)
    # _round has exchanged x and z
    low = _mix(v0, w0, factor) + _shift_mix(y) * _K0 + z
    return _mix(low & _MASK, _mix(v1, w1, factor) + x & _MASK, factor)


# ---- Fingerprint128 --------------------------------------------------------------------------------------------------

_K = 0x9DDFEA08EB382D69


def _murmur128(data: bytes, low: int, high: int) -> tuple[int, int]:
    """Up to 127 bytes under a seed of two words."""
    size = len(data)
    if size <= 16:
        low = _shift_mix(low * _K1) * _K1 & _MASK
        c = high * _K1 + _short(data) & _MASK
        d = _shift_mix(low + (_fetch(data, 0) if size >= 8 else c))
    else:
        c = _mix(_fetch(data, size - 8) + _K1 & _MASK, low, _K)
        d = _mix(high + size & _MASK, c + _fetch(data, size - 16) & _MASK, _K)
        low = low + d & _MASK
        for at in range(0, size - 16, 16):
            low = (low ^ _shift_mix(_fetch(data, at) * _K1) * _K1) * _K1 & _MASK
            high ^= low
            c = (c ^ _shift_mix(_fetch(data, at + 8) * _K1) * _K1) * _K1 & _MASK
            d ^= c
    low, high = _mix(low, c, _K), _mix(d, high, _K)
    return low ^ high, _mix(high, low, _K)


def _city128(whole: bytes, skipped: int, low: int, high: int) -> tuple[int, int]:
    """128 bytes or more, behind the skipped ones, under a seed of two words."""
    size = len(whole) - skipped
    x, y, z = low, high, size * _K1 & _MASK
    v0 = _rotate(y ^ _K1, 49) * _K1 + _fetch(whole, skipped) & _MASK
    v1 = _rotate(v0, 42) * _K1 + _fetch(whole, skipped + 8) & _MASK
    w0 = _rotate(y + z, 35) * _K1 + x & _MASK
    w1 = _rotate(x + _fetch(whole, skipped + 88), 53) * _K1 & _MASK
    state: tuple[int, ...] = (x, y, z, v0, v1, w0, w1)
    at = skipped
    while len(whole) - at >= 128:
        state = _round(whole, at + 64, _round(whole, at, state, _K1, 1), _K1, 1)
        at += 128
    x, y, z, v0, v1, w0, w1 = state
    x += _rotate(v0 + z, 49) * _K0
    y = y * _K0 + _rotate(w1, 37)
    z = z * _K0 + _rotate(w0, 27)
    w0, v0 = w0 * 9, v0 * _K0
    end = len(whole)
    for last in range(end - 32, end - 32 * -(-(end - at) // 32) - 1, -32):
        y = _rotate(x + y, 42) * _K0 + v1
        w0 += _fetch(whole, last + 16)
        x = x * _K0 + w0
        z += w1 + _fetch(whole, last)
        w1 += v0
        v0, v1 = _weak(whole, last, v0 + z, v1)
        v0 *= _K0
    x, y = _mix(x & _MASK, v0 & _MASK, _K), _mix(y + z & _MASK, w0 & _MASK, _K)
    low = _mix(x + v1 & _MASK, w1 & _MASK, _K) + y & _MASK
    return low, _mix(x + w1 & _MASK, y + v1 & _MASK, _K)


def fingerprint128(data: bytes) -> tuple[int, int]:
    """FarmHash's Fingerprint128: its low and its high word."""
    if len(data) < 16:
        return _murmur128(data, _K0, _K1)
    low, high = _fetch(data, 0), _fetch(data, 8) + _K0 & _MASK
    return _city128(data, 16, low, high) if len(data) >= 144 else _murmur128(data[16:], low, high)


# ---- SipHash-2-4: nobody without the key can make strings collide ----------------------------------------------------


def _sip_round(a: int, b: int, c: int, d: int) -> tuple[int, int, int, int]:
    a = a + b & _MASK
    b = _rotate(b, 51) ^ a
    a = _rotate(a, 32)
    c = c + d & _MASK
    d = _rotate(d, 48) ^ c
    a = a + d & _MASK
    d = _rotate(d, 43) ^ a
    c = c + b & _MASK
    b = _rotate(b, 47) ^ c
    return a, b, _rotate(c, 32), d


def siphash(key: tuple[int, int], data: bytes) -> int:
    """SipHash-2-4 under a key of two 64-bit words."""
    low, high = key[0] & _MASK, key[1] & _MASK
    words = low ^ 0x736F6D6570736575, high ^ 0x646F72616E646F6D, low ^ 0x6C7967656E657261, high ^ 0x7465646279746573
    padded = data + bytes(-(len(data) + 1) % 8) + bytes([len(data) & 0xFF])
    for at in range(0, len(padded), 8):
        block = _fetch(padded, at)
        words = (*words[:3], words[3] ^ block)
        words = _sip_round(*_sip_round(*words))
        words = (words[0] ^ block, *words[1:])
    words = (*words[:2], words[2] ^ 0xFF, words[3])
    for _ in range(4):
        words = _sip_round(*words)
    return words[0] ^ words[1] ^ words[2] ^ words[3]


# ---- the hash of the first version -----------------------------------------------------------------------------------


def first_hash64(data: bytes, seed: int = 0xDECAFCAFFE) -> int:
    """What StringToHashBucket uses: MurmurHash64A with a seed of its own."""
    factor, shift = 0xC6A4A7935BD1E995, 47
    found = seed ^ len(data) * factor & _MASK
    whole = len(data) // 8 * 8
    for at in range(0, whole, 8):
        block = _fetch(data, at) * factor & _MASK
        block = (block ^ block >> shift) * factor & _MASK
        found = (found ^ block) * factor & _MASK
    if whole < len(data):
        found = (found ^ _fetch(data, whole)) * factor & _MASK
    found = (found ^ found >> shift) * factor & _MASK
    return found ^ found >> shift


# ---- ops -------------------------------------------------------------------------------------------------------------


def _fast(call, strings):
    return each(lambda text: fingerprint64(text) % call.attrs.num_buckets, strings, np.int64)


@op("StringToHashBucketFast")
class StringToHashBucketFast:
    """FarmHash modulo num_buckets: int64. input [...] -> [...]."""

    host = _fast
    shape = of_input
    gradient = NOT_DIFFERENTIABLE


def _strong(call, strings):
    key = call.attrs.key
    check(len(key) == 2, "Key must have 2 elements")
    return each(lambda text: siphash((key[0], key[1]), text) % call.attrs.num_buckets, strings, np.int64)


@op("StringToHashBucketStrong")
class StringToHashBucketStrong:
    """SipHash under `key` modulo num_buckets: int64. input [...] -> [...]."""

    host = _strong
    shape = of_input
    gradient = NOT_DIFFERENTIABLE


def _first(call, strings):
    return each(lambda text: first_hash64(text) % call.attrs.num_buckets, strings, np.int64)


@op("StringToHashBucket")
class StringToHashBucket:
    """The first version's hash modulo num_buckets: int64. string_tensor [...] -> [...]."""

    host = _first
    shape = of_string_tensor
    gradient = NOT_DIFFERENTIABLE
