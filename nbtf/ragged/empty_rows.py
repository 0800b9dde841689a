"""Values for rows that have none; functions that are just ops."""

from nbtf.graph.raw_ops import OpFunction

ragged_fill_empty_rows = OpFunction("RaggedFillEmptyRows")
ragged_fill_empty_rows_grad = OpFunction("RaggedFillEmptyRowsGrad")
