"""tf.bitwise: functions of the bits of integers."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.bitwise.functions": (
        "bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
