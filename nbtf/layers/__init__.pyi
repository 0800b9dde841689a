"""tf.layers: layers of neural networks, as classes and as functions."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.layers.base import Layer as Layer
from nbtf.layers.input_spec import InputSpec as InputSpec
