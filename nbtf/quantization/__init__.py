"""tf.quantization: numbers as small integers, and training that knows of it."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.quantization.conversions": (
        "dequantize", "fake_quant_with_min_max_args", "fake_quant_with_min_max_args_gradient",
        "fake_quant_with_min_max_vars", "fake_quant_with_min_max_vars_gradient",
        "fake_quant_with_min_max_vars_per_channel", "fake_quant_with_min_max_vars_per_channel_gradient", "quantize",
        "quantize_and_dequantize", "quantize_and_dequantize as quantize_and_dequantize_v2", "quantized_concat",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
