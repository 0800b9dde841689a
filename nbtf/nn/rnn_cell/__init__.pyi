"""tf.nn.rnn_cell: cells of recurrent networks, and wrappers around them."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.nn.rnn_cell.base import RNNCell as RNNCell
from nbtf.nn.rnn_cell.cells import BasicLSTMCell as BasicLSTMCell
from nbtf.nn.rnn_cell.cells import BasicRNNCell as BasicRNNCell
from nbtf.nn.rnn_cell.cells import GRUCell as GRUCell
from nbtf.nn.rnn_cell.cells import LSTMCell as LSTMCell
from nbtf.nn.rnn_cell.cells import LSTMStateTuple as LSTMStateTuple
from nbtf.nn.rnn_cell.wrappers import DeviceWrapper as DeviceWrapper
from nbtf.nn.rnn_cell.wrappers import DropoutWrapper as DropoutWrapper
from nbtf.nn.rnn_cell.wrappers import MultiRNNCell as MultiRNNCell
from nbtf.nn.rnn_cell.wrappers import ResidualWrapper as ResidualWrapper
