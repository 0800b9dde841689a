"""tf.contrib.slim: layers, scopes of arguments, variables of models, losses, training and networks under one name."""

from nbtf.contrib import framework, layers
from nbtf.contrib.slim import data
from nbtf.lazy import NameSpace


def _exports() -> dict[str, list[str]]:
    """All that tf.contrib.framework and tf.contrib.layers offer; losses and metrics of tf.contrib."""
    exports: dict[str, list[str]] = {
        "nbtf.contrib": ["losses", "metrics"],
        "nbtf.contrib.slim.data": list(data._names.modules),
    }
    for names in (framework._names, layers._names):
        for public, (module, name) in names.sources.items():
            exports.setdefault(module, []).append(name if name == public else f"{name} as {public}")
    return exports


_names = NameSpace(
    __name__, _exports(), ("data", "evaluation", "learning", "model_analyzer", "nets", "queues", "summaries")
)
__getattr__, __dir__ = _names.find, _names.list
