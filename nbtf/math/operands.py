"""Arithmetic of two operands, and what the operators of Tensor stand for."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.overloads import answered_by_arguments
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast, conj

subtract = OpFunction("Sub", "subtract")
multiply = OpFunction("Mul", "multiply")
realdiv = OpFunction("RealDiv", "realdiv")
floor_div = OpFunction("FloorDiv", "floor_div")
floormod = OpFunction("FloorMod", "floormod")
truncatediv = OpFunction("TruncateDiv", "truncatediv")
truncatemod = OpFunction("TruncateMod", "truncatemod")
maximum = OpFunction("Maximum")
minimum = OpFunction("Minimum")
squared_difference = OpFunction("SquaredDifference")
negative = OpFunction("Neg", "negative")
less = OpFunction("Less")
less_equal = OpFunction("LessEqual")
greater = OpFunction("Greater")
greater_equal = OpFunction("GreaterEqual")
equal = OpFunction("Equal")
not_equal = OpFunction("NotEqual")
atan2 = OpFunction("Atan2")
logical_and = OpFunction("LogicalAnd")
logical_or = OpFunction("LogicalOr")
logical_not = OpFunction("LogicalNot")

# ---- the protocol of operators ---------------------------------------------------------------------------------------


def apply_operator(scope: str, function: str, x: Tensor, y: Any, reflected: str) -> Any:
    """`x <operator> y`: in a scope of the operator's name. Gives way to the other operand's reflected operator."""
    with name_scope(None, scope, [x, y]) as name:
        try:
            return globals()[function](x, y, name=name)
        except (TypeError, ValueError) as error:
            result = _reflected(y, x, reflected)
            if result is NotImplemented:
                raise error from None  # it tells more than what the other operand had to say
            return result


def _reflected(y: Any, x: Tensor, reflected: str) -> Any:
    try:
        return getattr(type(y), reflected)(y, x) if hasattr(type(y), reflected) else NotImplemented
    except (TypeError, ValueError):
        return NotImplemented


def apply_reflected(scope: str, function: str, x: Any, y: Tensor) -> Any:
    """`x <operator> y` where only `y` is a tensor: `x` becomes one of the same dtype."""
    with name_scope(None, scope, [x, y]) as name:
        left = convert_to_tensor(x, y.dtype.base_dtype, "x")
        return globals()[function](left, y, name=name)


def multiply_any(x: Any, y: Any, name: str | None = None) -> Any:
    """x * y, sparse if y is."""
    if isinstance(y, SparseTensor):
        return y.with_values(raw.SparseDenseCwiseMul(y.indices, y.values, y.dense_shape, x, name=name))
    return raw.Mul(x, y, name=name)


# ---- arithmetic ------------------------------------------------------------------------------------------------------


def add(x: Any, y: Any, name: str | None = None) -> Any:
    """x + y, broadcast; strings are joined."""
    for one in (x, y):
        if hasattr(one, "with_flat_values"):  # ragged
            return one._combined(add, x, y, name=name)
    with name_scope(name, "Add", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, dtype_hint=x.dtype.base_dtype, name="y")
        op = raw.Add if x.dtype.base_dtype == dtypes.string else raw.AddV2
        return op(x, y, name=scope)


def _common_dtype(x: Tensor, y: Tensor) -> dtypes.DType:
    if x.dtype.base_dtype != y.dtype.base_dtype:
        raise TypeError(f"`x` and `y` must have the same dtype, got {x.dtype.base_dtype!r} != {y.dtype.base_dtype!r}.")
    return x.dtype.base_dtype


def classic_div(x: Any, y: Any, name: str | None = None) -> Any:
    """Division as Python 2 knew it: floats are divided, integers rounded down."""
    with name_scope(name, "div", [x, y]) as scope:
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, x.dtype.base_dtype, "y")
        dtype = _common_dtype(x, y)
        op = raw.RealDiv if dtype.is_floating or dtype.is_complex else raw.FloorDiv
        return op(x, y, name=scope)


# Integer dtype -> the float in which it is divided.
_DIVIDED_AS = {
    **dict.fromkeys((dtypes.uint8, dtypes.int8, dtypes.uint16, dtypes.int16), dtypes.float32),
    **dict.fromkeys((dtypes.uint32, dtypes.int32, dtypes.uint64, dtypes.int64), dtypes.float64),
    **dict.fromkeys(
        (dtypes.bfloat16, dtypes.float16, dtypes.float32, dtypes.float64, dtypes.complex64, dtypes.complex128)
    ),
}


def truediv(x: Any, y: Any, name: str | None = None) -> Any:
    """x / y; integers are divided as floats, of 8 and 16 bits as float32, longer ones as float64."""
    with name_scope(name, "truediv", [x, y]) as scope:
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, dtype_hint=x.dtype.base_dtype, name="y")
        dtype = _common_dtype(x, y)
        if dtype not in _DIVIDED_AS:
            listed = ", ".join(repr(known) for known in _DIVIDED_AS)
            raise TypeError(f"Invalid dtype {dtype!r} in __truediv__. Expected one of {{{listed}}}.")
        divided_as = _DIVIDED_AS[dtype]
        if divided_as is not None:
            x, y = cast(x, divided_as), cast(y, divided_as)
        return raw.RealDiv(x, y, name=scope)


def divide(x: Any, y: Any, name: str | None = None) -> Any:
    """x / y, as the operator of Python 3 divides."""
    if name is not None:
        return truediv(x, y, name)
    if not any(isinstance(one, Tensor) or hasattr(one, "with_flat_values") for one in (x, y)):
        x = convert_to_tensor(x)
    return x / y


def div_no_nan(x: Any, y: Any, name: str | None = None) -> Any:
    """x / y, and 0 where y is 0."""
    with name_scope(name, "div_no_nan", [x, y]) as scope:
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, dtype_hint=x.dtype.base_dtype, name="y")
        dtype = _common_dtype(x, y)
        divided_as = _DIVIDED_AS.get(dtype)
        if divided_as is not None:
            x, y = cast(x, divided_as), cast(y, divided_as)
        return raw.DivNoNan(x, y, name=scope)


def floordiv(x: Any, y: Any, name: str | None = None) -> Any:
    """x / y, rounded towards minus infinity."""
    with name_scope(name, "floordiv", [x, y]) as scope:
        return raw.FloorDiv(x, y, name=scope)


def pow(x: Any, y: Any, name: str | None = None) -> Any:
    """x to the power of y."""
    for one in (x, y):
        if hasattr(one, "with_flat_values"):  # ragged
            return one._combined(pow, x, y, name=name)
    with name_scope(name, "Pow", [x]) as scope:
        return raw.Pow(x, y, name=scope)


def abs(x: Any, name: str | None = None) -> Any:
    """|x|; of complex numbers, as reals; sparse if x is."""
    if isinstance(x, SparseTensor):
        with name_scope(name, "Abs"):
            pass  # TensorFlow tries the whole first, which takes the name
        return x.with_values(abs(x.values, name))
    with name_scope(name, "Abs", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        if x.dtype.is_complex:
            return raw.ComplexAbs(x, Tout=x.dtype.real_dtype, name=scope)
        return raw.Abs(x, name=scope)


def scalar_mul(scalar: Any, x: Any, name: str | None = None) -> Any:
    """scalar * x. Raises ValueError if `scalar` is none."""
    factor = convert_to_tensor(scalar, dtypes.as_dtype(x.dtype).base_dtype, "scalar")
    if factor.dims != ():
        raise ValueError(f"The input scalar must be a 0-D value. Received shape {factor.shape}.")
    return raw.Mul(factor, x, name=name)


# ---- products of matrices --------------------------------------------------------------------------------------------


@answered_by_arguments
def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    output_type: Any = None,
    name: str | None = None,
) -> Any:
    """a [..., N, K] times b [..., K, M] -> [..., N, M], either transposed (adjoint: and conjugated) first.

    a_is_sparse, b_is_sparse: the matrix has many zeros, which only speeds float32 and bfloat16 up.
    """
    with name_scope(name, "MatMul", [a, b]) as scope:
        _check_one_of("a", transpose_a, adjoint_a)
        _check_one_of("b", transpose_b, adjoint_b)
        a = convert_to_tensor(a, name="a")
        b = convert_to_tensor(b, dtype_hint=a.dtype.base_dtype, name="b")
        batched = a.dims is None or len(a.dims) > 2 or b.dims is None or len(b.dims) > 2
        if (batched or output_type is not None) and not a_is_sparse and not b_is_sparse:
            if transpose_a:
                a, adjoint_a = conj(a), True
            if transpose_b:
                b, adjoint_b = conj(b), True
            if output_type is not None and output_type != a.dtype:
                return raw.BatchMatMulV3(a, b, Tout=output_type, adj_x=adjoint_a, adj_y=adjoint_b, name=scope)
            return raw.BatchMatMulV2(a, b, adj_x=adjoint_a, adj_y=adjoint_b, name=scope)
        if adjoint_a:
            a, transpose_a = conj(a), True
        if adjoint_b:
            b, transpose_b = conj(b), True
        types = (dtypes.bfloat16, dtypes.float32)
        sparse = (a_is_sparse or b_is_sparse) and a.dtype.base_dtype in types and b.dtype.base_dtype in types
        if dtypes.bfloat16 in (a.dtype.base_dtype, b.dtype.base_dtype) and a.dtype.base_dtype != b.dtype.base_dtype:
            sparse = True
        transposed = {"transpose_a": transpose_a, "transpose_b": transpose_b}
        if not sparse:
            return raw.MatMul(a, b, **transposed, name=scope)
        product = raw.SparseMatMul(a, b, **transposed, a_is_sparse=a_is_sparse, b_is_sparse=b_is_sparse, name=scope)
        both_short = a.dtype.base_dtype == b.dtype.base_dtype == dtypes.bfloat16
        return cast(product, dtypes.bfloat16) if both_short else product


def _check_one_of(side: str, transpose: bool, adjoint: bool) -> None:
    if transpose and adjoint:
        raise ValueError(
            f"Only one of `transpose_{side}` and `adjoint_{side}` can be True. "
            f"Received `transpose_{side}`={transpose}, `adjoint_{side}`={adjoint}."
        )


# ---- logic -----------------------------------------------------------------------------------------------------------


def logical_xor(x: Any, y: Any, name: str | None = "LogicalXor") -> Any:
    """Whether exactly one of x and y is true."""
    either = raw.LogicalOr(x, y)
    return raw.LogicalAnd(either, raw.LogicalNot(raw.LogicalAnd(x, y)), name=name)


def and_(x: Tensor, y: Any, name: str | None = None) -> Any:
    if x.dtype.base_dtype == dtypes.bool:
        return raw.LogicalAnd(x, y, name=name)
    return raw.BitwiseAnd(x, y)


def or_(x: Tensor, y: Any, name: str | None = None) -> Any:
    if x.dtype.base_dtype == dtypes.bool:
        return raw.LogicalOr(x, y, name=name)
    return raw.BitwiseOr(x, y)


def xor(x: Tensor, y: Any, name: str | None = None) -> Any:
    if x.dtype.base_dtype == dtypes.bool:
        return logical_xor(x, y, name)
    return raw.BitwiseXor(x, y)


def invert(x: Tensor, name: str | None = None) -> Any:
    if x.dtype.base_dtype == dtypes.bool:
        return raw.LogicalNot(x, name=name)
    return raw.Invert(x, name=name)
