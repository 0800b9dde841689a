"""tf.sets: operations on the sets that the last axis of a tensor holds."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.sets.operations import set_difference as difference
from nbtf.sets.operations import set_difference as set_difference
from nbtf.sets.operations import set_intersection as intersection
from nbtf.sets.operations import set_intersection as set_intersection
from nbtf.sets.operations import set_size as set_size
from nbtf.sets.operations import set_size as size
from nbtf.sets.operations import set_union as set_union
from nbtf.sets.operations import set_union as union
