"""tf.ragged: rows of different lengths."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.ragged.constants": ("constant", "constant_value", "placeholder"),
    "nbtf.ragged.flat_values": ("map_flat_values",),
    "nbtf.ragged.masking": ("boolean_mask",),
    "nbtf.ragged.ragged_tensor": ("RaggedTensorValue",),
    "nbtf.ragged.ranges": ("range",),
    "nbtf.ragged.stacking": ("stack", "stack_dynamic_partitions"),
    "nbtf.ragged.segments": ("row_splits_to_segment_ids", "segment_ids_to_row_splits"),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
