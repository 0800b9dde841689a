"""tf.compat: `import nbtf.compat.v1 as tf` is `import nbtf as tf`; and the switches between versions of TensorFlow."""

from nbtf.lazy import NameSpace

_EXPORTS = {"nbtf.random.seeds": ("op_seeds",)}

_names = NameSpace(__name__, _EXPORTS, modules=("v1",))
__getattr__, __dir__ = _names.find, _names.list
