"""tf.bitwise: functions of the bits of integers."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.bitwise.functions import bitwise_and as bitwise_and
from nbtf.bitwise.functions import bitwise_or as bitwise_or
from nbtf.bitwise.functions import bitwise_xor as bitwise_xor
from nbtf.bitwise.functions import invert as invert
from nbtf.bitwise.functions import left_shift as left_shift
from nbtf.bitwise.functions import right_shift as right_shift
