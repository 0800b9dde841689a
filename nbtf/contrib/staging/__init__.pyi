"""tf.contrib.staging: tensors put aside in one step and taken in the next."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib.staging.areas import StagingArea as StagingArea
