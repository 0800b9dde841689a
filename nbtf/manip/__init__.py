"""tf.manip: an older name space of functions that move elements."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.array.batched_gather": ("gather_nd",),
    "nbtf.array.joining": ("tile",),
    "nbtf.array.rearranging": ("batch_to_space_nd", "reverse", "roll", "scatter_nd", "space_to_batch_nd"),
    "nbtf.array.shapes": ("reshape",),
}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
