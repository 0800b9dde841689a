"""tf.nn.rnn_cell: cells of recurrent networks, and wrappers around them."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.nn.rnn_cell.base": ("RNNCell",),
    "nbtf.nn.rnn_cell.cells": ("BasicLSTMCell", "BasicRNNCell", "GRUCell", "LSTMCell", "LSTMStateTuple"),
    "nbtf.nn.rnn_cell.wrappers": ("DeviceWrapper", "DropoutWrapper", "MultiRNNCell", "ResidualWrapper"),
}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
