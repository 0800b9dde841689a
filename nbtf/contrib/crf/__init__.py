"""tf.contrib.crf: conditional random fields over sequences of tags."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.contrib.crf.likelihood": (
        "CrfForwardRnnCell", "crf_binary_score", "crf_log_likelihood", "crf_log_norm", "crf_multitag_sequence_score",
        "crf_sequence_score", "crf_unary_score",
    ),
    "nbtf.contrib.crf.tagging": (
        "CrfDecodeBackwardRnnCell", "CrfDecodeForwardRnnCell", "crf_decode", "viterbi_decode",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
