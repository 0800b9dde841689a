"""What a regularizer of get_variable makes: a loss that is computed anew, under a new name, wherever it is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf import tensor_shape
from nbtf.dtypes import DType
from nbtf.graph import conversion
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.scopes import colocate_with, name_scope
from nbtf.graph.tensor import Tensor


class RegularizationLoss:
    """Stands wherever a tensor may. TensorFlow makes its operations again at each use: names of nodes show that."""

    def __init__(self, variable: Any, name: str, regularizer: Callable[[Any], Any]) -> None:
        """name: of the variable, as get_variable knows it."""
        self._variable = variable
        self._scope = f"{name}/Regularizer/"
        self._regularizer = regularizer
        self._first = self.as_tensor()
        """What fetching it fetches."""

    def as_tensor(self) -> Tensor:
        with colocate_with(self._variable.op), name_scope(self._scope):
            loss: Tensor = self._regularizer(self._variable)
        return loss

    @property
    def name(self) -> str:
        return self._first.name

    @property
    def op(self) -> Operation:
        return self._first.op

    @property
    def graph(self) -> Graph:
        return self._first.graph

    @property
    def dtype(self) -> DType:
        return self._first.dtype

    @property
    def device(self) -> str:
        return self._first.device

    @property
    def value_index(self) -> int:
        return self._first.value_index

    @property
    def shape(self) -> tensor_shape.TensorShape:
        return self._first.shape

    def get_shape(self) -> tensor_shape.TensorShape:
        return self._first.shape

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """Runs it in `session` or the default one. Raises ValueError if there is neither."""
        return self._first.eval(feed_dict, session)

    def _as_graph_element(self) -> Tensor:
        return self._first

    def __repr__(self) -> str:
        return f"<RegularizationLoss {self.name!r}>"


def _overload(operator: str) -> None:
    def method(self: RegularizationLoss, *args: Any) -> Any:
        return getattr(Tensor, operator)(self.as_tensor(), *args)

    method.__name__ = operator
    setattr(RegularizationLoss, operator, method)


for _operator in sorted(Tensor.OVERLOADABLE_OPERATORS - {"__eq__", "__ne__"}):
    _overload(_operator)


def _convert(value: RegularizationLoss, dtype: Any = None, name: str | None = None, as_ref: bool = False) -> Any:
    if as_ref or (dtype is not None and not dtype.is_compatible_with(value.dtype)):
        raise ValueError(f"{value!r} of type {value.dtype.name} cannot be a tensor of type {dtype} or a reference")
    return value.as_tensor()


conversion.register_tensor_conversion_function(RegularizationLoss, _convert)
