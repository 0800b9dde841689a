"""The Python operators of `Tensor`: each is the TensorFlow function that it stands for, under the operator's name.

`x + 1.0` converts the other operand to the dtype of the tensor and adds an operation `add`. The functions are loaded
when an operator is first used: who runs a graph that was loaded never needs them.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbtf.graph.tensor import Tensor


def _functions() -> ModuleType:
    from nbtf.math import operands  # above the graph: operators stand for the functions of tf.math

    return operands


def _left(scope: str, function: str, reflected: str) -> Callable[[Tensor, Any], Any]:
    def operator(self: Tensor, y: Any) -> Any:
        return _functions().apply_operator(scope, function, self, y, reflected)

    return operator


def _right(scope: str, function: str) -> Callable[[Tensor, Any], Any]:
    def operator(self: Tensor, x: Any) -> Any:
        return _functions().apply_reflected(scope, function, x, self)

    return operator


def _binary(scope: str, function: str) -> tuple[Callable[[Tensor, Any], Any], Callable[[Tensor, Any], Any]]:
    """An operator and its reflected form, `__add__` and `__radd__` say. function: its name in `nbtf.math.operands`."""
    return _left(scope, function, f"__r{scope}__"), _right(scope, function)


class OperatorMixin:
    """The part of Tensor that is Python's operators. `==` and `!=` are left out: tensors are compared by identity."""

    __slots__ = ()

    __add__, __radd__ = _binary("add", "add")
    __sub__, __rsub__ = _binary("sub", "subtract")
    __mul__, __rmul__ = _binary("mul", "multiply_any")
    __div__, __rdiv__ = _binary("div", "classic_div")
    __truediv__, __rtruediv__ = _binary("truediv", "truediv")
    __floordiv__, __rfloordiv__ = _binary("floordiv", "floordiv")
    __mod__, __rmod__ = _binary("mod", "floormod")
    __pow__, __rpow__ = _binary("pow", "pow")
    __matmul__, __rmatmul__ = _binary("matmul", "matmul")
    __and__, __rand__ = _binary("and", "and_")
    __or__, __ror__ = _binary("or", "or_")
    __xor__, __rxor__ = _binary("xor", "xor")

    def __lt__(self, y: Any) -> Any:
        return _functions().less(self, y)

    def __le__(self, y: Any) -> Any:
        return _functions().less_equal(self, y)

    def __gt__(self, y: Any) -> Any:
        return _functions().greater(self, y)

    def __ge__(self, y: Any) -> Any:
        return _functions().greater_equal(self, y)

    def __neg__(self) -> Any:
        return _functions().negative(self)

    def __abs__(self) -> Any:
        return _functions().abs(self)

    def __invert__(self) -> Any:
        return _functions().invert(self)

    def __getitem__(self: Any, index: Any) -> Any:
        from nbtf.array import indexing

        return indexing.getitem(self, index)
