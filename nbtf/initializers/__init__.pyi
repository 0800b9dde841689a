"""tf.initializers: functions from a shape to the tensor that a variable starts from."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.initializers.constants import Constant as constant
from nbtf.initializers.constants import Identity as identity
from nbtf.initializers.constants import Ones as ones
from nbtf.initializers.constants import Zeros as zeros
from nbtf.initializers.sampled import Orthogonal as orthogonal
from nbtf.initializers.sampled import RandomNormal as random_normal
from nbtf.initializers.sampled import RandomUniform as random_uniform
from nbtf.initializers.sampled import TruncatedNormal as truncated_normal
from nbtf.initializers.sampled import UniformUnitScaling as uniform_unit_scaling
from nbtf.initializers.scaling import GlorotNormal as glorot_normal
from nbtf.initializers.scaling import GlorotUniform as glorot_uniform
from nbtf.initializers.scaling import VarianceScaling as variance_scaling
from nbtf.initializers.scaling import he_normal as he_normal
from nbtf.initializers.scaling import he_uniform as he_uniform
from nbtf.initializers.scaling import lecun_normal as lecun_normal
from nbtf.initializers.scaling import lecun_uniform as lecun_uniform
from nbtf.lookup.initializing import tables_initializer as tables_initializer
from nbtf.variables.initialization import global_variables_initializer as global_variables
from nbtf.variables.initialization import local_variables_initializer as local_variables
from nbtf.variables.initialization import variables_initializer as variables
