"""What a change of the layout of images makes of dims and of vectors that have an element a dim. Python computes these ops."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf.checkpoint.slices import format_shape
from nbtf.graph.registry import op
from nbtf.ops.string_arrays import utf8
from nbtf.shapes import check, copy_dims

_LENGTHS = (4, 5)


def _formats(attrs: Any) -> tuple[str, str]:
    source, target = utf8(attrs.src_format).decode(), utf8(attrs.dst_format).decode()
    words = "{} format must be of length 4 or 5, received {} = {}"
    check(len(source) in _LENGTHS, words, "Source", "src_format", source)
    check(len(target) in _LENGTHS, words, "Destination", "dst_format", target)
    words = "Destination and source format must determine a permutation, got {} and {}"
    check(sorted(source) == sorted(target) and len(set(source)) == len(source), words, source, target)
    return source, target


def _dim_map(call: Any, x: Any) -> Any:
    source, target = _formats(call.attrs)
    places = np.array([target.index(letter) for letter in source], x.dtype)
    return np.asarray(places[x % len(source)])


def _permuted(call: Any, x: Any) -> Any:
    source, target = _formats(call.attrs)
    count = len(source)
    shape = format_shape(x.shape)
    check(x.ndim in (1, 2), "input must be a vector or 2D tensor, but got shape {}", shape)
    words = "{} must be of size {} or {}, but got shape {}"
    subject = "1D input" if x.ndim == 1 else "First dimension of 2D input"
    check(len(x) in (count - 2, count), words, subject, count - 2, count, shape)
    check(x.ndim == 1 or x.shape[1] == 2, "Second dimension of 2D input must be of size 2, but got shape {}", shape)
    if len(x) < count:  # of the height and the width alone, or the depth too
        source, target = (text.translate(str.maketrans("", "", "NC")) for text in (source, target))
        check(len(source) == len(x), "Format specifier must contain N and C for 2D input")
    return x[[source.index(letter) for letter in target]]


@op("DataFormatDimMap")
class DataFormatDimMap:
    """Where the dims of src_format are in dst_format: x [...] -> y [...]. Dims may be negative."""

    host = _dim_map

    def shape(x, out):
        copy_dims(x, out)


@op("DataFormatVecPermute")
class DataFormatVecPermute:
    """Elements, one for each letter of src_format, in the order of dst_format: x [n] or [n, 2] -> y alike.

    Two elements less stand for the letters other than N and C.
    """

    host = _permuted

    def shape(x, out):
        copy_dims(x, out)
