"""tf.layers: layers of neural networks, as classes and as functions."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.layers.base import Layer as Layer
from nbtf.layers.core import Dense as Dense
from nbtf.layers.core import Dropout as Dropout
from nbtf.layers.core import Flatten as Flatten
from nbtf.layers.core import dense as dense
from nbtf.layers.core import dropout as dropout
from nbtf.layers.core import flatten as flatten
from nbtf.layers.input_spec import InputSpec as InputSpec
