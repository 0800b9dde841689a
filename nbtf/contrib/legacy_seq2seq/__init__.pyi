"""tf.contrib.legacy_seq2seq: from one list of steps to another, also with attention, and in buckets of lengths."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib.legacy_seq2seq.attending import attention_decoder as attention_decoder
from nbtf.contrib.legacy_seq2seq.attending import embedding_attention_decoder as embedding_attention_decoder
from nbtf.contrib.legacy_seq2seq.attending import embedding_attention_seq2seq as embedding_attention_seq2seq
from nbtf.contrib.legacy_seq2seq.decoding import basic_rnn_seq2seq as basic_rnn_seq2seq
from nbtf.contrib.legacy_seq2seq.decoding import embedding_rnn_decoder as embedding_rnn_decoder
from nbtf.contrib.legacy_seq2seq.decoding import embedding_rnn_seq2seq as embedding_rnn_seq2seq
from nbtf.contrib.legacy_seq2seq.decoding import rnn_decoder as rnn_decoder
from nbtf.contrib.legacy_seq2seq.decoding import tied_rnn_seq2seq as tied_rnn_seq2seq
from nbtf.contrib.legacy_seq2seq.losses import model_with_buckets as model_with_buckets
from nbtf.contrib.legacy_seq2seq.losses import sequence_loss as sequence_loss
from nbtf.contrib.legacy_seq2seq.losses import sequence_loss_by_example as sequence_loss_by_example
