"""tf.contrib.crf: conditional random fields over sequences of tags."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib.crf.likelihood import CrfForwardRnnCell as CrfForwardRnnCell
from nbtf.contrib.crf.likelihood import crf_binary_score as crf_binary_score
from nbtf.contrib.crf.likelihood import crf_log_likelihood as crf_log_likelihood
from nbtf.contrib.crf.likelihood import crf_log_norm as crf_log_norm
from nbtf.contrib.crf.likelihood import crf_multitag_sequence_score as crf_multitag_sequence_score
from nbtf.contrib.crf.likelihood import crf_sequence_score as crf_sequence_score
from nbtf.contrib.crf.likelihood import crf_unary_score as crf_unary_score
from nbtf.contrib.crf.tagging import CrfDecodeBackwardRnnCell as CrfDecodeBackwardRnnCell
from nbtf.contrib.crf.tagging import CrfDecodeForwardRnnCell as CrfDecodeForwardRnnCell
from nbtf.contrib.crf.tagging import crf_decode as crf_decode
from nbtf.contrib.crf.tagging import viterbi_decode as viterbi_decode
