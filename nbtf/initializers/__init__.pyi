"""tf.initializers: functions from a shape to the tensor that a variable starts from."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.initializers.constants import Zeros as zeros
from nbtf.initializers.scaling import GlorotNormal as glorot_normal
from nbtf.initializers.scaling import GlorotUniform as glorot_uniform
from nbtf.initializers.scaling import VarianceScaling as variance_scaling
from nbtf.variables.initialization import global_variables_initializer as global_variables
from nbtf.variables.initialization import local_variables_initializer as local_variables
from nbtf.variables.initialization import variables_initializer as variables
