"""The Python operators of Tensor, as far as gradients need them."""

from __future__ import annotations

from typing import Any


def _binary(op_type: str, name: str) -> Any:
    def operator(self: Any, other: Any) -> Any:
        from nbtf.graph import conversion, default_stacks
        from nbtf.graph.raw_ops import raw

        with default_stacks.get_default_graph().name_scope(name) as scope:
            y = conversion.convert_to_tensor(other, self.dtype.base_dtype, "y")
            return getattr(raw, op_type)(self, y, name=scope)

    def reflected(self: Any, other: Any) -> Any:
        from nbtf.graph import conversion, default_stacks
        from nbtf.graph.raw_ops import raw

        with default_stacks.get_default_graph().name_scope(name) as scope:
            x = conversion.convert_to_tensor(other, self.dtype.base_dtype, "x")
            return getattr(raw, op_type)(x, self, name=scope)

    return operator, reflected


class OperatorMixin:
    __slots__ = ()

    __add__, __radd__ = _binary("AddV2", "add")
    __sub__, __rsub__ = _binary("Sub", "sub")
    __mul__, __rmul__ = _binary("Mul", "mul")
    __truediv__, __rtruediv__ = _binary("RealDiv", "truediv")
    __floordiv__, __rfloordiv__ = _binary("FloorDiv", "floordiv")
    __mod__, __rmod__ = _binary("FloorMod", "mod")
    __pow__, __rpow__ = _binary("Pow", "pow")

    def __neg__(self) -> Any:
        from nbtf.graph.raw_ops import raw

        return raw.Neg(self)
