"""Elementwise ops by table: arithmetic, rounding, comparisons, logic and bits; operands broadcast.

The scalar rule of each stands in kernels/elementwise.py. Integers and complex numbers may have rules of their own.
"""

import operator

import numpy as np

from nbtf import dtypes, shapes
from nbtf.graph.registry import NOT_DIFFERENTIABLE, elementwise, op
from nbtf.ops import derivatives
from nbtf.shapes import check, merged


def _on_strings(op_type):
    """Lowering to the host's op where the operands are strings."""

    def lower(node, rewriter):
        if node.inputs[0].dtype != dtypes.string:
            return None
        return rewriter.add(op_type, node.inputs, [(node.outputs[0].dtype, node.outputs[0].shape)])

    return lower


# ---- arithmetic ------------------------------------------------------------------------------------------------------

elementwise("Add", 2, lower=_on_strings("_JoinedPairs"), gradient=derivatives.add, doc="x + y; strings are joined.")
elementwise("AddV2", 2, rule="add", gradient=derivatives.add)
elementwise("Sub", 2, gradient=derivatives.sub)
elementwise("Mul", 2, gradient=derivatives.mul)
elementwise("MulNoNan", 2, gradient=derivatives.mul_no_nan, doc="x * y, and 0 where y is 0, whatever x is.")
elementwise("RealDiv", 2, rule="divide", gradient=derivatives.quotient("RealDiv"))
elementwise(
    "Div",
    2,
    rule="divide",
    gradient=derivatives.quotient("RealDiv", "truediv"),
    doc="x / y; of integers the quotient is truncated.",
)
elementwise("DivNoNan", 2, gradient=derivatives.quotient("DivNoNan", "div_no_nan"), doc="x / y, and 0 where y is 0.")
elementwise("FloorDiv", 2, gradient=derivatives.no_operand)
elementwise("TruncateDiv", 2, gradient=derivatives.no_operand)
elementwise("FloorMod", 2, gradient=derivatives.floor_mod, doc="Remainder of floored division: it has the sign of y.")
elementwise("TruncateMod", 2, doc="Remainder of truncated division: it has the sign of x.")
elementwise("Mod", 2, rule="truncate_mod", doc="Remainder of truncated division: it has the sign of x.")
elementwise("Pow", 2, gradient=derivatives.pow, doc="x to the power y; whole numbers refuse negative powers and wrap.")
elementwise("SquaredDifference", 2, gradient=derivatives.squared_difference, doc="(x - y) times its conjugate.")
elementwise("Maximum", 2, gradient=derivatives.extremum("GreaterEqual"))
elementwise("Minimum", 2, gradient=derivatives.extremum("LessEqual"))
elementwise("Xdivy", 2, gradient=derivatives.xdivy, doc="x / y, and 0 where x is 0.")
elementwise("Xlogy", 2, gradient=derivatives.xlogy, doc="x log(y), and 0 where x is 0.")
elementwise("Xlog1py", 2, rule="xlog1py", gradient=derivatives.xlog1py, doc="x log(1 + y), and 0 where x is 0.")
elementwise("Atan2", 2, rule="atan2", gradient=derivatives.atan2, doc="Angle of the point (x, y), inputs y and x.")
elementwise("NextAfter", 2, gradient=derivatives.next_after, doc="The number next to x in the direction of y.")

elementwise("Abs", 1, gradient=derivatives.abs)
elementwise("Neg", 1, gradient=derivatives.neg)
elementwise("Sign", 1, gradient=derivatives.sign, doc="-1, 0 or 1; x / |x| of a complex number.")
elementwise("Square", 1, gradient=derivatives.square)
elementwise("Sqrt", 1, gradient=derivatives.by_op_at_once("SqrtGrad"))
elementwise("Rsqrt", 1, gradient=derivatives.by_op_at_once("RsqrtGrad"))
elementwise("Reciprocal", 1, gradient=derivatives.by_op_at_once("ReciprocalGrad"))
elementwise("Inv", 1, rule="reciprocal", gradient=derivatives.by_op_at_once("ReciprocalGrad"))
elementwise("OnesLike", 1, gradient=NOT_DIFFERENTIABLE, doc="Ones of the shape and dtype of x.")

# ---- transcendental functions ----------------------------------------------------------------------------------------

elementwise("Exp", 1, gradient=derivatives.exp)
elementwise("Expm1", 1, gradient=derivatives.expm1)
elementwise("Log", 1, gradient=derivatives.log)
elementwise("Log1p", 1, gradient=derivatives.log1p)
elementwise("Sin", 1, gradient=derivatives.sin)
elementwise("Cos", 1, gradient=derivatives.cos)
elementwise("Tan", 1, gradient=derivatives.tan)
elementwise("Asin", 1, gradient=derivatives.asin)
elementwise("Acos", 1, gradient=derivatives.acos)
elementwise("Atan", 1, gradient=derivatives.atan)
elementwise("Sinh", 1, gradient=derivatives.sinh)
elementwise("Cosh", 1, gradient=derivatives.cosh)
elementwise("Tanh", 1, gradient=derivatives.by_op("TanhGrad"))
elementwise("Asinh", 1, gradient=derivatives.asinh)
elementwise("Acosh", 1, gradient=derivatives.acosh)
elementwise("Atanh", 1, gradient=derivatives.atanh)
elementwise("Sigmoid", 1, gradient=derivatives.by_op("SigmoidGrad"), doc="1 / (1 + exp(-x)).")

# gradients from the output y
for _name, _gradient in {
    "SqrtGrad": derivatives.sqrt_grad,
    "RsqrtGrad": derivatives.rsqrt_grad,
    "ReciprocalGrad": derivatives.reciprocal_grad,
    "SigmoidGrad": derivatives.sigmoid_grad,
    "TanhGrad": derivatives.tanh_grad,
}.items():
    elementwise(_name, 2, alike=2, gradient=_gradient, doc=f"Gradient of {_name[:-4]} for dy, from its output y.")
elementwise(
    "InvGrad",
    2,
    rule="reciprocal_grad",
    alike=2,
    gradient=derivatives.reciprocal_grad,
    doc="Gradient of Inv for the gradient dy, from its output y.",
)

# ---- rounding --------------------------------------------------------------------------------------------------------

elementwise("Ceil", 1, gradient=derivatives.no_operand)
elementwise("Floor", 1, gradient=derivatives.no_operand)
elementwise("Round", 1, gradient=derivatives.no_operand, doc="Nearest whole number, of two the even one.")
elementwise("Rint", 1, rule="round", gradient=derivatives.no_operand, doc="Nearest whole number, of two the even one.")

# ---- comparisons and logic -------------------------------------------------------------------------------------------

elementwise("Less", 2, gradient=NOT_DIFFERENTIABLE)
elementwise("LessEqual", 2, gradient=NOT_DIFFERENTIABLE)
elementwise("Greater", 2, gradient=NOT_DIFFERENTIABLE)
elementwise("GreaterEqual", 2, gradient=NOT_DIFFERENTIABLE)
elementwise(
    "ApproximateEqual", 2, scalars=("tolerance",), alike=2, gradient=NOT_DIFFERENTIABLE, doc="|x - y| < tolerance."
)
elementwise("LogicalAnd", 2, gradient=NOT_DIFFERENTIABLE)
elementwise("LogicalOr", 2, gradient=NOT_DIFFERENTIABLE)
elementwise("LogicalNot", 1, gradient=NOT_DIFFERENTIABLE)
elementwise("IsNan", 1)
elementwise("IsInf", 1)
elementwise("IsFinite", 1)


def _lower_equality(node, rewriter):
    if node.inputs[0].dtype != dtypes.string and node.attrs.incompatible_shape_error:
        return None
    return rewriter.add(
        f"_{node.op_type}OnHost",
        node.inputs,
        [(dtypes.bool, node.outputs[0].shape)],
        incompatible_shape_error=node.attrs.incompatible_shape_error,
    )


def _equality_shape(x, y, incompatible_shape_error, out):
    if incompatible_shape_error:
        shapes.broadcast(x, y, out)
    elif len(x) == len(y):
        for i in range(len(x)):
            if x[i] != y[i] or x[i] == shapes.UNKNOWN:
                out.unknown_rank()  # a scalar where they turn out not to fit
        shapes.copy_dims(x, out)
    else:
        out.unknown_rank()


@op("Equal")
class Equal:
    """x == y, broadcast. Without incompatible_shape_error, operands that do not broadcast are not equal: a scalar."""

    rule = "equal"
    lower = _lower_equality
    gradient = NOT_DIFFERENTIABLE
    shape = _equality_shape


@op("NotEqual")
class NotEqual:
    """x != y, broadcast. Without incompatible_shape_error, operands that do not broadcast are not equal: a scalar."""

    rule = "not_equal"
    lower = _lower_equality
    gradient = NOT_DIFFERENTIABLE
    shape = _equality_shape


def _compared(call, x, y, compare, otherwise):
    try:
        np.broadcast_shapes(x.shape, y.shape)
    except ValueError:
        fits = not call.attrs.incompatible_shape_error
        check(fits, "Incompatible shapes: {} vs. {}", x.shape, y.shape)
        return np.asarray(otherwise)
    return np.asarray(compare(x, y), np.bool_)


@op("_EqualOnHost")
class EqualOnHost:
    """Equal where shapes need not fit, or of strings."""

    def host(call, x, y):
        return _compared(call, x, y, operator.eq, False)


@op("_NotEqualOnHost")
class NotEqualOnHost:
    """NotEqual where shapes need not fit, or of strings."""

    def host(call, x, y):
        return _compared(call, x, y, operator.ne, True)


@op("_JoinedPairs")
class JoinedPairs:
    """Add of strings: each of x followed by each of y, broadcast."""

    def host(call, x, y):
        shapes.broadcast(x.shape, y.shape, shapes.Dims())
        return np.asarray(x + y, object)


# ---- bits ------------------------------------------------------------------------------------------------------------

elementwise("BitwiseAnd", 2, gradient=NOT_DIFFERENTIABLE)
elementwise("BitwiseOr", 2, gradient=NOT_DIFFERENTIABLE)
elementwise("BitwiseXor", 2, gradient=NOT_DIFFERENTIABLE)
elementwise("LeftShift", 2, gradient=NOT_DIFFERENTIABLE, doc="x shifted by y bits; y is clamped to what x has.")
elementwise(
    "RightShift",
    2,
    gradient=NOT_DIFFERENTIABLE,
    doc="x shifted by y bits, signed x keeping its sign; y is clamped to what x has.",
)
elementwise("Invert", 1, gradient=NOT_DIFFERENTIABLE)
elementwise("PopulationCount", 1, gradient=NOT_DIFFERENTIABLE, doc="Number of bits set in x, as uint8.")

# ---- choice ----------------------------------------------------------------------------------------------------------

elementwise(
    "SelectV2",
    3,
    rule="select",
    moves=("t", "e", "output"),
    gradient=derivatives.select_v2,
    doc="t where the condition holds, else e.",
)
elementwise(
    "ClipByValue",
    3,
    alike=1,
    gradient=derivatives.clip_by_value,
    doc="min(max(t, clip_value_min), clip_value_max); bounds are scalars or like t.",
)


@op("Select")
class Select:
    """t where the condition holds, else e. condition: a scalar, the shape of t, or a vector that chooses rows of t."""

    kernel = "select_rows"
    moves = ("t", "e", "output")
    gradient = derivatives.select

    def shape(condition, t, e, out):
        fits = len(t) == len(e)
        for i in range(len(t)):
            fits = fits and shapes.may_equal(t[i], e[i])
        check(fits, "Inputs must have the same size and shape.  Input 1: {} != input 2: {}", t, e)
        if len(condition) == 1 and len(t) != 1:
            check(len(t) >= 1, "'then' must be at least a vector, but saw shape: {}", t)
            fits = shapes.may_equal(condition[0], t[0])
            check(fits, "Number of batches of 'then' must match size of 'cond', but saw: {} vs. {}", t[0], condition[0])
        elif len(condition) > 0:
            fits = len(condition) == len(t)
            for i in range(len(t)):
                fits = fits and shapes.may_equal(condition[i], t[i])
            check(fits, "Inputs must have the same size and shape.  Input 0: {} != input 1: {}", condition, t)
        for i in range(len(t)):
            dim = merged(t[i], e[i])
            out.append(merged(dim, condition[i]) if len(condition) == len(t) else dim)


def _lower_sum_of_variants(node, rewriter):
    """Variants hold lists or optionals: each pair is added by itself."""
    if node.outputs[0].dtype != dtypes.variant:
        return None
    total = node.inputs[0]
    for value in node.inputs[1:]:
        (total,) = rewriter.add("_VariantSum", [total, value], [(dtypes.variant, node.outputs[0].shape)])
    return [total]


@op("AddN", "AccumulateNV2")
class AddN:
    """Sum of N tensors of one shape."""

    kernel = "add_n"
    lower = _lower_sum_of_variants
    gradient = derivatives.add_n

    def shape(inputs, out):
        first = inputs[0]
        for k in range(1, len(inputs)):
            fits = len(first) == len(inputs[k])
            for i in range(len(first)):
                fits = fits and shapes.may_equal(first[i], inputs[k][i])
            check(fits, "Inputs must have the same size and shape.  Input 0: {} != input {}: {}", first, k, inputs[k])
        for i in range(len(first)):
            dim = first[i]
            for k in range(1, len(inputs)):
                dim = merged(dim, inputs[k][i])
            out.append(dim)


elementwise("_AddTwo", 2, rule="add", alike=2, doc="AddN of two tensors, as fuse_elementwise.py sees it.")


@op("_ElementwiseChain")
class ElementwiseChain:
    """Several elementwise ops, one block of elements after the other through all of them."""

    steps = True


@op("CheckNumerics")
class CheckNumerics:
    """The tensor itself, refused if any of its elements is NaN or infinite."""

    kernel = "check_numerics"
    told_by = "message"
    gradient = derivatives.check_numerics

    def shape(tensor, out):
        shapes.copy_dims(tensor, out)


@op("CheckNumericsV2")
class CheckNumericsV2:
    """The tensor itself, refused if any of its elements is NaN or infinite; tells the infinities apart."""

    kernel = "check_numerics_signed"
    told_by = "message"
    gradient = derivatives.check_numerics_signed

    def shape(tensor, out):
        shapes.copy_dims(tensor, out)


def _lower_zeros_of_variants(node, rewriter):
    (x,) = node.inputs
    return rewriter.add("_VariantZeros", [x], [(x.dtype, x.shape)]) if x.dtype == dtypes.variant else None


@op("ZerosLike")
class ZerosLike:
    """Zeros of the shape and dtype of x; of strings, empty ones; of variants, lists and optionals of zeros."""

    kernel = "zeros_like"
    gradient = NOT_DIFFERENTIABLE
    lower = _lower_zeros_of_variants
    moves = ("x", "y")

    def shape(x, out):
        shapes.copy_dims(x, out)
