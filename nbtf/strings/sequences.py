"""n-grams: runs of strings joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.array.joining import concat
from nbtf.array.shapes import reshape, shape
from nbtf.dtypes import string
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.ragged.ragged_tensor import RaggedTensor


def ngrams(
    data: Any,
    ngram_width: Any,
    separator: str = " ",
    pad_values: Any = None,
    padding_width: int | None = None,
    preserve_short_sequences: bool = False,
    name: str | None = None,
) -> Any:
    """The n-grams of the rows of a RaggedTensor, or along the last axis of a tensor, joined with `separator`.

    ngram_width: how many strings make one; several widths' n-grams come one after the other. pad_values: a string, or
    (left, right), put before and after each row, width - 1 times or padding_width times at most.
    preserve_short_sequences: a row too short for any width is an n-gram. Raises ValueError for tensors of unknown rank
    or rank 0, widths below 1 and a padding_width without pads, TypeError for other pads.
    """
    with name_scope(name, "StringNGrams", [data]):
        left, right, pad_width = _pads(pad_values, padding_width)
        widths = [ngram_width] if not isinstance(ngram_width, (list, tuple)) else list(ngram_width)
        if min(widths) < 1:
            raise ValueError(f"All ngram_widths must be greater than 0. Got {ngram_width}")
        rows, outer, is_vector = _as_rows(data)
        if is_vector:
            made = ngrams(rows, ngram_width, separator, pad_values, padding_width, preserve_short_sequences)
            return made[0]
        if isinstance(rows.values, RaggedTensor):
            inner = ngrams(rows.values, ngram_width, separator, pad_values, padding_width, preserve_short_sequences)
            return rows.with_values(inner)
        found, splits = raw.StringNGrams(
            rows.values,
            rows.row_splits,
            separator=separator,
            ngram_widths=[int(width) for width in widths],
            left_pad=left,
            right_pad=right,
            pad_width=pad_width,
            preserve_short_sequences=preserve_short_sequences,
        )
        made = RaggedTensor(found, splits)
        return made if outer is None else reshape(made.flat_values, outer)


def _pads(pad_values: Any, padding_width: int | None) -> tuple[str | bytes, str | bytes, int]:
    """(left pad, right pad, most of them, -1 for as many as the width asks for)"""
    if pad_values is None:
        if padding_width is not None:
            raise ValueError("pad_values must be provided if padding_width is set.")
        return "", "", 0
    if padding_width is not None and padding_width < 1:
        raise ValueError("padding_width must be greater than 0.")
    if isinstance(pad_values, (list, tuple)):
        left, right = pad_values[0], pad_values[1]
    else:
        left = right = pad_values
    if not isinstance(left, (str, bytes)) or not isinstance(right, (str, bytes)):
        raise TypeError("pad_values must be a string, tuple of strings, or None.")
    return left, right, -1 if padding_width is None else padding_width


def _as_rows(data: Any) -> tuple[RaggedTensor, Any, bool]:
    """(the rows, the shape of the result if it is a tensor again, whether there is just one row)"""
    if isinstance(data, RaggedTensor):
        return data, None, False
    data = convert_to_tensor(data, string)
    rank = data.shape.ndims
    if rank is None:
        raise ValueError("Rank of data must be known.")
    if rank == 0:
        raise ValueError("Data must have rank>0")
    outer = concat([shape(data)[:-1], _rest()], 0)
    if rank == 1:
        return RaggedTensor.from_row_starts(data, [0], validate=False), None, True
    return RaggedTensor.from_tensor(data, ragged_rank=rank - 1), outer, False


def _rest() -> Sequence[int]:
    return [-1]
