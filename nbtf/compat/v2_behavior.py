"""Switches of TensorFlow 2's behaviour, which nbtf does not have: programs of the change-over call them."""


def disable_v2_behavior() -> None:
    """Without effect: graphs, sessions and TF1's variables are all there is."""


def disable_eager_execution() -> None:
    """Without effect: operations are added to a graph, never run at once."""


def executing_eagerly() -> bool:
    """False."""
    return False
