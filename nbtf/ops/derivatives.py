"""Derivatives of elementwise ops: gradient functions that their rows name. x, y: operands; z: the output; dz: its gradient.

Where the derivative is computed from operands alone, it waits for dz, so that it is not kept in memory before.
"""

import math

import numpy as np

from nbtf import dtypes
from nbtf.graph.gradient_terms import (
    after,
    broadcast_sums,
    cast,
    conj,
    constant,
    ones_like,
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


def by_op(op_type, dtype_of_conjugate=True):
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
    x, y = conj(x), conj(y)
    return broadcast_sums(x, y, raw.Mul(dz, y), raw.Mul(x, dz))


mul_no_nan = broadcast(lambda x, y, dz: (raw.MulNoNan(dz, y), raw.MulNoNan(x, dz)))


def quotient(op_type):
    """Gradients of x / y in one of its forms."""
    divide = getattr(raw, op_type)

    def parts(x, y, dz):
        x, y = conj(x), conj(y)
        return divide(dz, y), dz * divide(divide(-x, y), y)

    return broadcast(parts)


def pow(op, dz):
    x, y = op.inputs
    cx, cy, cz = conj(x), conj(y), conj(op.outputs[0])
    dx = dz * cy * raw.Pow(cx, cy - 1)
    positive = raw.NotEqual(cx, 0) if x.dtype.is_complex else raw.Greater(cx, 0)
    safe = raw.SelectV2(positive, cx, ones_like(cx))
    log = raw.SelectV2(positive, raw.Log(safe), zeros_like(cx))
    return broadcast_sums(x, y, dx, dz * cz * log)


def floor_mod(op, dz):
    x, y = op.inputs
    return broadcast_sums(x, y, dz, dz * raw.Neg(raw.FloorDiv(x, y)))


def no_operand(op, *dz):
    """Gradients that are defined, and zero: None for every operand."""
    return [None] * len(op.inputs)


def squared_difference(op, dz):
    x, y = op.inputs
    with after(dz):
        dx = raw.Mul(constant(2.0, dz.dtype), dz) * (x - y)
    return broadcast_sums(x, y, dx, -dx)


def extremum(chooses_x):
    """Gradients of Maximum and Minimum: they go to the chosen operand, of equal ones to x."""

    def parts(x, y, dz):
        zero = zeros_like(dz)
        mask = getattr(raw, chooses_x)(x, y)
        return raw.SelectV2(mask, dz, zero), raw.SelectV2(mask, zero, dz)

    return broadcast(parts)


def _where_not_zero(x):
    return cast(raw.NotEqual(x, cast(constant(0.0, dtypes.float32), x.dtype)), x.dtype)


def xlogy(op, dz):
    x, y = op.inputs
    with after(dz):
        dx = raw.Xlogy(_where_not_zero(x), y)
        dy = raw.Xdivy(x, y)
        return broadcast_sums(x, y, dx * dz, dy * dz)


def xlog1py(op, dz):
    x, y = op.inputs
    with after(dz):
        dx = raw.Xlog1py(_where_not_zero(x), y)
        dy = raw.Xdivy(x, y + 1.0)
        return broadcast_sums(x, y, dx * dz, dy * dz)


def xdivy(op, dz):
    x, y = op.inputs
    with after(dz):
        dx = raw.Xdivy(_where_not_zero(x), y)
        dy = raw.Xdivy(raw.Neg(x), y**2)
        return broadcast_sums(x, y, dx * dz, dy * dz)


def next_after(op, dz):
    x, y = op.inputs
    with after(dz):
        one, zero = raw.Fill(shape(x), 1), raw.Fill(shape(y), 0)
        return broadcast_sums(x, y, one * dz, zero * dz)


def atan2(op, dz):
    y, x = op.inputs
    with after(dz):
        scaled = dz / (raw.Square(x) + raw.Square(y))
        dy = x * scaled
        dx = -y * scaled
        return broadcast_sums(y, x, dy, dx)


def neg(op, dz):
    return -dz


def abs(op, dz):
    return dz * raw.Sign(op.inputs[0])


def sign(op, dz):
    x = op.inputs[0]
    return zeros(shape(x), x.dtype)


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
    x = op.inputs[0]
    with after(dz):
        return -dz * raw.Sin(conj(x))


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
    with after(dz):
        n, x = conj(n), conj(x)
        return broadcast_sums(n, x, None, raw.Polygamma(n + 1, x) * dz)


def zeta(op, dz):
    x, q = op.inputs
    with after(dz):
        x, q = conj(x), conj(q)
        return broadcast_sums(x, q, None, -x * raw.Zeta(x + 1, q) * dz)


def igamma(op, dz):
    a, x = op.inputs
    with after(dz):
        da = raw.IgammaGradA(a, x)
        dx = raw.Exp(-x + (a - 1) * raw.Log(x) - raw.Lgamma(a))
        return broadcast_sums(a, x, da * dz, dx * dz)


def igammac(op, dz):
    da, dx = igamma(op, dz)
    return -da, -dx


def betainc(op, dz):
    a, b, x = op.inputs
    with after(dz):
        log_beta = raw.Lgamma(a) + raw.Lgamma(b) - raw.Lgamma(a + b)
        dx = raw.Exp(raw.Xlog1py(b - 1, -x) + raw.Xlogy(a - 1, x) - log_beta)
        return None, None, broadcast_sums(a, x, None, dx * dz)[1]


def bessel_i0e(op, dz):
    x, z = op.inputs[0], op.outputs[0]
    with after(dz):
        return dz * (raw.BesselI1e(x) - raw.Sign(x) * z)


def bessel_i1e(op, dz):
    x, z = op.inputs[0], op.outputs[0]
    with after(dz):
        derivative = raw.BesselI0e(x) - z * (raw.Sign(x) + raw.Reciprocal(x))
        return dz * derivative


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
    zero = zeros_like(dz)
    below, above = raw.Less(x, low), raw.Greater(x, high)
    dx = raw.SelectV2(raw.LogicalOr(below, above), zero, dz)
    d_low = raw.SelectV2(below, dz, zero)
    d_high = raw.SelectV2(above, dz, zero)
    return dx, d_low, d_high


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

SELU_SCALE_ALPHA = 1.7580993408473768599402175208123


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
    return raw.EluGrad(dz, z), raw.SelectV2(raw.Less(z, 0), dz * dy, zeros_like(z))


def selu(op, dz):
    return raw.SeluGrad(dz, op.outputs[0])


def selu_grad(op, dz):
    dy, z = op.inputs
    return raw.SeluGrad(dz, z), raw.SelectV2(raw.Less(z, 0.0), dz * dy, zeros_like(z))


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
    what = "Not a number (NaN) or infinity (Inf) values detected in gradient. "
    return raw.CheckNumerics(dz, what + op.attrs.message)


def check_numerics_signed(op, dz):
    what = "Not a number (NaN) or infinity (Inf) values detected in gradient. "
    return raw.CheckNumericsV2(dz, what + op.attrs.message)
