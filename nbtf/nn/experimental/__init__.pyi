"""tf.nn.experimental: dropout by other generators."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.nn.dropping import general_dropout as general_dropout
from nbtf.nn.dropping import stateless_dropout as stateless_dropout
