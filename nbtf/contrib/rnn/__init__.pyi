"""tf.contrib.rnn: cells, wrappers around them, and recurrent networks in several layers."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib.rnn.attending_cells import AttentionCellWrapper as AttentionCellWrapper
from nbtf.contrib.rnn.block_cells import LSTMBlockCell as LSTMBlockCell
from nbtf.contrib.rnn.block_cells import LSTMBlockFusedCell as LSTMBlockFusedCell
from nbtf.contrib.rnn.convolving_cells import Conv1DLSTMCell as Conv1DLSTMCell
from nbtf.contrib.rnn.convolving_cells import Conv2DLSTMCell as Conv2DLSTMCell
from nbtf.contrib.rnn.convolving_cells import Conv3DLSTMCell as Conv3DLSTMCell
from nbtf.contrib.rnn.convolving_cells import ConvLSTMCell as ConvLSTMCell
from nbtf.contrib.rnn.fused_networks import FusedRNNCell as FusedRNNCell
from nbtf.contrib.rnn.fused_networks import FusedRNNCellAdaptor as FusedRNNCellAdaptor
from nbtf.contrib.rnn.fused_networks import TimeReversedFusedRNN as TimeReversedFusedRNN
from nbtf.contrib.rnn.gru_block_cells import GRUBlockCell as GRUBlockCell
from nbtf.contrib.rnn.gru_block_cells import GRUBlockCellV2 as GRUBlockCellV2
from nbtf.contrib.rnn.normalized_cells import LayerNormBasicLSTMCell as LayerNormBasicLSTMCell
from nbtf.contrib.rnn.projections import EmbeddingWrapper as EmbeddingWrapper
from nbtf.contrib.rnn.projections import InputProjectionWrapper as InputProjectionWrapper
from nbtf.contrib.rnn.projections import OutputProjectionWrapper as OutputProjectionWrapper
from nbtf.contrib.rnn.stacks import stack_bidirectional_dynamic_rnn as stack_bidirectional_dynamic_rnn
from nbtf.contrib.rnn.stacks import stack_bidirectional_rnn as stack_bidirectional_rnn
from nbtf.nn.recurrence import transpose_batch_time as transpose_batch_time
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
from nbtf.nn.unrolling import static_bidirectional_rnn as static_bidirectional_rnn
from nbtf.nn.unrolling import static_rnn as static_rnn
from nbtf.nn.unrolling import static_state_saving_rnn as static_state_saving_rnn
