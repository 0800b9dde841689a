"""Smallest and largest values of an array's element type, as compile-time constants."""

import numpy as np
from numba import types
from numba.extending import overload
from numba.np.numpy_support import as_dtype


def _finite(dtype):
    """(lowest, highest) finite value of a dtype."""
    if dtype.kind == "b":
        return np.bool_(False), np.bool_(True)
    info = np.iinfo(dtype) if dtype.kind in "iu" else np.finfo(dtype)
    return dtype.type(info.min), dtype.type(info.max)


def _all(dtype):
    """(lowest, highest) value of a dtype, infinities included."""
    return (dtype.type(-np.inf), dtype.type(np.inf)) if dtype.kind == "f" else _finite(dtype)


def lowest_finite(x):
    return _finite(x.dtype)[0]


def lowest(x):
    return _all(x.dtype)[0]


def highest(x):
    return _all(x.dtype)[1]


def highest_finite(x):
    return _finite(x.dtype)[1]


def _constant(function, pick):
    @overload(function)
    def typed(x):
        if not isinstance(x, types.Array):
            return None
        value = pick(as_dtype(x.dtype))
        return lambda x: value


_constant(lowest_finite, lambda dtype: _finite(dtype)[0])
_constant(highest_finite, lambda dtype: _finite(dtype)[1])
_constant(lowest, lambda dtype: _all(dtype)[0])
_constant(highest, lambda dtype: _all(dtype)[1])
