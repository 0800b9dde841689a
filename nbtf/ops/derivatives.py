"""Derivatives of elementwise ops: gradient functions that their rows name. x, y: operands; z: the output; dz: its gradient.

Where the derivative is computed from operands alone, it waits for dz, so that it is not kept in memory before.
"""

import numpy as np

from nbtf import dtypes
from nbtf.graph.gradient_terms import (
    BroadcastSums,
    after,
    broadcast_sums,
    cast,
    conj,
    constant,
    number,
    ones,
    ones_like,
    op_scope,
    reduce_sum,
    same_known_shape,
    shape,
    zeros,
    zeros_like,
)
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor

# ---- how derivatives become gradients --------------------------------------------------------------------------------


def of_operand(derivative):
    """The gradient of z = f(x), where derivative(x) is f'(x)."""

    def gradient(op, dz):
        with after(dz):
            return dz * derivative(conj(op.inputs[0]))

    return gradient


def of_output(derivative):
    """The gradient of z = f(x), where derivative(z) is f'(x)."""

    def gradient(op, dz):
        with after(dz):
            return dz * derivative(conj(op.outputs[0]))

    return gradient


def by_op(op_type):
    """The gradient that an op of its own computes, from output and gradient."""

    def gradient(op, dz):
        with after(dz):
            return getattr(raw, op_type)(conj(op.outputs[0]), dz)

    return gradient


def by_op_at_once(op_type):
    """The gradient that an op of its own computes, from output and gradient; nothing is to be waited for."""

    def gradient(op, dz):
        return getattr(raw, op_type)(op.outputs[0], dz)

    return gradient


def broadcast(parts):
    """The gradients of z = f(x, y) with broadcasting; parts(x, y, dz) are those of operands that were repeated."""

    def gradient(op, dz):
        x, y = op.inputs
        return broadcast_sums(x, y, *parts(x, y, dz))

    return gradient


# ---- arithmetic ------------------------------------------------------------------------------------------------------


def add(op, dz):
    x, y = op.inputs
    if isinstance(dz, Tensor) and same_known_shape(x, y, dz):
        return dz, dz
    return broadcast_sums(x, y, dz, dz)


def sub(op, dz):
    x, y = op.inputs
    if isinstance(dz, Tensor) and same_known_shape(x, y, dz):
        return dz, -dz
    return broadcast_sums(x, y, dz, -dz)


def mul(op, dz):
    x, y = op.inputs
    if isinstance(dz, Tensor) and same_known_shape(x, y, dz) and dz.dtype in (dtypes.int32, dtypes.float32):
        return raw.Mul(dz, y), raw.Mul(dz, x)
    return broadcast_sums(x, y, raw.Mul(dz, conj(y)), raw.Mul(conj(x), dz))


def mul_no_nan(op, dz):
    x, y = op.inputs
    parts = raw.MulNoNan(dz, y), raw.MulNoNan(x, dz)
    return parts if same_known_shape(x, y, dz) else broadcast_sums(x, y, *parts)


def quotient(op_type, name=None):
    """Gradients of x / y in one of its forms; name: what the divisions are called."""

    def divide(x, y):
        return getattr(raw, op_type)(x, y, name=name)

    def gradient(op, dz):
        x, y = (conj(operand) for operand in op.inputs)
        parts = divide(dz, y), dz * divide(divide(-x, y), y)
        return broadcast_sums(*((x, y) if op.type == "DivNoNan" else op.inputs), *parts)

    return gradient


def pow(op, dz):
    x, y = op.inputs
    cx, cy = conj(x), conj(y)
    dx = dz * cy * raw.Pow(cx, cy - 1)
    has_log = raw.NotEqual(cx, 0) if x.dtype.is_complex else raw.Greater(cx, 0)
    safe = raw.Select(has_log, cx, ones_like(x))
    log = raw.Select(has_log, raw.Log(safe), zeros_like(x))
    return broadcast_sums(x, y, dx, dz * conj(op.outputs[0]) * log)


def floor_mod(op, dz):
    x, y = op.inputs
    return broadcast_sums(x, y, dz, dz * raw.Neg(raw.FloorDiv(x, y)))


def no_operand(op, *dz):
    """Gradients that are defined, and zero: None for every operand."""
    return [None] * len(op.inputs)


def squared_difference(op, dz):
    x, y = op.inputs
    with after(dz):
        dx = raw.Mul(constant(2.0, dz.dtype, "scalar"), dz) * (x - y)
    dy = -dx
    return (dx, dy) if same_known_shape(x, y, dz) else broadcast_sums(x, y, dx, dy)


def extremum(chooses_x):
    """Gradients of Maximum and Minimum: they go to the chosen operand, of equal ones to x."""

    def parts(x, y, dz):
        zero = zeros_like(dz)
        mask = getattr(raw, chooses_x)(x, y)
        return raw.SelectV2(mask, dz, zero), raw.SelectV2(mask, zero, dz)

    return broadcast(parts)


def _where_not_zero(x):
    return cast(raw.NotEqual(x, number(0.0, x.dtype)), x.dtype)


def xlogy(op, dz):
    x, y = op.inputs
    sums = BroadcastSums(x, y)
    with after(dz):
        dx = raw.Xlogy(_where_not_zero(x), y)
        dy = raw.Xdivy(x, y)
        return sums.of_first(dx * dz), sums.of_second(dy * dz)


def xlog1py(op, dz):
    x, y = op.inputs
    sums = BroadcastSums(x, y)
    with after(dz):
        dx = raw.Xlog1py(_where_not_zero(x), y)
        dy = raw.Xdivy(x, y + 1.0)
        return sums.of_first(dx * dz), sums.of_second(dy * dz)


def xdivy(op, dz):
    x, y = op.inputs
    sums = BroadcastSums(x, y)
    with after(dz):
        dx = raw.Xdivy(_where_not_zero(x), y)
        dy = raw.Xdivy(raw.Neg(x), y**2)
        return sums.of_first(dx * dz), sums.of_second(dy * dz)


def next_after(op, dz):
    x, y = op.inputs
    sums = BroadcastSums(x, y)
    with after(dz):
        one, zero = ones(sums.shapes[0], x.dtype), zeros(sums.shapes[1], y.dtype)
        return sums.of_first(one * dz), sums.of_second(zero * dz)


def atan2(op, dz):
    y, x = op.inputs
    with after(dz):
        scaled = dz / (raw.Square(y) + raw.Square(x))
        dy = x * scaled
        dx = -y * scaled
        return broadcast_sums(y, x, dy, dx)


def neg(op, dz):
    return -dz


def abs(op, dz):
    return dz * raw.Sign(op.inputs[0])


def sign(op, dz):
    return zeros_like(op.inputs[0])


def square(op, dz):
    x = op.inputs[0]
    with after(dz):
        return raw.Mul(dz, raw.Mul(conj(x), constant(2.0, x.dtype)))


def add_n(op, dz):
    return [dz] * len(op.inputs)


# ---- gradients of gradients, which are functions of an output y and of its gradient dy --------------------------------


def reciprocal_grad(op, dz):
    y, dy = op.inputs
    with after(dz):
        cy, cz = conj(y), conj(dz)
        return cz * -2.0 * dy * cy, raw.ReciprocalGrad(cy, dz)


def sqrt_grad(op, dz):
    with after(dz):
        scaled = dz / op.inputs[0]
        return -conj(scaled) * op.outputs[0], 0.5 * scaled


def rsqrt_grad(op, dz):
    y, dy = op.inputs
    with after(dz):
        cy, cz = conj(y), conj(dz)
        return -1.5 * cz * dy * raw.Square(cy), raw.RsqrtGrad(cy, dz)


def tanh_grad(op, dz):
    with after(dz):
        y, dy = conj(op.inputs[0]), conj(op.inputs[1])
        return dz * -2.0 * dy * y, raw.TanhGrad(y, dz)


def sigmoid_grad(op, dz):
    with after(dz):
        y, dy = conj(op.inputs[0]), conj(op.inputs[1])
        product = dz * dy
        return product - 2.0 * product * y, raw.SigmoidGrad(y, dz)


# ---- transcendental functions ----------------------------------------------------------------------------------------


def cos(op, dz):
    with after(dz):
        x = conj(op.inputs[0])
        return -dz * raw.Sin(x)


def tan(op, dz):
    with after(dz):
        return raw.Square(raw.Reciprocal(raw.Cos(conj(op.inputs[0])))) * dz


def _one_minus_square(x, dz):
    squared = raw.Square(x)
    return raw.Sub(constant(1, dz.dtype), squared)


def asin(op, dz):
    with after(dz):
        return dz * raw.Reciprocal(raw.Sqrt(_one_minus_square(conj(op.inputs[0]), dz)))


def acos(op, dz):
    with after(dz):
        inverse = raw.Reciprocal(raw.Sqrt(_one_minus_square(conj(op.inputs[0]), dz)))
        return -dz * inverse


def atan(op, dz):
    with after(dz):
        squared = raw.Square(conj(op.inputs[0]))
        return dz * raw.Reciprocal(raw.AddV2(constant(1, dz.dtype), squared, name="Add"))


def asinh(op, dz):
    with after(dz):
        return dz / raw.Cosh(conj(op.outputs[0]))


def acosh(op, dz):
    with after(dz):
        return dz / raw.Sinh(conj(op.outputs[0]))


def atanh(op, dz):
    with after(dz):
        return dz * raw.Reciprocal(_one_minus_square(conj(op.inputs[0]), dz))


exp = of_output(lambda z: z)
expm1 = of_operand(raw.Exp)
log = of_operand(raw.Reciprocal)
log1p = of_operand(lambda x: raw.Reciprocal(1 + x))
sinh = of_operand(raw.Cosh)
cosh = of_operand(raw.Sinh)
sin = of_operand(raw.Cos)


# ---- special functions -----------------------------------------------------------------------------------------------


def erf(op, dz):
    scale = constant(2 / np.sqrt(np.pi), dz.dtype)
    with after(dz):
        return dz * scale * raw.Exp(-raw.Square(conj(op.inputs[0])))


def erfc(op, dz):
    scale = constant(-2 / np.sqrt(np.pi), dz.dtype)
    with after(dz):
        return dz * scale * raw.Exp(-raw.Square(conj(op.inputs[0])))


def erfinv(op, dz):
    scale = constant(np.sqrt(np.pi) / 2, dz.dtype)
    with after(dz):
        return dz * scale * raw.Exp(raw.Square(op.outputs[0]))


def ndtri(op, dz):
    scale = constant(np.sqrt(2 * np.pi), dz.dtype)
    with after(dz):
        return dz * scale * raw.Exp(raw.Square(op.outputs[0]) / 2.0)


lgamma = of_operand(raw.Digamma)


def digamma(op, dz):
    x = op.inputs[0]
    with after(dz):
        x = conj(x)
        return dz * raw.Polygamma(constant(1, x.dtype), x)


def polygamma(op, dz):
    n, x = op.inputs
    sums = BroadcastSums(n, x)
    with after(dz):
        n, x = conj(n), conj(x)
        return None, sums.of_second(raw.Polygamma(n + 1, x) * dz)


def zeta(op, dz):
    x, q = op.inputs
    sums = BroadcastSums(x, q)
    with after(dz):
        x, q = conj(x), conj(q)
        return None, sums.of_second(-x * raw.Zeta(x + 1, q) * dz)


def igamma(op, dz):
    a, x = op.inputs
    sums = BroadcastSums(a, x)
    with after(dz):
        da = raw.IgammaGradA(a, x)
        dx = raw.Exp(-x + (a - 1) * raw.Log(x) - raw.Lgamma(a))
        return sums.of_first(da * dz), sums.of_second(dx * dz)


def igammac(op, dz):
    da, dx = igamma(op, dz)
    return -da, -dx


def betainc(op, dz):
    a, b, x = op.inputs
    sums = BroadcastSums(a, x)
    log_beta = raw.Lgamma(a) + raw.Lgamma(b) - raw.Lgamma(a + b)
    dx = raw.Exp(scoped(raw.Xlog1py, "xlog1py", b - 1, -x) + raw.Xlogy(a - 1, x) - log_beta)
    return None, None, sums.of_second(dx * dz)


def scoped(function, name, *operands):
    """As TensorFlow's functions of special_math do: the op in a scope of the function's name."""
    with op_scope(name):
        return function(*operands)


def bessel_i0(op, dz):
    with after(dz):
        return dz * scoped(raw.BesselI1, "bessel_i1", op.inputs[0])


def bessel_i1(op, dz):
    """At 0, where the formula is undefined, it is 1, as in TensorFlow (and not 1/2, the true derivative)."""
    x, z = op.inputs[0], op.outputs[0]
    with after(dz):
        is_zero, at_zero = raw.Equal(x, 0.0), number(1.0, x.dtype)
        derivative = scoped(raw.BesselI0, "bessel_i0", x) - raw.RealDiv(z, x, name="div")
        return dz * raw.SelectV2(is_zero, at_zero, derivative)


def bessel_i0e(op, dz):
    x, z = op.inputs[0], op.outputs[0]
    with after(dz):
        return dz * (scoped(raw.BesselI1e, "bessel_i1e", x) - raw.Sign(x) * z)


def bessel_i1e(op, dz):
    """At 0 the derivative is 1/2, which the formula cannot tell."""
    x, z = op.inputs[0], op.outputs[0]
    with after(dz):
        is_zero, half = raw.Equal(x, 0.0), number(0.5, x.dtype)
        derivative = scoped(raw.BesselI0e, "bessel_i0e", x) - z * (raw.Sign(x) + raw.Reciprocal(x))
        return dz * raw.SelectV2(is_zero, half, derivative)


# ---- choice ----------------------------------------------------------------------------------------------------------


def select(op, dz):
    condition, x = op.inputs[:2]
    zero = zeros_like(x)
    return None, raw.Select(condition, dz, zero), raw.Select(condition, zero, dz)


def select_v2(op, dz):
    condition, x, y = op.inputs
    zero = zeros([], dz.dtype)
    dx = raw.SelectV2(condition, dz, zero)
    dy = raw.SelectV2(condition, zero, dz)
    z = op.outputs[0]
    return None, broadcast_sums(x, z, dx, None)[0], broadcast_sums(y, z, dy, None)[0]


def clip_by_value(op, dz):
    x, low, high = op.inputs
    dims = shape(x), shape(low), shape(high)
    zero = zeros(shape(dz), dz.dtype)
    below, above = raw.Less(x, low), raw.Greater(x, high)
    _, low_axes = raw.BroadcastGradientArgs(dims[0], dims[1])
    _, high_axes = raw.BroadcastGradientArgs(dims[0], dims[2])
    dx = raw.Select(raw.LogicalOr(below, above), zero, dz)
    d_low = raw.Select(below, dz, zero)
    d_high = raw.Select(above, dz, zero)
    d_low = raw.Reshape(reduce_sum(d_low, low_axes), dims[1])
    return dx, d_low, raw.Reshape(reduce_sum(d_high, high_axes), dims[2])


# ---- complex numbers and dtypes --------------------------------------------------------------------------------------

DIFFERENTIABLE_CASTS = (
    dtypes.float16,
    dtypes.float32,
    dtypes.float64,
    dtypes.bfloat16,
    dtypes.complex64,
    dtypes.complex128,
)


def cast_grad(op, dz):
    source = op.inputs[0].dtype.base_dtype
    if source in DIFFERENTIABLE_CASTS and dz.dtype.base_dtype in DIFFERENTIABLE_CASTS:
        return cast(dz, source)
    return None


def real(op, dz):
    return raw.Complex(dz, constant(0, dz.dtype), Tout=_complex_of(dz))


def imag(op, dz):
    return raw.Complex(constant(0, dz.dtype), dz, Tout=_complex_of(dz))


def _complex_of(x):
    return dtypes.complex128 if x.dtype.base_dtype == dtypes.float64 else dtypes.complex64


def complex(op, dz):
    part = dz.dtype.real_dtype
    return broadcast_sums(*op.inputs, raw.Real(dz, Tout=part), raw.Imag(dz, Tout=part))


def conj_grad(op, dz):
    return conj(dz)


def complex_abs(op, dz):
    x, z = op.inputs[0], op.outputs[0]
    kind = _complex_of(dz)
    return raw.DivNoNan(
        raw.Complex(dz, zeros_like(dz), Tout=kind) * x,
        raw.Complex(z, zeros_like(z), Tout=kind),
        name="div_no_nan",
    )


def angle(op, dz):
    x = op.inputs[0]
    part = dz.dtype.base_dtype
    with after(dz):
        re, im = raw.Real(x, Tout=part), raw.Imag(x, Tout=part)
        inverse = raw.Reciprocal(raw.Complex(im, re, Tout=_complex_of(dz)))
        turned = raw.Complex(dz, constant(0, dz.dtype), Tout=_complex_of(dz))
        return -turned * inverse


# ---- activations -----------------------------------------------------------------------------------------------------


def relu(op, dz):
    return raw.ReluGrad(dz, op.outputs[0])


def relu_grad(op, dz):
    x = op.inputs[1]
    return raw.ReluGrad(dz, x), zeros_like(x)


def relu6(op, dz):
    return raw.Relu6Grad(dz, op.outputs[0])


def relu6_grad(op, dz):
    x = op.inputs[1]
    return raw.Relu6Grad(dz, x), zeros_like(x)


def leaky_relu(op, dz):
    return raw.LeakyReluGrad(dz, op.inputs[0], alpha=op.attrs.alpha)


def leaky_relu_grad(op, dz):
    x = op.inputs[1]
    return raw.LeakyReluGrad(dz, x, alpha=op.attrs.alpha), zeros_like(x)


def elu(op, dz):
    return raw.EluGrad(dz, op.outputs[0])


def elu_grad(op, dz):
    dy, z = op.inputs
    return raw.EluGrad(dz, z), raw.Select(raw.Less(z, 0), dz * dy, zeros_like(z))


def selu(op, dz):
    return raw.SeluGrad(dz, op.outputs[0])


def selu_grad(op, dz):
    dy, z = op.inputs
    return raw.SeluGrad(dz, z), raw.Select(raw.Less(z, 0.0), dz * dy, zeros_like(z))


def softplus(op, dz):
    return dz * raw.Sigmoid(op.inputs[0])


def softplus_grad(op, dz):
    dy, x = op.inputs
    with after(dz):
        ddy = raw.SoftplusGrad(dz, x)
        return ddy, dz * dy / (raw.Exp(-x) + 2.0 + raw.Exp(x))


def softsign(op, dz):
    return raw.SoftsignGrad(dz, op.inputs[0])


# ---- checks ----------------------------------------------------------------------------------------------------------


def check_numerics(op, dz):
    """The gradient is checked too."""
    return raw.CheckNumerics(dz, _in_gradient(op))


def check_numerics_signed(op, dz):
    """The gradient is checked too."""
    return raw.CheckNumericsV2(dz, _in_gradient(op))


def _in_gradient(op):
    message = op.attrs.protos["message"].s
    return f"Not a number (NaN) or infinity (Inf) values detected in gradient. {message!r}"


def passed_on(op, *dz):
    """The output is the input."""
    return list(dz)
