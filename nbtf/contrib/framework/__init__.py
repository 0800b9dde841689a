"""tf.contrib.framework: arguments by scope, variables of models, and values from checkpoints."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.checkpoint.reader": ("list_variables", "load_checkpoint", "load_variable"),
    "nbtf.contrib.framework.checkpoint_values": (
        "assign_from_checkpoint", "assign_from_checkpoint_fn", "assign_from_values", "assign_from_values_fn",
    ),
    "nbtf.contrib.framework.checked_steps": ("assert_or_get_global_step",),
    "nbtf.contrib.framework.model_variables": (
        "add_model_variable", "global_variable", "local_variable", "model_variable", "variable",
    ),
    "nbtf.contrib.framework.placing": ("VariableDeviceChooser",),
    "nbtf.contrib.framework.scoped_arguments": (
        "add_arg_scope", "arg_scope", "arg_scope_func_key", "arg_scoped_arguments", "current_arg_scope",
        "has_arg_scope",
    ),
    "nbtf.contrib.framework.variable_lists": (
        "filter_variables", "get_local_variables", "get_model_variables", "get_trainable_variables",
        "get_unique_variable", "get_variable_full_name", "get_variables", "get_variables_by_name",
        "get_variables_by_suffix", "get_variables_to_restore",
    ),
    "nbtf.graph.kinds_of_values": ("is_tensor",),
    "nbtf.train.checkpoint_initializers": ("init_from_checkpoint",),
    "nbtf.train.steps": (
        "assert_global_step", "create_global_step", "get_global_step", "get_or_create_global_step",
    ),
    "nbtf": ("nest",),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
