"""tf.contrib.learn: what makes numbers of texts; its estimators, older than tf.estimator, are not part of nbtf."""

from nbtf.lazy import NameSpace

_names = NameSpace(__name__, {}, ("preprocessing",))
__getattr__, __dir__ = _names.find, _names.list
