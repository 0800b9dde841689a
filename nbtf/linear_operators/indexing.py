"""Operators made anew from other parts: of some matrices of a batch, or of other tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any


def _mapped(value: Any, rank: int | None, function: Callable[[Any, int | None], Any]) -> Any:
    if value is None:
        return None
    if isinstance(value, (list, tuple)):
        return [_mapped(item, rank, function) for item in value]
    return function(value, rank)


def _parameters(operator: Any, function: Callable[[Any, int | None], Any]) -> dict[str, Any]:
    """What the operator was made of, but for its parts: what the function makes of part and rank."""
    parts = {name: _mapped(getattr(operator, name), rank, function) for name, rank in operator._PARTS.items()}
    return {**operator.parameters, **parts}


def tensors_of(operator: Any) -> list[Any]:
    """The tensors that an operator is made of, in the order of its parameters."""
    found: list[Any] = []

    def add(part: Any, rank: int | None) -> None:
        found.extend([part] if rank is not None else tensors_of(part))

    for name, rank in operator._PARTS.items():
        _mapped(getattr(operator, name), rank, add)
    return found


def with_tensors(operator: Any, tensors: Sequence[Any]) -> Any:
    """An operator of the same make over other tensors, as many as `tensors_of` gives."""
    rest = iter(tensors)

    def replaced(part: Any, rank: int | None) -> Any:
        return next(rest) if rank is not None else with_tensors(part, [next(rest) for _ in tensors_of(part)])

    parameters = _parameters(operator, replaced)
    parameters.pop("name", None)  # as in TensorFlow, what comes out of a loop or branch has the name of its class
    return type(operator)(**parameters)


def part_of(operator: Any, slices: Any) -> Any:
    """The operator of some matrices of a batch.

    slices: of the dims of the batch, as for a tensor. Raises ValueError if the rank of the batch is not known, or for
    too many slices.
    """
    batch = operator.batch_shape
    if batch.rank is None:
        raise ValueError(f"The rank of the batch of {operator.name} is not known, so it cannot be sliced.")
    items = list(_each_dim(slices if isinstance(slices, tuple) else (slices,), batch.rank))

    def sliced(part: Any, rank: int | None) -> Any:
        if rank is None:
            return part_of(part, _fitting(items, batch, part.batch_shape))
        whole = part.shape[: part.shape.rank - rank]
        return part[(*_fitting(items, batch, whole), *[slice(None)] * rank)]

    made = operator._with_batch(items) if hasattr(operator, "_with_batch") else None
    return made if made is not None else type(operator)(**{**_parameters(operator, sliced), "name": operator.name})


def _each_dim(slices: Sequence[Any], rank: int) -> Iterator[Any]:
    """One item a dim, and None for each new one."""
    given = sum(item is not None and item is not Ellipsis for item in slices)
    if given > rank:
        raise ValueError(f"{given} slices of a batch of rank {rank}: the last two dims cannot be sliced.")
    rest = rank - given
    for item in slices:
        if item is Ellipsis:
            yield from [slice(None)] * rest
            rest = 0
        else:
            yield item
    yield from [slice(None)] * rest


def _fitting(items: Sequence[Any], batch: Any, own: Any) -> tuple[Any, ...]:
    """The items for a part whose batch dims, `own`, broadcast to `batch`."""
    missing = batch.rank - own.rank
    found: list[Any] = []
    dim = 0
    for item in items:
        if item is None:
            if dim >= missing:
                found.append(None)
            continue
        if dim >= missing:
            size = own.as_list()[dim - missing]
            spread = size == 1 and batch.as_list()[dim] != 1
            found.append(item if not spread else (slice(None) if isinstance(item, slice) else 0))
        dim += 1
    return tuple(found)
