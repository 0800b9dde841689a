"""Strings as Unicode characters, and characters as strings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.array.joining import stack
from nbtf.array.shapes import expand_dims, reshape, shape
from nbtf.dtypes import int32
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.ragged.ragged_tensor import RaggedTensor

unicode_script = OpFunction("UnicodeScript")
unicode_transcode = OpFunction("UnicodeTranscode")


def unicode_decode(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Any:
    """The code points of each string, int32: a RaggedTensor with one dimension more, of a scalar a vector.

    input: strings of known rank. input_encoding: "UTF-8", "UTF-16-BE", "UTF-32-BE" or another that Python knows.
    errors: what is no character is "replace"d by replacement_char, left out ("ignore"), or refused when it runs
    ("strict"). replace_control_characters: those below 32 are replaced, too.
    """
    with name_scope(name, "UnicodeDecode", [input]):
        return _decoded(input, input_encoding, errors, replacement_char, replace_control_characters, False)


def unicode_decode_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(`unicode_decode`, the byte at which each character begins in its string)"""
    with name_scope(name, "UnicodeDecodeWithOffsets", [input]):
        found: tuple[Any, Any] = _decoded(
            input, input_encoding, errors, replacement_char, replace_control_characters, True
        )
        return found


def unicode_split(
    input: Any, input_encoding: str, errors: str = "replace", replacement_char: int = 65533, name: str | None = None
) -> Any:
    """The characters of each string as strings in its encoding: a RaggedTensor with one dimension more."""
    with name_scope(name, "UnicodeSplit", [input]):
        points = _decoded(input, input_encoding, errors, replacement_char, False, False)
        return _each(points, input_encoding, errors, replacement_char)


def unicode_split_with_offsets(
    input: Any, input_encoding: str, errors: str = "replace", replacement_char: int = 65533, name: str | None = None
) -> tuple[Any, Any]:
    """(`unicode_split`, the byte at which each character begins in its string)"""
    with name_scope(name, "UnicodeSplitWithOffsets", [input]):
        points, offsets = _decoded(input, input_encoding, errors, replacement_char, False, True)
        return _each(points, input_encoding, errors, replacement_char), offsets


def unicode_encode(
    input: Any, output_encoding: str, errors: str = "replace", replacement_char: int = 65533, name: str | None = None
) -> Any:
    """Strings of the code points along the last axis of a tensor or RaggedTensor.

    output_encoding: "UTF-8", "UTF-16-BE" or "UTF-32-BE". errors: as of `unicode_decode`. Raises ValueError for
    scalars and tensors of unknown rank.
    """
    with name_scope(name, "UnicodeEncode", [input]):
        points = input if isinstance(input, RaggedTensor) else convert_to_tensor(input)
        rank = points.shape.ndims
        if rank is None:
            raise ValueError("Rank of input_tensor must be statically known.")

        def encode(inner: Any) -> Any:
            return unicode_encode(inner, output_encoding, errors, replacement_char)

        if isinstance(points, RaggedTensor):
            if points.flat_values.shape.ndims > 1:
                return points.with_flat_values(encode(points.flat_values))
            if points.ragged_rank > 1:
                return points.with_values(encode(points.values))
            return raw.UnicodeEncode(
                points.values,
                points.row_splits,
                output_encoding=output_encoding,
                errors=errors,
                replacement_char=replacement_char,
            )
        if rank == 0:
            raise ValueError("input_tensor's rank must be at least 1.")
        if rank == 2:
            return encode(RaggedTensor.from_tensor(points))
        if rank > 2:
            rows = reshape(points, [-1, shape(points)[-1]])
            return reshape(encode(RaggedTensor.from_tensor(rows)), shape(points)[:-1])
        row = RaggedTensor.from_row_splits(points, stack([0, shape(points, out_type=int32)[0]]), validate=False)
        return reshape(encode(row), [])


def _decoded(input: Any, encoding: str, errors: str, replacement: int, controls: bool, with_offsets: bool) -> Any:
    strings = input if isinstance(input, RaggedTensor) else convert_to_tensor(input, name="input")
    rank = strings.shape.ndims
    if rank is None:
        raise ValueError("Rank of `input` must be statically known.")
    if not isinstance(strings, RaggedTensor) and rank > 1:
        strings = RaggedTensor.from_tensor(strings, ragged_rank=rank - 1)
    flat = reshape(strings.flat_values if isinstance(strings, RaggedTensor) else strings, [-1])
    decode: Callable[..., Any] = raw.UnicodeDecodeWithOffsets if with_offsets else raw.UnicodeDecode
    splits, *parts = decode(
        flat,
        encoding,
        errors=errors,
        replacement_char=replacement,
        replace_control_characters=controls,
    )
    if rank == 0:
        found = parts
    else:
        found = [RaggedTensor(part, splits) for part in parts]
        if isinstance(strings, RaggedTensor):
            found = [strings.with_flat_values(part) for part in found]
    return tuple(found) if with_offsets else found[0]


def _each(points: Any, encoding: str, errors: str, replacement: int) -> Any:
    """Every code point as a string."""
    return unicode_encode(_deeper(points), encoding, errors, replacement)


def _deeper(points: Any) -> Any:
    """With an axis of length 1 at the end."""
    with name_scope(None, "RaggedExpandDims", [points]):
        if not isinstance(points, RaggedTensor):
            return expand_dims(points, -1)
        if isinstance(points.values, RaggedTensor):
            return points.with_values(_deeper(points.values))
        return points.with_values(expand_dims(points.values, 1))
