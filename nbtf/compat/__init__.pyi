"""tf.compat: `import nbtf.compat.v1 as tf` is `import nbtf as tf`; and the switches between versions of TensorFlow."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.compat import v1 as v1
from nbtf.random.seeds import op_seeds as op_seeds
