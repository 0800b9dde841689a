"""tf.estimator.experimental: hooks that stop or evaluate on the way, and receivers of labels."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.estimator.export.receivers import build_raw_supervised_input_receiver_fn as build_raw_supervised_input_receiver_fn
