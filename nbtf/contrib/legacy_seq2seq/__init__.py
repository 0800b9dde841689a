"""tf.contrib.legacy_seq2seq: from one list of steps to another, also with attention, and in buckets of lengths."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.contrib.legacy_seq2seq.attending": (
        "attention_decoder", "embedding_attention_decoder", "embedding_attention_seq2seq",
    ),
    "nbtf.contrib.legacy_seq2seq.decoding": (
        "basic_rnn_seq2seq", "embedding_rnn_decoder", "embedding_rnn_seq2seq", "rnn_decoder", "tied_rnn_seq2seq",
    ),
    "nbtf.contrib.legacy_seq2seq.losses": ("model_with_buckets", "sequence_loss", "sequence_loss_by_example"),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
