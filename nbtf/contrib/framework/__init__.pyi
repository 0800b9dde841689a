"""tf.contrib.framework: arguments by scope, variables of models, and values from checkpoints."""

# Made by tools/make_stubs.py; do not edit.

from nbtf import nest as nest
from nbtf.checkpoint.reader import list_variables as list_variables
from nbtf.checkpoint.reader import load_checkpoint as load_checkpoint
from nbtf.checkpoint.reader import load_variable as load_variable
from nbtf.contrib.framework.checked_steps import assert_or_get_global_step as assert_or_get_global_step
from nbtf.contrib.framework.checkpoint_values import assign_from_checkpoint as assign_from_checkpoint
from nbtf.contrib.framework.checkpoint_values import assign_from_checkpoint_fn as assign_from_checkpoint_fn
from nbtf.contrib.framework.checkpoint_values import assign_from_values as assign_from_values
from nbtf.contrib.framework.checkpoint_values import assign_from_values_fn as assign_from_values_fn
from nbtf.contrib.framework.model_variables import add_model_variable as add_model_variable
from nbtf.contrib.framework.model_variables import global_variable as global_variable
from nbtf.contrib.framework.model_variables import local_variable as local_variable
from nbtf.contrib.framework.model_variables import model_variable as model_variable
from nbtf.contrib.framework.model_variables import variable as variable
from nbtf.contrib.framework.placing import VariableDeviceChooser as VariableDeviceChooser
from nbtf.contrib.framework.scoped_arguments import add_arg_scope as add_arg_scope
from nbtf.contrib.framework.scoped_arguments import arg_scope as arg_scope
from nbtf.contrib.framework.scoped_arguments import arg_scope_func_key as arg_scope_func_key
from nbtf.contrib.framework.scoped_arguments import arg_scoped_arguments as arg_scoped_arguments
from nbtf.contrib.framework.scoped_arguments import current_arg_scope as current_arg_scope
from nbtf.contrib.framework.scoped_arguments import has_arg_scope as has_arg_scope
from nbtf.contrib.framework.variable_lists import filter_variables as filter_variables
from nbtf.contrib.framework.variable_lists import get_local_variables as get_local_variables
from nbtf.contrib.framework.variable_lists import get_model_variables as get_model_variables
from nbtf.contrib.framework.variable_lists import get_trainable_variables as get_trainable_variables
from nbtf.contrib.framework.variable_lists import get_unique_variable as get_unique_variable
from nbtf.contrib.framework.variable_lists import get_variable_full_name as get_variable_full_name
from nbtf.contrib.framework.variable_lists import get_variables as get_variables
from nbtf.contrib.framework.variable_lists import get_variables_by_name as get_variables_by_name
from nbtf.contrib.framework.variable_lists import get_variables_by_suffix as get_variables_by_suffix
from nbtf.contrib.framework.variable_lists import get_variables_to_restore as get_variables_to_restore
from nbtf.graph.kinds_of_values import is_tensor as is_tensor
from nbtf.train.checkpoint_initializers import init_from_checkpoint as init_from_checkpoint
from nbtf.train.steps import assert_global_step as assert_global_step
from nbtf.train.steps import create_global_step as create_global_step
from nbtf.train.steps import get_global_step as get_global_step
from nbtf.train.steps import get_or_create_global_step as get_or_create_global_step
