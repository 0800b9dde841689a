"""SparseTensor: the coordinates and values of the elements that are there, and the shape of the whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from nbtf import dtypes, tensor_shape
from nbtf.composite_tensor import CompositeTensor
from nbtf.graph import default_stacks
from nbtf.graph.constant_value import constant_value_as_shape
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.feeding import placeholder, placeholder_with_default
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor


class SparseTensorValue(NamedTuple):
    """What fetching a SparseTensor gives, and what it may be fed: arrays [n, rank], [n] and [rank]."""

    indices: Any
    values: Any
    dense_shape: Any


class SparseTensor(CompositeTensor):
    """indices int64 [n, rank], in row-major order by convention, values [n], dense_shape int64 [rank].

    Raises ValueError where the static shapes of the three do not fit.
    """

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        with name_scope(None, "SparseTensor", [indices, values, dense_shape]):
            self._indices = convert_to_tensor(indices, dtypes.int64, "indices")
            self._values = convert_to_tensor(values, name="values")
            self._dense_shape = convert_to_tensor(dense_shape, dtypes.int64, "dense_shape")
        indices_shape = self._indices.shape.with_rank(2)
        values_shape = self._values.shape.with_rank(1)
        rank = self._dense_shape.shape.with_rank(1)
        indices_shape[0].assert_is_compatible_with(values_shape[0])
        indices_shape[1].assert_is_compatible_with(rank[0])
        self._static_shape = constant_value_as_shape(self._dense_shape)

    @classmethod
    def from_value(cls, sparse_tensor_value: Any) -> SparseTensor:
        """A SparseTensor of constants. Raises TypeError for what is no SparseTensorValue."""
        if not isinstance(sparse_tensor_value, (SparseTensor, SparseTensorValue)):
            raise TypeError(
                f"Argument sparse_tensor_value={sparse_tensor_value} is neither a SparseTensor nor SparseTensorValue."
            )
        return cls(sparse_tensor_value.indices, sparse_tensor_value.values, sparse_tensor_value.dense_shape)

    # ---- parts ----

    @property
    def indices(self) -> Tensor:
        return self._indices

    @property
    def values(self) -> Tensor:
        return self._values

    @property
    def dense_shape(self) -> Tensor:
        return self._dense_shape

    @property
    def shape(self) -> tensor_shape.TensorShape:
        """The static shape of the whole."""
        return self._static_shape

    def get_shape(self) -> tensor_shape.TensorShape:
        return self._static_shape

    def set_shape(self, shape: Any) -> None:
        """Adds what the caller knows to the static shape. Raises ValueError where both contradict each other."""
        self._static_shape = self._static_shape.merge_with(tensor_shape.as_shape(shape))

    @property
    def dtype(self) -> dtypes.DType:
        return self._values.dtype

    @property
    def op(self) -> Any:
        """The operation that makes the values."""
        return self._values.op

    @property
    def graph(self) -> Any:
        return self._indices.graph

    def consumers(self) -> list[Any]:
        """The operations that take any of the three tensors, each once."""
        parts = self._components()
        return list(dict.fromkeys(op for part in parts for op in part.consumers()))

    def with_values(self, new_values: Any) -> SparseTensor:
        """Other values at the same places."""
        return SparseTensor(self._indices, new_values, self._dense_shape)

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """Runs the three tensors in `session` or the default one: a SparseTensorValue."""
        return default_stacks.session_for("eval", session, self.graph).run(self, feed_dict)

    def _components(self) -> Sequence[Tensor]:
        return [self._indices, self._values, self._dense_shape]

    def _with_components(self, components: Sequence[Any]) -> SparseTensor:
        return SparseTensor(*components)

    def _fetch_components(self) -> tuple[Sequence[Any], Callable[[list[Any]], SparseTensorValue]]:
        """How `Session.run` fetches it: the tensors, and what becomes of their values."""
        return self._components(), lambda parts: SparseTensorValue(*parts)

    def _feed_components(self) -> Sequence[Tensor]:
        """The tensors that `Session.run` feeds, with the items of the value in order."""
        return self._components()

    # ---- operators and text ----

    def __mul__(self, y: Any) -> SparseTensor:
        return self._with_dense("mul", raw.SparseDenseCwiseMul, y)

    def __truediv__(self, y: Any) -> SparseTensor:
        return self._with_dense("truediv", raw.SparseDenseCwiseDiv, y)

    def __div__(self, y: Any) -> SparseTensor:
        return self._with_dense("div", raw.SparseDenseCwiseDiv, y)

    def _with_dense(self, scope: str, op: Callable[..., Any], y: Any) -> SparseTensor:
        with name_scope(None, scope, [self._indices, self._values, self._dense_shape, y]) as name:
            y = convert_to_tensor(y, self.dtype.base_dtype, "y")
            values = self._values
            if scope == "truediv" and values.dtype.is_integer:
                wide = dtypes.float32 if values.dtype.size < 4 else dtypes.float64
                values, y = raw.Cast(values, wide), raw.Cast(y, wide)
            return self.with_values(op(self._indices, values, self._dense_shape, y, name=name))

    def __str__(self) -> str:
        return f"SparseTensor(indices={self._indices}, values={self._values}, dense_shape={self._dense_shape})"

    __repr__ = __str__


def sparse_placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> SparseTensor:
    """A SparseTensor that a run is fed as a SparseTensorValue or a tuple (indices, values, dense_shape).

    shape: of the whole, as far as it is known; a list, TensorShape or int64 tensor.
    """

    def part(what: str) -> str | None:
        return None if name is None else f"{name}/{what}"

    rank: int | None = None
    known = tensor_shape.unknown_shape()
    if shape is None:
        dense_shape = placeholder(dtypes.int64, [None], part("shape"))
    else:
        if not isinstance(shape, Tensor):
            known = tensor_shape.as_shape([None if dim in (None, -1) else dim for dim in _listed(shape)])
            filled = [-1 if dim is None else dim for dim in known.as_list()]
            shape = convert_to_tensor(filled, dtypes.int64, part("shape_default"))
        else:
            known = constant_value_as_shape(shape)
        rank = shape.shape.as_list()[0]
        dense_shape = placeholder_with_default(shape, shape.shape, part("shape"))
    values = placeholder(dtype, [None], part("values"))
    made = SparseTensor(placeholder(dtypes.int64, [None, rank], part("indices")), values, dense_shape)
    made.set_shape(known)
    return made


def _listed(shape: Any) -> list[Any]:
    return shape.as_list() if isinstance(shape, tensor_shape.TensorShape) else list(shape)


def convert_to_tensor_or_sparse_tensor(value: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A SparseTensor as it is or from a SparseTensorValue, anything else as a tensor.

    Raises RuntimeError for a SparseTensor of another dtype.
    """
    wanted = None if dtype is None else dtypes.as_dtype(dtype)
    if isinstance(value, SparseTensorValue):
        value = SparseTensor.from_value(value)
    if not isinstance(value, SparseTensor):
        return convert_to_tensor(value, wanted, name)
    if wanted is not None and not wanted.is_compatible_with(value.dtype):
        raise RuntimeError(f"Sparse dtype mismatch. Requested: {wanted.name},  Actual: {value.dtype.name}")
    return value


def as_sparse_tensor(value: Any) -> SparseTensor:
    """A SparseTensor, also from a SparseTensorValue. Raises TypeError for anything else."""
    if isinstance(value, SparseTensorValue):
        return SparseTensor.from_value(value)
    if not isinstance(value, SparseTensor):
        raise TypeError("Input must be a SparseTensor.")
    return value
