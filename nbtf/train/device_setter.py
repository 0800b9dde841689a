"""Where operations of a program for many processes go: variables to parameter servers, the rest to workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nbtf.graph.device import DeviceSpec
from nbtf.train.cluster import ClusterSpec

_VARIABLES = ("Variable", "VariableV2", "AutoReloadVariable", "MutableHashTable", "MutableHashTableV2",
              "MutableHashTableOfTensors", "MutableHashTableOfTensorsV2", "MutableDenseHashTable",
              "MutableDenseHashTableV2", "VarHandleOp", "BoostedTreesEnsembleResourceHandleOp",
              "BoostedTreesQuantileStreamResourceHandleOp", "ResourceConditionalAccumulator",
              "DecisionTreeResource")  # fmt: skip


def replica_device_setter(
    ps_tasks: int = 0,
    ps_device: str = "/job:ps",
    worker_device: str = "/job:worker",
    merge_devices: bool = True,
    cluster: Any = None,
    ps_ops: Sequence[str] | None = None,
    ps_strategy: Callable[[Any], int] | None = None,
) -> Callable[[Any], Any] | None:
    """A function for `tf.device` that spreads variables over the tasks of ps_device, one after the other.

    cluster: a ClusterSpec or ClusterDef or dictionary, that tells ps_tasks. ps_ops: op types that go to ps_device.
    ps_strategy: operation -> task. None where there are no parameter servers.
    """
    if cluster is not None:
        jobs = ClusterSpec(cluster).as_dict()
        name = DeviceSpec.from_string(ps_device).job or ps_device
        if name not in jobs or not jobs[name]:
            return None
        ps_tasks = len(jobs[name])
    if ps_tasks == 0:
        return None
    if ps_strategy is None:
        ps_strategy = _RoundRobin(ps_tasks)
    elif not callable(ps_strategy):
        raise TypeError("ps_strategy must be callable")
    types = _VARIABLES if ps_ops is None else tuple(ps_ops)

    def device_of(op: Any) -> str:
        own = DeviceSpec.from_string(op.device or "")
        if not merge_devices and op.device:
            return str(op.device)
        if op.type in types:
            wanted = DeviceSpec.from_string(ps_device)
            if (not own.job or own.job == wanted.job) and wanted.task is None:
                wanted = wanted.replace(task=ps_strategy(op))
            return wanted.make_merged_spec(own).to_string()
        return DeviceSpec.from_string(worker_device or "").make_merged_spec(own).to_string()

    return device_of


class _RoundRobin:
    """The next task each time."""

    def __init__(self, tasks: int) -> None:
        self._tasks = tasks
        self._next = 0

    def __call__(self, op: Any) -> int:
        task = self._next
        self._next = (self._next + 1) % self._tasks
        return task
