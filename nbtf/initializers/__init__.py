"""tf.initializers: functions from a shape to the tensor that a variable starts from."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.initializers.constants": ("Constant as constant", "Identity as identity", "Ones as ones", "Zeros as zeros"),
    "nbtf.initializers.sampled": (
        "Orthogonal as orthogonal",
        "RandomNormal as random_normal",
        "RandomUniform as random_uniform",
        "TruncatedNormal as truncated_normal",
        "UniformUnitScaling as uniform_unit_scaling",
    ),
    "nbtf.initializers.scaling": (
        "GlorotNormal as glorot_normal",
        "GlorotUniform as glorot_uniform",
        "VarianceScaling as variance_scaling",
        "he_normal",
        "he_uniform",
        "lecun_normal",
        "lecun_uniform",
    ),
    "nbtf.lookup.initializing": ("tables_initializer",),
    "nbtf.variables.initialization": (
        "global_variables_initializer as global_variables",
        "local_variables_initializer as local_variables",
        "variables_initializer as variables",
    ),
}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
