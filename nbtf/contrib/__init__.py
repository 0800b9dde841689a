"""tf.contrib: what of TensorFlow 1's contributed parts nbtf has; another name is an AttributeError."""

from nbtf.lazy import NameSpace

_names = NameSpace(
    __name__,
    {},
    (
        "crf",
        "data",
        "feature_column",
        "framework",
        "image",
        "layers",
        "learn",
        "legacy_seq2seq",
        "lookup",
        "losses",
        "metrics",
        "opt",
        "rnn",
        "seq2seq",
        "slim",
        "staging",
        "training",
        "util",
    ),
)
__getattr__, __dir__ = _names.find, _names.list
