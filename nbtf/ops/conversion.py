"""Conversions between dtypes, and complex numbers and their parts."""

import numpy as np

from nbtf import dtypes, shapes
from nbtf.graph.registry import elementwise, op
from nbtf.ops import derivatives
from nbtf.shapes import check

_WIDENED = {dtypes.float16: "_half_to_float32", dtypes.bfloat16: "_bfloat16_to_float32"}
_WIDE = {dtypes.int64, dtypes.uint32}
_MANTISSA_BITS = {dtypes.float64: 52, dtypes.float32: 23, dtypes.float16: 10, dtypes.bfloat16: 7}
_TRUNCATED = {
    *((dtypes.float64, dtypes.float32), (dtypes.float64, dtypes.float16)),
    *((dtypes.float32, dtypes.float16), (dtypes.float32, dtypes.bfloat16), (dtypes.float16, dtypes.bfloat16)),
}
"""(from, to) whose attribute Truncate TensorFlow heeds; it rounds from float64 to bfloat16 all the same."""
_BITS_OF = {dtypes.float64: dtypes.int64, dtypes.float32: dtypes.int32, dtypes.float16: dtypes.int16}


def _lower_cast(node, rewriter):
    x, target = node.inputs[0], node.outputs[0].dtype
    shape = node.outputs[0].shape
    if x.dtype == target:
        return rewriter.add("Identity", [x], [(target, shape)])
    if x.dtype.is_complex and not target.is_complex:
        (part,) = rewriter.add("Real", [x], [(x.dtype.real_dtype, shape)])
        return rewriter.add(
            "Cast", [part], [(target, shape)], SrcT=part.dtype, DstT=target, Truncate=node.attrs.Truncate
        )
    if node.attrs.Truncate and (x.dtype, target) in _TRUNCATED:
        x = _without_low_bits(x, target, rewriter)
        return rewriter.add("Cast", [x], [(target, shape)], SrcT=x.dtype, DstT=target, Truncate=False)
    if x.dtype.is_floating and (target.is_integer or target.is_quantized):
        if x.dtype in _WIDENED:  # the ops below are this library's own, which nbtf/compiler/widen.py leaves alone
            (x,) = rewriter.add(_WIDENED[x.dtype], [x], [(dtypes.float32, shape)])
        name = "uint64" if target == dtypes.uint64 else "int64" if target in _WIDE else "int32"
        return rewriter.add(f"_float_to_{name}", [x], [(target, shape)])
    return None


def _without_low_bits(x, target, rewriter):
    """x with the mantissa bits zero that `target` does not hold: the cast then truncates instead of rounding."""
    dropped = _MANTISSA_BITS[x.dtype] - _MANTISSA_BITS[target]
    whole = _BITS_OF[x.dtype]
    mask = rewriter.constant(np.asarray(-1 << dropped, whole.as_numpy_dtype))
    (bits,) = rewriter.add("Bitcast", [x], [(whole, x.shape)], T=x.dtype, type=whole)
    (kept,) = rewriter.add("BitwiseAnd", [bits, mask], [(whole, x.shape)], T=whole)
    return rewriter.add("Bitcast", [kept], [(x.dtype, x.shape)], T=whole, type=x.dtype)[0]


elementwise(
    "Cast",
    1,
    lower=_lower_cast,
    gradient=derivatives.cast_grad,
    doc="""Every numeric dtype to every other. A complex number gives its real part; a number becomes the bool whether
    it is not 0. A float is truncated towards 0; NaN and what the target cannot hold become the least int32, the least
    int64 or (of uint64) 2^63. Narrower integers keep the low bits of the int32, uint32 of the int64, that the float is cast to.""",
)
elementwise("_float_to_int32", 1, doc="Cast of floats to integers of at most 32 bits.")
elementwise("_float_to_int64", 1, doc="Cast of floats to int64 and uint32.")
elementwise("_float_to_uint64", 1, doc="Cast of floats to uint64.")

# Casts that nbtf/compiler/widen.py puts around ops on 16-bit floats: from and to the bits.
elementwise("_half_to_float32", 1, rule="half_to_float32")
elementwise("_float32_to_half", 1, rule="float32_to_half")
elementwise("_bfloat16_to_float32", 1, rule="bfloat16_to_float32")
elementwise("_float32_to_bfloat16", 1, rule="float32_to_bfloat16")

elementwise(
    "Complex", 2, rule="complex_of", gradient=derivatives.complex, doc="Complex numbers from real and imaginary parts."
)
elementwise("Real", 1, gradient=derivatives.real)
elementwise("Imag", 1, gradient=derivatives.imag)
elementwise("Conj", 1, gradient=derivatives.conj_grad)
elementwise("ComplexAbs", 1, rule="complex_abs", gradient=derivatives.complex_abs, doc="|x| of complex numbers.")
elementwise("Angle", 1, gradient=derivatives.angle, doc="Argument of complex numbers, in radians.")

_ITEM_BYTES = tuple(
    dtypes.as_dtype(i).itemsize if i in dtypes.DTYPES and dtypes.as_dtype(i).is_numpy_compatible else 0
    for i in range(24)
)
"""By DataType number."""


@op("Bitcast")
class Bitcast:
    """The bytes of the input read as another dtype: [...] -> [..., n] if n elements make one of the input, or back."""

    shares = ("output", "input")

    def shape(input, T, type, out):
        have, want = _ITEM_BYTES[T], _ITEM_BYTES[type]
        whole = have >= want
        if not whole:
            last = input[len(input) - 1] if len(input) > 0 else 0
            whole = shapes.may_equal(last, want // have)
        check(whole, "Cannot bitcast from {} to {}", T, type)
        for i in range(len(input) - (1 if have < want else 0)):
            out.append(input[i])
        if have > want:
            out.append(have // want)
