"""Parts of strings, and strings cut into parts."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.shapes import expand_dims
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor

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
) -> SparseTensor:
    """Strings [n] cut at every character of `sep` (a blank by default): a SparseTensor [n, most parts]."""
    delimiter = renamed("sep", sep, "delimiter", delimiter)
    _check_result_type(result_type)
    with name_scope(name, "StringSplit", [source]):
        delimiter = convert_to_tensor(" " if delimiter is None else delimiter, dtypes.string)
        source = convert_to_tensor(source, dtypes.string)
        parts = raw.StringSplit(source, delimiter, skip_empty=skip_empty)
    return _sparse(parts)


def split(
    input: Any = None,
    sep: Any = None,
    maxsplit: int = -1,
    result_type: str = "SparseTensor",
    source: Any = None,
    name: str | None = None,
) -> SparseTensor:
    """Strings [n] cut at `sep` (at runs of blanks by default), `maxsplit` times at most: a SparseTensor [n, most parts]."""
    strings = renamed("input", input, "source", source)
    _check_result_type(result_type)
    with name_scope(name, "StringSplit", [strings]):
        strings = convert_to_tensor(strings, dtypes.string, name="input")
        if strings.shape.ndims == 0:
            strings = expand_dims(strings, 0)
        separator = convert_to_tensor("" if sep is None else sep, dtypes.string)
        return _sparse(raw.StringSplitV2(strings, separator, maxsplit=maxsplit))


def _check_result_type(result_type: str) -> None:
    if result_type == "RaggedTensor":
        raise NotImplementedError("ragged tensors are not there yet: use result_type='SparseTensor'")
    if result_type != "SparseTensor":
        raise ValueError("result_type must be 'RaggedTensor' or 'SparseTensor'.")


def _sparse(parts: Any) -> SparseTensor:
    for tensor, dims in ((parts.indices, [None, 2]), (parts.values, [None]), (parts.shape, [2])):
        tensor.set_shape(dims)
    return SparseTensor(parts.indices, parts.values, parts.shape)
