"""tf.random.experimental: generators whose state is a variable, and functions of seeds."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.random.generators": ("Generator", "create_rng_state", "get_global_generator", "set_global_generator"),
    "nbtf.random.index_shuffle": ("index_shuffle",),
    "nbtf.random.stateless": (
        "Algorithm", "fold_in as stateless_fold_in", "split as stateless_split", "stateless_shuffle",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
