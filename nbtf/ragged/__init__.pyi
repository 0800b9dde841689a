"""tf.ragged: rows of different lengths."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.ragged.constants import constant as constant
from nbtf.ragged.constants import constant_value as constant_value
from nbtf.ragged.constants import placeholder as placeholder
from nbtf.ragged.flat_values import map_flat_values as map_flat_values
from nbtf.ragged.masking import boolean_mask as boolean_mask
from nbtf.ragged.ragged_tensor import RaggedTensorValue as RaggedTensorValue
from nbtf.ragged.ranges import range as range
from nbtf.ragged.segments import row_splits_to_segment_ids as row_splits_to_segment_ids
from nbtf.ragged.segments import segment_ids_to_row_splits as segment_ids_to_row_splits
from nbtf.ragged.stacking import stack as stack
from nbtf.ragged.stacking import stack_dynamic_partitions as stack_dynamic_partitions
