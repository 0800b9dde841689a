"""Switches of TensorFlow 2's behaviour, which nbtf does not have: programs of the change-over call them."""


def disable_v2_behavior() -> None:
    """Without effect: graphs, sessions and TF1's variables are all there is."""


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


def enable_v2_tensorshape() -> None:
    """Raises NotImplementedError: the items of a TensorShape are Dimensions, which behave as ints where they are known."""
    raise NotImplementedError("the items of nbtf's TensorShapes are Dimensions")


def disable_v2_tensorshape() -> None:
    """Without effect: the items of a TensorShape are Dimensions."""


def enable_tensor_equality() -> None:
    """Raises NotImplementedError: == of two tensors tells whether they are the same one."""
    raise NotImplementedError("== of two tensors tells whether they are the same tensor; tf.equal compares elements")


def disable_tensor_equality() -> None:
    """Without effect: == of two tensors tells whether they are the same one."""
