"""tf.estimator.inputs: input functions that feed arrays and frames through a queue."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.estimator.inputs.arrays import numpy_input_fn as numpy_input_fn
from nbtf.estimator.inputs.frames import pandas_input_fn as pandas_input_fn
