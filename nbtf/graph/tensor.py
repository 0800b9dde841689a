"""Tensor: one output of an operation, symbolic until a session runs the graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from nbtf import tensor_shape
from nbtf.dtypes import DType
from nbtf.errors import OperatorNotAllowedInGraphError
from nbtf.graph import default_stacks
from nbtf.graph.operators import OperatorMixin
from nbtf.shapes import UNKNOWN

if TYPE_CHECKING:
    from nbtf.graph.graph import Graph
    from nbtf.graph.operation import Operation

StaticDims = tuple[int, ...] | None
"""The dims of a tensor as far as the graph tells: None is an unknown rank, UNKNOWN (-1) an unknown dim."""

_NOT_PYTHON = (
    " a symbolic `tf.Tensor`{} is not allowed. A tensor has a value only while a session runs its graph: "
    "use `tf.cond` and `tf.while_loop` instead of Python's control flow, and `Session.run` to get the value."
)


class Tensor(OperatorMixin):
    """A handle of one output of an `Operation`; its dtype is fixed, its static shape only ever becomes more precise."""

    __slots__ = ("__weakref__", "_consumers", "_dims", "_dtype", "_op", "_value_index", "assign", "handle_data")

    __array_priority__ = 100  # numpy's operators give way to the overloaded ones

    OVERLOADABLE_OPERATORS = frozenset(
        [
            "__add__",
            "__radd__",
            "__sub__",
            "__rsub__",
            "__mul__",
            "__rmul__",
            "__truediv__",
            "__rtruediv__",
            "__floordiv__",
            "__rfloordiv__",
            "__mod__",
            "__rmod__",
            "__lt__",
            "__le__",
            "__gt__",
            "__ge__",
            "__ne__",
            "__eq__",
            "__and__",
            "__rand__",
            "__or__",
            "__ror__",
            "__xor__",
            "__rxor__",
            "__getitem__",
            "__pow__",
            "__rpow__",
            "__invert__",
            "__neg__",
            "__abs__",
            "__matmul__",
            "__rmatmul__",
            "__div__",
            "__rdiv__",
        ]
    )

    def __init__(self, op: Operation, value_index: int, dtype: DType, dims: StaticDims = None) -> None:
        self._op = op
        self._value_index = value_index
        self._dtype = dtype
        self._dims = dims
        self._consumers: list[Operation] | None = None  # most tensors of a big graph have one; many have none
        self.handle_data: tuple[tuple[DType, StaticDims], ...] | None = None
        """What a resource or variant handle refers to: dtype and static dims of each; None where nobody can tell."""

    assign: Callable[..., Any]
    """Part of a variable can be assigned: set on the slices of variables only."""

    # ---- identity ----

    @property
    def op(self) -> Operation:
        """The operation that makes this tensor."""
        return self._op

    @property
    def value_index(self) -> int:
        """Which output of `op` this is."""
        return self._value_index

    @property
    def dtype(self) -> DType:
        return self._dtype

    @property
    def graph(self) -> Graph:
        return self._op.graph

    @property
    def name(self) -> str:
        """ "<operation name>:<output index>"."""
        return f"{self._op.name}:{self._value_index}"

    @property
    def device(self) -> str:
        return self._op.device

    def consumers(self) -> list[Operation]:
        """The operations that take this tensor as a data input, in order of creation, each once."""
        return list(dict.fromkeys(self._consumers or ()))

    def _as_graph_element(self) -> Tensor:
        return self

    # ---- static shape ----

    @property
    def dims(self) -> StaticDims:
        """The static shape as plain ints: None for an unknown rank, -1 for an unknown dim."""
        return self._dims

    @property
    def shape(self) -> tensor_shape.TensorShape:
        return shape_of_dims(self._dims)

    def get_shape(self) -> tensor_shape.TensorShape:
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """Adds what the caller knows to the static shape. Raises ValueError where both contradict each other."""
        self._dims = merged_dims(self._dims, dims_of_shape(shape))

    def _shape_as_list(self) -> list[int | None] | None:
        return None if self._dims is None else [None if dim == UNKNOWN else dim for dim in self._dims]

    def _rank(self) -> int | None:
        return None if self._dims is None else len(self._dims)

    # ---- value ----

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """Runs this tensor in `session` or the default one. Raises ValueError if there is neither."""
        return default_stacks.session_for("eval", session, self.graph).run(self, feed_dict)

    # ---- what Python may not do with a symbol ----

    def __bool__(self) -> NoReturn:
        raise OperatorNotAllowedInGraphError("Using" + _NOT_PYTHON.format(" as a Python `bool`"))

    def __iter__(self) -> Iterator[Tensor]:
        raise OperatorNotAllowedInGraphError("Iterating over" + _NOT_PYTHON.format(""))

    def __len__(self) -> NoReturn:
        raise TypeError(
            f"len is not well defined for a symbolic Tensor ({self.name}). "
            "Please call `x.shape` rather than `len(x)` for shape information."
        )

    def __array__(self, dtype: Any = None, copy: Any = None) -> NoReturn:
        raise NotImplementedError(
            f"Cannot convert a symbolic tf.Tensor ({self.name}) to a numpy array. This error may indicate that "
            "you're trying to pass a Tensor to a NumPy call, which is not supported."
        )

    # ---- text ----

    def __str__(self) -> str:
        shape = "" if self._dims is None else f", shape={self.shape}"
        device = f", device={self.device}" if self.device else ""
        return f'Tensor("{self.name}"{shape}, dtype={self._dtype.name}{device})'

    def __repr__(self) -> str:
        return f"<tf.Tensor {self.name!r} shape={self.shape} dtype={self._dtype.name}>"

    @classmethod
    def _override_operator(cls, operator: str, function: Callable[..., Any]) -> None:
        """Gives Python operator `operator` its meaning. Raises ValueError for one that is set or not overloadable."""
        if operator not in cls.OVERLOADABLE_OPERATORS:
            raise ValueError(f"Overriding {operator} is disallowed.")
        existing = getattr(cls, operator, None)
        if existing not in (None, function, getattr(object, operator, None)):
            raise ValueError(f"operator {operator} cannot be overwritten again on class {cls}.")
        setattr(cls, operator, function)


def shape_of_dims(dims: StaticDims) -> tensor_shape.TensorShape:
    if dims is None:
        return tensor_shape.TensorShape(None)
    return tensor_shape.TensorShape([None if dim == UNKNOWN else dim for dim in dims])


def dims_of_shape(shape: Any) -> StaticDims:
    """Dims of anything that tf.TensorShape accepts. Raises TypeError or ValueError as TensorShape does."""
    known = tensor_shape.as_shape(shape)
    if known.ndims is None:
        return None
    return tuple(UNKNOWN if dim is None else int(dim) for dim in known.as_list())


def merged_dims(a: StaticDims, b: StaticDims) -> StaticDims:
    """Two statements about one shape, both true. Raises ValueError where they contradict each other."""
    if a is None or a == b:
        return b
    if b is None:
        return a
    if len(a) != len(b):
        raise ValueError(f"Shapes must be equal rank, but are {len(a)} and {len(b)}")
    for i, (one, other) in enumerate(zip(a, b, strict=True)):
        if one != other and one != UNKNOWN and other != UNKNOWN:
            raise ValueError(
                f"Dimension {i} in both shapes must be equal, but are {one} and {other}. "
                f"Shapes are {dims_text(a)} and {dims_text(b)}."
            )
    return tuple(other if one == UNKNOWN else one for one, other in zip(a, b, strict=True))


def dims_text(dims: StaticDims) -> str:
    """As TensorFlow's shape functions write it: "[2,?]", "<unknown>" for an unknown rank as "?"."""
    return "?" if dims is None else "[" + ",".join("?" if dim == UNKNOWN else str(dim) for dim in dims) + "]"
