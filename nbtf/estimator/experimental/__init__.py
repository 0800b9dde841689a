"""tf.estimator.experimental: hooks that stop or evaluate on the way, and receivers of labels."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.estimator.export.receivers": ("build_raw_supervised_input_receiver_fn",),
}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
