"""tf.contrib.layers.utils: the names under which outputs of layers stand in collections, and other aids of model code."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any
from weakref import WeakKeyDictionary

from nbtf.graph.collections import add_to_collections, get_collection, get_collection_ref
from nbtf.layers.choices import choose as smart_cond
from nbtf.layers.choices import known as constant_value

__all__ = [
    "append_tensor_alias",
    "channel_dimension",
    "collect_named_outputs",
    "constant_value",
    "convert_collection_to_dict",
    "gather_tensors_aliases",
    "get_tensor_aliases",
    "last_dimension",
    "n_positive_integers",
    "smart_cond",
    "two_element_tuple",
]

_aliases: WeakKeyDictionary[Any, list[str]] = WeakKeyDictionary()


def collect_named_outputs(collections: Any, alias: str | None, outputs: Any) -> Any:
    """Adds outputs to collections, under an alias if one is given; gives the outputs."""
    if collections:
        if alias:
            append_tensor_alias(outputs, alias)
        add_to_collections(collections, outputs)
    return outputs


def append_tensor_alias(tensor: Any, alias: str) -> Any:
    """Gives a tensor one more name in `convert_collection_to_dict`; gives the tensor."""
    _aliases.setdefault(tensor, []).append(alias.removesuffix("/"))
    return tensor


def get_tensor_aliases(tensor: Any) -> list[str]:
    """The aliases of a tensor; its name, without ":0", if it has none."""
    return list(_aliases.get(tensor, ())) or [tensor.name.removesuffix(":0")]


def gather_tensors_aliases(tensors: Any) -> list[str]:
    """The aliases of all tensors of a list."""
    return [alias for tensor in tensors for alias in get_tensor_aliases(tensor)]


def convert_collection_to_dict(collection: str, clear_collection: bool = False) -> OrderedDict[str, Any]:
    """Alias -> tensor, of the tensors of a collection, in their order; the collection is emptied if that is wanted."""
    found = OrderedDict(
        (alias, tensor) for tensor in get_collection(collection) for alias in get_tensor_aliases(tensor)
    )
    if clear_collection:
        get_collection_ref(collection).clear()
    return found


def last_dimension(shape: Any, min_rank: int = 1) -> int:
    """The last dim of a static shape. Raises ValueError where it is unknown, or the rank below `min_rank`."""
    return _dimension(shape, -1, min_rank)


def channel_dimension(shape: Any, data_format: str, min_rank: int = 1) -> int:
    """The channels of a static shape: axis 1 of "NC...", else the last. Raises ValueError as `last_dimension`."""
    return _dimension(shape, 1 if data_format.startswith("NC") else -1, min_rank)


def _dimension(shape: Any, axis: int, min_rank: int) -> int:
    if shape.ndims is None:
        raise ValueError("dims of shape must be known but is None")
    if shape.ndims < min_rank:
        raise ValueError(f"rank of shape must be at least {min_rank} not: {shape.ndims}")
    value: int | None = shape.as_list()[axis]
    if value is None:
        raise ValueError("dimension must be known but is None")
    return value


def n_positive_integers(n: int, value: Any) -> tuple[int, ...]:
    """One positive int for each of `n`, from one or as many. Raises TypeError and ValueError for anything else."""
    if isinstance(value, int):
        values: tuple[Any, ...] = (value,) * n
    else:
        try:
            values = tuple(getattr(value, "as_list", lambda: value)())
        except TypeError:
            raise TypeError(f"expected {n} positive integers. Received: {value!r}") from None
    if n < 1:
        raise ValueError(f"n must be a positive integer. Received: {n}")
    if len(values) != n or any(int(one) < 1 for one in values):
        raise ValueError(f"expected {n} positive integers. Received: {value!r}")
    return tuple(int(one) for one in values)


def two_element_tuple(int_or_tuple: Any) -> tuple[int, int]:
    """A pair of ints, from one or two. Raises ValueError for anything else."""
    if isinstance(int_or_tuple, int):
        return int_or_tuple, int_or_tuple
    values = tuple(getattr(int_or_tuple, "as_list", lambda: int_or_tuple)())
    if len(values) != 2:
        raise ValueError(f"Must be a list with 2 elements: {int_or_tuple}")
    return int(values[0]), int(values[1])
