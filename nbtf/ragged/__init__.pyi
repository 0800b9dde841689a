"""tf.ragged: rows of different lengths."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.ragged.constants import constant as constant
from nbtf.ragged.ragged_tensor import RaggedTensorValue as RaggedTensorValue
