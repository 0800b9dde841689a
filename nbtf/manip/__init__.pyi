"""tf.manip: an older name space of functions that move elements."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.array.batched_gather import gather_nd as gather_nd
from nbtf.array.joining import tile as tile
from nbtf.array.rearranging import batch_to_space_nd as batch_to_space_nd
from nbtf.array.rearranging import reverse as reverse
from nbtf.array.rearranging import roll as roll
from nbtf.array.rearranging import scatter_nd as scatter_nd
from nbtf.array.rearranging import space_to_batch_nd as space_to_batch_nd
from nbtf.array.shapes import reshape as reshape
