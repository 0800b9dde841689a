"""From wide integers that stand for a range of floats to narrow ones, and the ranges that they really use."""

from nbtf import shapes
from nbtf.graph.registry import op
from nbtf.ops.quantized import check_scalar
from nbtf.shapes import check, check_in_words, may_equal


@op("QuantizeDownAndShrinkRange")
class QuantizeDownAndShrinkRange:
    """input [...] in fewer bits, and the range that its numbers take up, which holds 0 or what lies above it."""

    kernel = "quantize_down_and_shrink_range"

    def shape(input, input_min, input_max, out):
        check_scalar(input_min, "input_min")
        check_scalar(input_max, "input_max")
        shapes.copy_dims(input, out[0])


@op("RequantizationRange")
class RequantizationRange:
    """The range that the numbers of input [...] take up; its lower end is no more than 0."""

    kernel = "requantization_range"

    def shape(input, input_min, input_max):
        check_scalar(input_min, "input_min")
        check_scalar(input_max, "input_max")
        return ((), ())


@op("Requantize")
class Requantize:
    """input [...] in fewer bits, of the range that is asked for."""

    kernel = "requantize"

    def shape(input, input_min, input_max, requested_output_min, requested_output_max, out):
        check_scalar(input_min, "input_min")
        check_scalar(input_max, "input_max")
        check_scalar(requested_output_min, "requested_output_min")
        check_scalar(requested_output_max, "requested_output_max")
        shapes.copy_dims(input, out[0])


def _check_channels(input, input_min, input_max):
    """input [N, H, W, C] with a range for each channel."""
    check_in_words(
        len(input_min) == 1 and len(input_max) == 1,
        "Shape must be rank 1 but is rank {} and {}",
        "input_min and input_max must be vectors, but are of rank {} and {}",
        len(input_min),
        len(input_max),
    )
    check(len(input) == 4, "input must be in NHWC format")
    check(may_equal(input_min[0], input[3]), "input_min has incorrect size, expected {} was {}", input[3], input_min[0])
    check(may_equal(input_max[0], input[3]), "input_max has incorrect size, expected {} was {}", input[3], input_max[0])


@op("RequantizationRangePerChannel")
class RequantizationRangePerChannel:
    """RequantizationRange of input [N, H, W, C] with a range for each channel: the widest, no wider than clip_value_max."""

    kernel = "requantization_range_per_channel"

    def shape(input, input_min, input_max):
        _check_channels(input, input_min, input_max)
        check(shapes.product(input) != 0, "input must not be empty")
        return ((), ())


@op("RequantizePerChannel")
class RequantizePerChannel:
    """Requantize of input [N, H, W, C] with a range for each channel: one range for all, with 0 at 0."""

    kernel = "requantize_per_channel"

    def shape(input, input_min, input_max, requested_output_min, requested_output_max, out):
        check_in_words(
            len(input) == 4,
            "input must be in NHWC format",
            "Current RequantizePerChannel operatorsupports 4D tensors only.",
        )
        _check_channels(input, input_min, input_max)
        check_scalar(requested_output_min, "requested_output_min")
        check_scalar(requested_output_max, "requested_output_max")
        shapes.copy_dims(input, out[0])
