"""Parts of strings, and strings cut into parts."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.joining import stack
from nbtf.array.shapes import expand_dims
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.ragged.ragged_tensor import RaggedTensor

string_strip = OpFunction("StringStrip")
lower = OpFunction("StringLower", "lower")
upper = OpFunction("StringUpper", "upper")


def length(input: Any, name: str | None = None, unit: str = "BYTE") -> Any:
    """Bytes ("BYTE") or characters ("UTF8_CHAR") of each string, as int32."""
    return raw.StringLength(input, unit=unit, name=name)


def substr(input: Any, pos: Any, len: Any, name: str | None = None, unit: str = "BYTE") -> Any:
    """`len` bytes or characters of each string from `pos` on, which may count from the end."""
    return raw.Substr(input, pos, len, unit=unit, name=name)


def string_split(
    source: Any,
    sep: Any = None,
    skip_empty: bool = True,
    delimiter: Any = None,
    result_type: str = "SparseTensor",
    name: str | None = None,
) -> Any:
    """Strings [n] cut at every character of `sep` (a blank by default): a SparseTensor [n, most parts] or RaggedTensor."""
    delimiter = renamed("sep", sep, "delimiter", delimiter)
    _check_result_type(result_type)
    with name_scope(name, "StringSplit", [source]):
        delimiter = convert_to_tensor(" " if delimiter is None else delimiter, dtypes.string)
        source = convert_to_tensor(source, dtypes.string)
        parts = raw.StringSplit(source, delimiter, skip_empty=skip_empty)
        if result_type == "RaggedTensor":
            return _ragged(parts)
    return _sparse(parts)


def split(
    input: Any = None,
    sep: Any = None,
    maxsplit: int = -1,
    result_type: str = "SparseTensor",
    source: Any = None,
    name: str | None = None,
) -> Any:
    """Strings cut at `sep` (at runs of blanks by default), `maxsplit` times at most.

    A SparseTensor [n, most parts] of strings [n], or a RaggedTensor with one dimension more than strings of any shape.
    """
    strings = renamed("input", input, "source", source)
    _check_result_type(result_type)
    with name_scope(name, "StringSplit", [strings]):
        strings = convert_to_tensor(strings, dtypes.string, name="input")
        if strings.shape.ndims == 0:
            strings = expand_dims(strings, 0)
        if result_type == "RaggedTensor":
            return _split_rows(strings, sep, maxsplit)
        separator = convert_to_tensor("" if sep is None else sep, dtypes.string)
        return _sparse(raw.StringSplitV2(strings, separator, maxsplit=maxsplit))


def _split_rows(strings: Any, sep: Any, maxsplit: int) -> Any:
    with name_scope(None, "StringSplit", [strings]):
        if isinstance(strings, RaggedTensor):
            return strings.with_flat_values(_split_rows(strings.flat_values, sep, maxsplit))
        rank = strings.shape.ndims
        if rank is None:
            raise ValueError("input must have a statically-known rank.")
        if rank > 1:
            return _split_rows(RaggedTensor.from_tensor(strings, ragged_rank=rank - 1), sep, maxsplit)
        separator = convert_to_tensor("" if sep is None else sep, dtypes.string)
        return _ragged(raw.StringSplitV2(strings, separator, maxsplit=maxsplit))


def bytes_split(input: Any, name: str | None = None) -> Any:
    """The bytes of each string as strings: a RaggedTensor with one dimension more, of a scalar a vector.

    Raises ValueError for strings of unknown rank.
    """
    with name_scope(name, "StringsByteSplit", [input]):
        strings = input if isinstance(input, RaggedTensor) else convert_to_tensor(input, name="input")
        if isinstance(strings, RaggedTensor):
            return strings.with_flat_values(bytes_split(strings.flat_values))
        rank = strings.shape.ndims
        if rank is None:
            raise ValueError("input must have a statically-known rank.")
        if rank == 0:
            return bytes_split(stack([strings]))[0]
        if rank > 1:
            return bytes_split(RaggedTensor.from_tensor(strings, ragged_rank=rank - 1))
        return _ragged(raw.StringSplit(strings, "", skip_empty=False))


def _check_result_type(result_type: str) -> None:
    if result_type not in ("RaggedTensor", "SparseTensor"):
        raise ValueError("result_type must be 'RaggedTensor' or 'SparseTensor'.")


def _ragged(parts: Any) -> RaggedTensor:
    for tensor, dims in ((parts.indices, [None, 2]), (parts.values, [None]), (parts.shape, [2])):
        tensor.set_shape(dims)
    return RaggedTensor.from_value_rowids(parts.values, parts.indices[:, 0], nrows=parts.shape[0], validate=False)


def _sparse(parts: Any) -> SparseTensor:
    for tensor, dims in ((parts.indices, [None, 2]), (parts.values, [None]), (parts.shape, [2])):
        tensor.set_shape(dims)
    return SparseTensor(parts.indices, parts.values, parts.shape)
