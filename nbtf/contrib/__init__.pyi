"""tf.contrib: what of TensorFlow 1's contributed parts nbtf has; another name is an AttributeError."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib import framework as framework
from nbtf.contrib import layers as layers
from nbtf.contrib import rnn as rnn
from nbtf.contrib import slim as slim
