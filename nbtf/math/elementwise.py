"""Functions of each element by itself, that are one op each."""

from __future__ import annotations

from typing import Any

from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw

acos = OpFunction("Acos")
acosh = OpFunction("Acosh")
asin = OpFunction("Asin")
asinh = OpFunction("Asinh")
atan = OpFunction("Atan")
atanh = OpFunction("Atanh")
ceil = OpFunction("Ceil")
cos = OpFunction("Cos")
cosh = OpFunction("Cosh")
digamma = OpFunction("Digamma")
erf = OpFunction("Erf")
erfc = OpFunction("Erfc")
exp = OpFunction("Exp")
expm1 = OpFunction("Expm1")
floor = OpFunction("Floor")
is_finite = OpFunction("IsFinite")
is_inf = OpFunction("IsInf")
is_nan = OpFunction("IsNan")
lgamma = OpFunction("Lgamma")
log = OpFunction("Log")
log1p = OpFunction("Log1p")
reciprocal = OpFunction("Reciprocal")
rint = OpFunction("Rint")
rsqrt = OpFunction("Rsqrt")
sigmoid = OpFunction("Sigmoid")
sign = OpFunction("Sign")
sin = OpFunction("Sin")
sinh = OpFunction("Sinh")
sqrt = OpFunction("Sqrt")
square = OpFunction("Square")
tan = OpFunction("Tan")
tanh = OpFunction("Tanh")


def round(x: Any, name: str | None = None) -> Any:
    """The nearest integer, of two equally near the even one; integers as they are."""
    x = convert_to_tensor(x, name="x")
    return x if x.dtype.is_integer else raw.Round(x, name=name)
