"""Switches of TensorFlow 2's behaviour, which nbtf does not have: programs of the change-over call them."""


def disable_v2_behavior() -> None:
    """Without effect: graphs, sessions and TF1's variables are all there is."""


def disable_eager_execution() -> None:
    """Without effect: operations are added to a graph, never run at once."""


def executing_eagerly() -> bool:
    """False."""
    return False


def disable_control_flow_v2() -> None:
    """Without effect: branches and loops are Switch, Merge, Enter, Exit and NextIteration."""


def control_flow_v2_enabled() -> bool:
    """False."""
    return False


def enable_control_flow_v2() -> None:
    """Raises NotImplementedError: functional If and While of other programs are run, but none are built."""
    raise NotImplementedError("tf.cond and tf.while_loop build Switch and Merge, never functional If and While")
