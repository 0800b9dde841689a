"""Floats as small integers and back."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.graph.raw_ops import OpFunction, raw

fake_quant_with_min_max_args = OpFunction("FakeQuantWithMinMaxArgs")
fake_quant_with_min_max_args_gradient = OpFunction("FakeQuantWithMinMaxArgsGradient")
fake_quant_with_min_max_vars = OpFunction("FakeQuantWithMinMaxVars")
fake_quant_with_min_max_vars_gradient = OpFunction("FakeQuantWithMinMaxVarsGradient")
fake_quant_with_min_max_vars_per_channel = OpFunction("FakeQuantWithMinMaxVarsPerChannel")
fake_quant_with_min_max_vars_per_channel_gradient = OpFunction("FakeQuantWithMinMaxVarsPerChannelGradient")
quantized_concat = OpFunction("QuantizedConcat")


def quantize(
    input: Any,
    min_range: Any,
    max_range: Any,
    T: Any,  # noqa: N803 - TensorFlow's name
    mode: str = "MIN_COMBINED",
    round_mode: str = "HALF_AWAY_FROM_ZERO",
    name: str | None = None,
    narrow_range: bool = False,
    axis: int | None = None,
    ensure_minimum_range: float = 0.01,
) -> Any:
    """Floats between min_range and max_range as integers of quantized dtype `T`; also the range that was used.

    axis: of a range for each of its slices (None: one range). narrow_range: without the lowest integer.
    """
    return raw.QuantizeV2(
        input,
        min_range,
        max_range,
        T=T,
        mode=mode,
        round_mode=round_mode,
        narrow_range=narrow_range,
        axis=-1 if axis is None else axis,
        ensure_minimum_range=ensure_minimum_range,
        name=name,
    )


def quantize_v2(
    input: Any,
    min_range: Any,
    max_range: Any,
    T: Any,  # noqa: N803 - TensorFlow's name
    mode: str = "MIN_COMBINED",
    name: str | None = None,
    round_mode: str = "HALF_AWAY_FROM_ZERO",
    narrow_range: bool = False,
    axis: int | None = None,
    ensure_minimum_range: float = 0.01,
) -> Any:
    """`quantize` with its arguments in another order."""
    return quantize(input, min_range, max_range, T, mode, round_mode, name, narrow_range, axis, ensure_minimum_range)


def dequantize(
    input: Any,
    min_range: Any,
    max_range: Any,
    mode: str = "MIN_COMBINED",
    name: str | None = None,
    axis: int | None = None,
    narrow_range: bool = False,
    dtype: Any = dtypes.float32,
) -> Any:
    """The floats that `quantize` made integers of, as `dtype`."""
    return raw.Dequantize(
        input,
        min_range,
        max_range,
        mode=mode,
        narrow_range=narrow_range,
        axis=-1 if axis is None else axis,
        dtype=dtype,
        name=name,
    )


def quantize_and_dequantize(
    input: Any,
    input_min: Any,
    input_max: Any,
    signed_input: bool = True,
    num_bits: int = 8,
    range_given: bool = False,
    round_mode: str = "HALF_TO_EVEN",
    name: str | None = None,
    narrow_range: bool = False,
    axis: int | None = None,
) -> Any:
    """Floats rounded to those that integers of `num_bits` stand for.

    The range is that of the input unless range_given. axis: of a range for each of its slices.
    """
    return raw.QuantizeAndDequantizeV2(
        input,
        input_min,
        input_max,
        signed_input=signed_input,
        num_bits=num_bits,
        range_given=range_given,
        round_mode=round_mode,
        narrow_range=narrow_range,
        axis=-1 if axis is None else axis,
        name=name,
    )
