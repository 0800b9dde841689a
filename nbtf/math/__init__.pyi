"""tf.math: arithmetic, functions of elements, and reductions."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.math.accumulation import bincount as bincount
from nbtf.math.accumulation import cumprod as cumprod
from nbtf.math.accumulation import cumsum as cumsum
from nbtf.math.accumulation import cumulative_logsumexp as cumulative_logsumexp
from nbtf.math.reductions import reduce_std as reduce_std
from nbtf.math.reductions import reduce_variance as reduce_variance
