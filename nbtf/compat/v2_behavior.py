"""Switches of TensorFlow 2's behaviour, which nbtf does not have: programs of the change-over call them."""

from nbtf.graph.control_flow_version import disable_control_flow_v2
from nbtf.tensor_shape import disable_v2_tensorshape
from nbtf.variables.creation import disable_resource_variables


def disable_v2_behavior() -> None:
    """Ref variables, Switch and Merge, and Dimensions as items of shapes, as at the start; tensors are symbols anyway."""
    disable_resource_variables()
    disable_control_flow_v2()
    disable_v2_tensorshape()


def disable_eager_execution() -> None:
    """Without effect: operations are added to a graph, never run at once."""


def executing_eagerly() -> bool:
    """False."""
    return False


def executing_eagerly_outside_functions() -> bool:
    """False."""
    return False


def enable_eager_execution(config: object = None, device_policy: object = None, execution_mode: object = None) -> None:
    """Raises NotImplementedError: operations are added to a graph, never run at once."""
    raise NotImplementedError("nbtf builds and runs graphs only: operations are never run when they are called")


def enable_v2_behavior() -> None:
    """Raises NotImplementedError, see `enable_eager_execution`."""
    enable_eager_execution()


def enable_tensor_equality() -> None:
    """Without effect: == of two tensors of a graph tells whether they are the same one, as it does in TensorFlow."""


def disable_tensor_equality() -> None:
    """Without effect: == of two tensors tells whether they are the same one."""
