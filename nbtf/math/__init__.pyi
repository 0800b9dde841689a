"""tf.math: arithmetic, functions of elements, and reductions."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.math.reductions import reduce_std as reduce_std
from nbtf.math.reductions import reduce_variance as reduce_variance
