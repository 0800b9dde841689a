"""tf.compat: `import nbtf.compat.v1 as tf` is `import nbtf as tf`; and the switches between versions of TensorFlow."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.compat.horizon": ("forward_compatibility_horizon", "forward_compatible"),
    "nbtf.compat.text": (
        "as_bytes", "as_str", "as_str_any", "as_text", "bytes_or_text_types", "complex_types", "integral_types",
        "path_to_str", "real_types",
    ),
    "nbtf.random.seeds": ("op_seeds",),
    "nbtf.tensor_shape": ("dimension_at_index", "dimension_value"),
}  # fmt: skip
_MODULES = ("v1",)

_names = NameSpace(__name__, _EXPORTS, modules=("v1",))
__getattr__, __dir__ = _names.find, _names.list
