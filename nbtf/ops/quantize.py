"""Quantization: floats to narrow integers and back, and training with the rounding that quantization will bring.

Quantized dtypes lie in memory as the plain integers of their size.
"""

import numpy as np

from nbtf import shapes
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import check, may_equal


def _straight_through(op, dy):
    """As if nothing had been rounded."""
    return dy, *[None] * (len(op.inputs) - 1)


def _within_range(op, dy):
    return list(raw.QuantizeAndDequantizeV4Grad(dy, *op.inputs, axis=op.attrs.axis))


@op("QuantizeV2")
class QuantizeV2:
    """Floats as T, and the range that T stands for. input [...], ranges scalars, or [input[axis]] with one a slice.

    MIN_COMBINED and MIN_FIRST spread T evenly over the range; SCALED keeps 0 at 0. The range always holds 0.
    """

    kernel = "quantize"

    def shape(input, min_range, max_range, mode, round_mode, axis, out):
        check(round_mode == 0 or mode == 2, "Round mode 'HALF_TO_EVEN' only supported for mode 'SCALED'")
        check(mode != 1 or axis == -1, "MIN_FIRST mode is not implemented for Quantize with axis != -1.")
        shapes.check_ranges(input, min_range, max_range, axis)
        for i in range(len(input)):
            out[0].append(input[i])
        if axis != -1:
            out[1].append(input[axis])
            out[2].append(input[axis])


@op("Dequantize")
class Dequantize:
    """What T's numbers stand for, as floats: the inverse of QuantizeV2. Ranges as there."""

    kernel = "dequantize"

    def shape(input, min_range, max_range, mode, axis, out):
        check(mode != 1 or axis == -1, "MIN_FIRST mode is not implemented for Dequantize with axis != -1.")
        shapes.check_ranges(input, min_range, max_range, axis)
        shapes.copy_dims(input, out)


def _rounded_shape(input, input_min, input_max, axis, out):
    shapes.check_ranges(input, input_min, input_max, axis)
    shapes.copy_dims(input, out)


@op("QuantizeAndDequantizeV2", "QuantizeAndDequantizeV4")
class QuantizeAndDequantizeV2:
    """The input rounded to what num_bits can hold, in its own dtype; the range is that given, or that of the input."""

    kernel = "quantize_and_dequantize"
    shape = _rounded_shape
    gradient = {"QuantizeAndDequantizeV2": _straight_through, "QuantizeAndDequantizeV4": _within_range}


@op("QuantizeAndDequantizeV3")
class QuantizeAndDequantizeV3:
    """QuantizeAndDequantizeV2 that gets num_bits as a tensor and rounds to even."""

    kernel = "quantize_and_dequantize_bits"
    shape = _rounded_shape
    gradient = _straight_through


@op("QuantizeAndDequantize")
class QuantizeAndDequantize:
    """QuantizeAndDequantizeV2 that has its range as attributes and rounds to even."""

    gradient = _straight_through

    def shape(input, out):
        shapes.copy_dims(input, out)

    def lower(node, rewriter):
        x, attrs = node.inputs[0], node.attrs
        bounds = [rewriter.constant(np.asarray(v, x.dtype.as_numpy_dtype)) for v in (attrs.input_min, attrs.input_max)]
        return rewriter.add(
            "QuantizeAndDequantizeV2",
            [x, *bounds],
            [(x.dtype, node.outputs[0].shape)],
            signed_input=attrs.signed_input,
            num_bits=attrs.num_bits,
            range_given=attrs.range_given,
            T=x.dtype,
            round_mode="HALF_TO_EVEN",
            narrow_range=False,
            axis=-1,
        )


@op("QuantizeAndDequantizeV4Grad")
class QuantizeAndDequantizeV4Grad:
    """The gradient where the input lies in its range, else 0; the gradients for the bounds are 0."""

    kernel = "quantize_and_dequantize_grad"
    gradient = _straight_through

    def shape(gradients, input, input_min, input_max, axis, out):
        fits = len(gradients) == len(input)
        for i in range(len(input)):
            fits = fits and may_equal(gradients[i], input[i])
        check(fits, "gradient and input must be the same size, but are {} and {}", gradients, input)
        shapes.check_ranges(input, input_min, input_max, axis)
        if axis != -1:
            out[1].append(input[axis])
            out[2].append(input[axis])
        for i in range(len(input)):
            out[0].append(input[i])


# ---- fake quantization -----------------------------------------------------------------------------------------------


@op("FakeQuantWithMinMaxArgs")
class FakeQuantWithMinMaxArgs:
    """Inputs rounded to 2^num_bits levels of the range [min, max], which is moved so that 0 is one of them."""

    kernel = "fake_quantize_fixed"

    def shape(inputs, min, max, num_bits, out):
        check(min < max, "min has to be smaller than max, was: {} >= {}", min, max)
        check(2 <= num_bits <= 16, "num_bits must be between 2 and 16, inclusive")
        shapes.copy_dims(inputs, out)

    def gradient(op, dy):
        attrs = {name: getattr(op.attrs, name) for name in ("min", "max", "num_bits", "narrow_range")}
        return raw.FakeQuantWithMinMaxArgsGradient(dy, op.inputs[0], **attrs)


@op("FakeQuantWithMinMaxArgsGradient")
class FakeQuantWithMinMaxArgsGradient:
    """The gradient where the input lies in the moved range, else 0."""

    kernel = "fake_quantize_fixed_grad"

    def shape(gradients, inputs, min, max, num_bits, out):
        check(min < max, "min has to be smaller than max, was: {} >= {}", min, max)
        check(2 <= num_bits <= 16, "num_bits must be between 2 and 16, inclusive")
        shapes.alike(gradients, inputs, out)


@op("FakeQuantWithMinMaxVars")
class FakeQuantWithMinMaxVars:
    """FakeQuantWithMinMaxArgs with the range as scalar inputs."""

    kernel = "fake_quantize"

    def shape(inputs, min, max, num_bits, out):
        check(len(min) == 0 and len(max) == 0, "`min` and `max` must be rank 0 but are {} and {}", min, max)
        check(2 <= num_bits <= 16, "num_bits must be between 2 and 16, inclusive")
        shapes.copy_dims(inputs, out)

    def gradient(op, dy):
        attrs = {name: getattr(op.attrs, name) for name in ("num_bits", "narrow_range")}
        return list(raw.FakeQuantWithMinMaxVarsGradient(dy, *op.inputs, **attrs))


@op("FakeQuantWithMinMaxVarsPerChannel")
class FakeQuantWithMinMaxVarsPerChannel:
    """FakeQuantWithMinMaxArgs with a range for each index of the last axis: min and max [inputs[-1]]."""

    kernel = "fake_quantize"

    def shape(inputs, min, max, num_bits, out):
        check(len(inputs) >= 1, "inputs must be at least rank 1")
        check(len(min) == 1 and len(max) == 1, "`min` and `max` must be rank 1 but are {} and {}", min, max)
        last = inputs[len(inputs) - 1]
        check(may_equal(min[0], last), "min has incorrect size, expected {} was {}", last, min[0])
        check(may_equal(max[0], last), "max has incorrect size, expected {} was {}", last, max[0])
        check(2 <= num_bits <= 16, "num_bits must be between 2 and 16, inclusive")
        shapes.copy_dims(inputs, out)

    def gradient(op, dy):
        attrs = {name: getattr(op.attrs, name) for name in ("num_bits", "narrow_range")}
        return list(raw.FakeQuantWithMinMaxVarsPerChannelGradient(dy, *op.inputs, **attrs))


@op("FakeQuantWithMinMaxVarsGradient")
class FakeQuantWithMinMaxVarsGradient:
    """Gradients for the inputs, where they lie in the moved range, and for min and max: those below and above it."""

    kernel = "fake_quantize_grad"

    def shape(gradients, inputs, min, max, num_bits, out):
        check(len(min) == 0 and len(max) == 0, "`min` and `max` must be rank 0 but are {} and {}", min, max)
        check(2 <= num_bits <= 16, "num_bits must be between 2 and 16, inclusive")
        shapes.alike(gradients, inputs, out[0])


@op("FakeQuantWithMinMaxVarsPerChannelGradient")
class FakeQuantWithMinMaxVarsPerChannelGradient:
    """FakeQuantWithMinMaxVarsGradient with a range for each index of the last axis."""

    kernel = "fake_quantize_grad"

    def shape(gradients, inputs, min, max, num_bits, out):
        check(len(inputs) >= 1, "inputs must be at least rank 1")
        check(len(min) == 1 and len(max) == 1, "`min` and `max` must be rank 1 but are {} and {}", min, max)
        last = inputs[len(inputs) - 1]
        check(may_equal(min[0], last), "min has incorrect size, expected {} was {}", last, min[0])
        check(may_equal(max[0], last), "max has incorrect size, expected {} was {}", last, max[0])
        check(2 <= num_bits <= 16, "num_bits must be between 2 and 16, inclusive")
        shapes.alike(gradients, inputs, out[0])
        out[1].append(last)
        out[2].append(last)
