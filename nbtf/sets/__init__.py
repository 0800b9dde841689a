"""tf.sets: operations on the sets that the last axis of a tensor holds."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.sets.operations": (
        "set_difference", "set_difference as difference", "set_intersection", "set_intersection as intersection",
        "set_size", "set_size as size", "set_union", "set_union as union",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
