"""tf.user_ops: the example of an operation of one's own."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.user_ops.example import my_fact as my_fact
