"""tf.contrib.seq2seq: the loss of sequences."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib.seq2seq.losses import sequence_loss as sequence_loss
