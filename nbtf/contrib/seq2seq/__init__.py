"""tf.contrib.seq2seq: the loss of sequences."""

from nbtf.lazy import NameSpace

_EXPORTS = {"nbtf.contrib.seq2seq.losses": ("sequence_loss",)}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
