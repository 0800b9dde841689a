"""Decorators of tests that choose how TensorFlow runs; clusters of one process."""

from __future__ import annotations

from typing import Any, NoReturn


def with_eager_op_as_function(cls: Any = None, only_as_function: bool = False) -> Any:
    """The decorated class or function as it is: nothing is run eagerly."""
    if cls is None:
        return lambda decorated: decorated
    return cls


def create_local_cluster(
    num_workers: int,
    num_ps: int,
    protocol: str = "grpc",
    worker_config: Any = None,
    ps_config: Any = None,
) -> NoReturn:
    """Raises NotImplementedError: there are no servers to run a graph on."""
    raise NotImplementedError("nbtf runs a graph in its own process: there are no servers and clusters")
