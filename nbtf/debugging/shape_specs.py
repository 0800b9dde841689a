"""assert_shapes: sizes and symbols that the dims of several tensors must agree with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbtf import dtypes
from nbtf.array.shapes import rank, shape
from nbtf.control_flow.assertion import assert_v1
from nbtf.control_flow.branching import cond
from nbtf.control_flow.grouping import group
from nbtf.debugging.comparisons import message_prefix
from nbtf.debugging.static_checks import assert_rank, assert_rank_at_least, assert_rank_in
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.shapes import UNKNOWN

_ANY = (None, ".")
_REST = (Ellipsis, "*")


class _Spec:
    """A tensor and what its dims must be."""

    def __init__(self, x: Tensor, spec: Any) -> None:
        self.x = x
        if not hasattr(spec, "__iter__") and not hasattr(spec, "__getitem__"):
            raise ValueError(
                f"Tensor {x.name}.  Specified shape must be an iterable.  An iterable has the attribute `__iter__` "
                f"or `__getitem__`.  Received specified shape: {spec}"
            )
        dims = tuple(spec)
        for i, dim in enumerate(dims):
            if dim in _REST and i:
                raise ValueError(
                    f"Tensor {x.name} specified shape index {i}.  Symbol `...` or `*` for a variable number of "
                    "unspecified dimensions is only allowed as the first entry"
                )
        self.open = bool(dims) and dims[0] in _REST
        self.dims: tuple[Any, ...] = dims[1:] if self.open else dims or (1,)
        self.sizes = self._sizes()

    def _sizes(self) -> Any:
        """The dims, numbers where they are known; of a scalar [1]. Of an unknown rank a tensor."""
        x = self.x
        dims = shape(x)
        if x.dims is None:
            is_scalar = raw.Equal(rank(x), 0)
            return cond(is_scalar, lambda: constant([1], dtypes.int32), lambda: dims)
        if not x.dims:
            return [1]
        return [dims[i] if size == UNKNOWN else size for i, size in enumerate(x.dims)]

    def rank_assertion(self, options: dict[str, Any]) -> Any:
        count = len(self.dims)
        if self.open:
            return assert_rank_at_least(self.x, count, **options) if count > 1 else None
        if count == 1:
            return assert_rank_in(self.x, [0, 1], **options)
        return assert_rank(self.x, count, **options)

    def index(self, i: int) -> int:
        """Of the i-th specified dim; from behind where there may be more before."""
        return i - len(self.dims) if self.open else i


def assert_shapes(
    shapes: Any,
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Any:
    """An operation that fails, InvalidArgumentError, unless tensors have the specified shapes.

    shapes: pairs (tensor, spec), or a dict. An item of a spec is a size, a symbol (which stands for the same size
    everywhere), None or "." (any size); a first one of ... or "*" stands for any dims. A scalar counts as a vector of
    one. data, summarize: what the error tells instead, and how much of it. Raises ValueError for what is known to fail.
    """
    pairs = list(shapes.items() if isinstance(shapes, Mapping) else shapes)
    message = message_prefix(message)
    with name_scope(name, "assert_shapes", [shapes, data]):
        tensors = [convert_to_tensor(x) for x, _ in pairs]
        specs = [_Spec(x, spec) for x, (_, spec) in zip(tensors, pairs, strict=True)]
        options = {"data": data, "summarize": summarize, "message": message[:-3] or None, "name": name}
        assertions = [spec.rank_assertion(options) for spec in specs]
        assertions = [one for one in assertions if one is not None]
        ranks = list(assertions)
        known: dict[Any, tuple[Any, str]] = {}
        for spec in specs:
            for i, size, actual in _each_size(spec, ranks):
                if size in _ANY:
                    continue
                index = spec.index(i)
                if isinstance(size, int):
                    wanted: Any = (size, "Specified explicitly")
                elif size in known:
                    wanted = known[size]
                else:
                    known[size] = (actual, f"Specified by tensor {spec.x.name} dimension {index}")
                    continue
                check = _size_assertion(spec.x, index, actual, wanted, message, data, summarize)
                if check is not None:
                    assertions.append(check)
    return group(*assertions)


def _each_size(spec: _Spec, ranks: list[Any]) -> list[tuple[int, Any, Any]]:
    """Number, specified size and actual size of each specified dim."""
    found = []
    for i, size in enumerate(spec.dims):
        index = spec.index(i)
        if isinstance(spec.sizes, Tensor):
            with control_dependencies(ranks):
                actual = spec.sizes[index]
        else:
            actual = spec.sizes[index]
        found.append((i, size, actual))
    return found


def _size_assertion(
    x: Tensor, index: int, actual: Any, wanted: tuple[Any, str], message: str, data: Any, summarize: int | None
) -> Any:
    size, specified = wanted
    if not isinstance(actual, Tensor) and not isinstance(size, Tensor):
        if actual == size:
            return None
        raise ValueError(
            f"{message}{specified}.  Tensor {x.name} dimension {index} must have size {size}.  "
            f"Received size {actual}, shape {x.shape}"
        )
    holds = raw.Equal(convert_to_tensor(actual), convert_to_tensor(size))
    if data is None:
        words = [message, specified, f"Tensor {x.name} dimension", index, "must have size", size, "Received shape: "]
        data = [*words, shape(x)]
    return assert_v1(holds, data, summarize)
