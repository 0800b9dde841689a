"""tf.io: files."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.graph.graph_io": ("write_graph",),
}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
