"""Assertions about ranks and dtypes, which the graph often answers by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from nbtf import dtypes
from nbtf.array.moving import no_op
from nbtf.array.shapes import rank as rank_of
from nbtf.array.shapes import shape
from nbtf.composite_tensor import CompositeTensor
from nbtf.control_flow.assertion import assert_v1
from nbtf.debugging.comparisons import message_prefix
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.gating import after
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.graph.tensor import Tensor


def assert_integer(x: Any, message: str | None = None, name: str | None = None) -> Any:
    """A NoOp; raises TypeError now unless `x` is of an integer dtype."""
    with name_scope(name, "assert_integer", [x]):
        x = convert_to_tensor(x, name="x")
        if not x.dtype.is_integer:
            told = f'Expected "x" to be integer type.  Found: {x.name} of dtype {x.dtype}'
            raise TypeError(message_prefix(message) + told)
        return no_op("statically_determined_was_integer")


def assert_type(tensor: Any, tf_type: Any, message: str | None = None, name: str | None = None) -> Any:
    """A NoOp; raises TypeError now unless `tensor` is of dtype `tf_type`."""
    wanted = dtypes.as_dtype(tf_type)
    with name_scope(name, "assert_type", [tensor]):
        if not isinstance(tensor, SparseTensor):
            tensor = convert_to_tensor(tensor, name="tensor")
        if tensor.dtype != wanted:
            raise TypeError(
                f"{message_prefix(message)}{getattr(tensor, 'name', '')} must be of type {wanted!r}; got {tensor.dtype!r}"
            )
        return no_op("statically_determined_correct_type")


def assert_scalar(tensor: Any, name: str | None = None, message: str | None = None) -> Any:
    """`tensor`; raises ValueError now unless the graph knows that it is a scalar."""
    with name_scope(name, "assert_scalar", [tensor]) as scope:
        tensor = convert_to_tensor(tensor, name=scope)
        if tensor.dims != ():
            raise ValueError(
                f"{message_prefix(message)}Expected scalar shape for {tensor.name}, saw shape: {tensor.shape}."
            )
        return tensor


def assert_same_float_dtype(tensors: Sequence[Any] | None = None, dtype: Any = None) -> dtypes.DType:
    """The one dtype of all tensors, or `dtype`, or float32. Raises ValueError if they differ or it is no float."""
    wanted = None if dtype is None else dtypes.as_dtype(dtype)
    first = "the expected dtype"
    for tensor in [one for one in tensors or () if one is not None]:
        found = tensor.dtype.base_dtype
        if wanted is None:
            wanted, first = found, getattr(tensor, "name", str(tensor))
        elif found != wanted:
            raise ValueError(
                f"{getattr(tensor, 'name', tensor)}, type={found}, must be of the same type ({wanted}) as {first}."
            )
    if wanted is None:
        return dtypes.float32
    if not wanted.is_floating:
        raise ValueError(f"Expected floating point type, got {wanted}.")
    return wanted


def assert_proper_iterable(values: Any) -> None:
    """Raises TypeError for a tensor, a string or an array, which one could iterate over by mistake, and for no iterable."""
    import numpy as np

    if isinstance(values, (Tensor, CompositeTensor, str, bytes, np.ndarray)):
        raise TypeError(f'Expected argument "values" to be a "proper" iterable.  Found: {type(values)}')
    if not isinstance(values, Iterable):
        raise TypeError(f'Expected argument "values" to be iterable.  Found: {type(values)}')


# ---- ranks -----------------------------------------------------------------------------------------------------------


class _Ranks:
    """The ranks that a tensor may have, as tensors, and how they are compared."""

    def __init__(self, words: str, static: Callable[[int, Any], bool], dynamic: Callable[[Tensor, Any], Any]) -> None:
        self.words = words
        self.static = static
        self.dynamic = dynamic


_EXACTLY = _Ranks(
    "must have rank", lambda actual, given: actual == given[0], lambda rank, given: raw.Equal(rank, given[0])
)
_AT_LEAST = _Ranks(
    "must have rank at least",
    lambda actual, given: actual >= given[0],
    lambda rank, given: raw.GreaterEqual(rank, given[0]),
)


def _any_equal(rank: Tensor, given: Sequence[Tensor]) -> Any:
    found = None
    for one in given:
        equal = raw.Equal(one, rank)
        found = equal if found is None else raw.LogicalOr(found, equal)
    return found


_ONE_OF = _Ranks("must have rank in", lambda actual, given: actual in given, _any_equal)


def assert_rank(
    x: Any,
    rank: Any,
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Any:
    """An operation that fails unless `x` has this rank; raises ValueError now where the graph knows better.

    data: what a failure tells instead; summarize: how many elements of each tensor; message: told first.
    """
    return _assert_ranks("assert_rank", _EXACTLY, x, [rank], data, summarize, message, name)


def assert_rank_at_least(
    x: Any,
    rank: Any,
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Any:
    """An operation that fails unless `x` has this rank or more; see `assert_rank`."""
    return _assert_ranks("assert_rank_at_least", _AT_LEAST, x, [rank], data, summarize, message, name)


def assert_rank_in(
    x: Any,
    ranks: Sequence[Any],
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Any:
    """An operation that fails unless `x` has one of these ranks; see `assert_rank`."""
    return _assert_ranks("assert_rank_in", _ONE_OF, x, ranks, data, summarize, message, name)


def _assert_ranks(
    default_name: str,
    kind: _Ranks,
    x: Any,
    ranks: Sequence[Any],
    data: Sequence[Any] | None,
    summarize: int | None,
    message: str | None,
    name: str | None,
) -> Any:
    with name_scope(name, default_name, [x, *ranks, *(data or ())]):
        if not isinstance(x, SparseTensor):
            x = convert_to_tensor(x, name="x")
        given = [convert_to_tensor(rank, name="rank") for rank in ranks]
        words = f"Tensor {getattr(x, 'name', '')} {kind.words}"
        if data is None:
            data = [message_prefix(message), words, *given, "Received shape: ", shape(x)]
        for rank in given:
            assert_type(rank, dtypes.int32)
        known = [constant_value(rank) for rank in given]
        if all(rank is not None for rank in known):
            _check_known(kind, x, known, f"{message_prefix(message)}{words}")
            if x.shape.ndims is not None:
                return no_op("static_checks_determined_all_ok")
        condition = kind.dynamic(rank_of(x), given)
        for rank, value in zip(given, known, strict=True):
            if value is None:
                scalar = assert_rank(rank, 0, data=["Rank must be a scalar. Received rank: ", rank])
                condition = after([scalar], condition)
        return assert_v1(condition, data, summarize)


def _check_known(kind: _Ranks, x: Any, known: Sequence[Any], words: str) -> None:
    if any(rank.ndim for rank in known):
        raise ValueError("Rank must be a scalar.")
    actual = x.shape.ndims
    if actual is not None and not kind.static(actual, [int(rank) for rank in known]):
        listed = tuple(int(rank) for rank in known) if kind is _ONE_OF else int(known[0])
        raise ValueError(f"{words} {listed}.  Received rank {actual}, shape {x.shape}")
