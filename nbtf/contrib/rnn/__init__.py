"""tf.contrib.rnn: cells, wrappers around them, and recurrent networks in several layers."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.contrib.rnn.attending_cells": ("AttentionCellWrapper",),
    "nbtf.contrib.rnn.block_cells": ("LSTMBlockCell", "LSTMBlockFusedCell"),
    "nbtf.contrib.rnn.convolving_cells": ("Conv1DLSTMCell", "Conv2DLSTMCell", "Conv3DLSTMCell", "ConvLSTMCell"),
    "nbtf.contrib.rnn.fused_networks": (
        "FusedRNNCell",
        "FusedRNNCellAdaptor",
        "TimeReversedFusedRNN",
    ),
    "nbtf.contrib.rnn.gru_block_cells": ("GRUBlockCell", "GRUBlockCellV2"),
    "nbtf.contrib.rnn.normalized_cells": ("LayerNormBasicLSTMCell",),
    "nbtf.contrib.rnn.projections": ("EmbeddingWrapper", "InputProjectionWrapper", "OutputProjectionWrapper"),
    "nbtf.contrib.rnn.stacks": ("stack_bidirectional_dynamic_rnn", "stack_bidirectional_rnn"),
    "nbtf.nn.recurrence": ("transpose_batch_time",),
    "nbtf.nn.rnn_cell.base": ("RNNCell",),
    "nbtf.nn.rnn_cell.cells": ("BasicLSTMCell", "BasicRNNCell", "GRUCell", "LSTMCell", "LSTMStateTuple"),
    "nbtf.nn.rnn_cell.wrappers": ("DeviceWrapper", "DropoutWrapper", "MultiRNNCell", "ResidualWrapper"),
    "nbtf.nn.unrolling": ("static_bidirectional_rnn", "static_rnn", "static_state_saving_rnn"),
}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
