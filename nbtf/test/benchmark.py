"""Benchmark: how long runs take."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from nbtf import logging
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.wire import schema


class Benchmark:
    """Base class: methods whose names start with "benchmark" measure and report."""

    def run_op_benchmark(
        self,
        sess: Any,
        op_or_tensor: Any,
        feed_dict: Mapping[Any, Any] | None = None,
        burn_iters: int = 2,
        min_iters: int = 10,
        store_trace: bool = False,
        store_memory_usage: bool = True,
        name: str | None = None,
        extras: Mapping[str, Any] | None = None,
        mbs: float = 0,
    ) -> dict[str, Any]:
        """Runs something min_iters times after burn_iters times; reports and gives wall times in seconds.

        mbs: megabytes that one run moves, for the throughput. store_trace and store_memory_usage change nothing.
        """
        target = op_or_tensor.op if isinstance(op_or_tensor, Tensor) else op_or_tensor
        if not isinstance(target, (Operation, list, tuple)):
            target = op_or_tensor
        for _ in range(burn_iters):
            sess.run(target, feed_dict)
        times = []
        for _ in range(min_iters):
            start = time.perf_counter()
            sess.run(target, feed_dict)
            times.append(time.perf_counter() - start)
        median = float(np.median(times))
        result: dict[str, Any] = {
            "extras": dict(extras or {}),
            "name": name or type(self).__name__,
            "iters": min_iters,
            "wall_time": median,
        }
        if mbs:
            result["throughput"] = mbs / median
        self.report_benchmark(**result)
        return result

    def report_benchmark(
        self,
        iters: int | None = None,
        cpu_time: float | None = None,
        wall_time: float | None = None,
        throughput: float | None = None,
        extras: Mapping[str, Any] | None = None,
        name: str | None = None,
        metrics: Any = None,
    ) -> None:
        """Logs a line with what was measured."""
        known = {"iters": iters, "cpu_time": cpu_time, "wall_time": wall_time, "throughput": throughput}
        shown = [f"{key}: {value:g}" for key, value in known.items() if value is not None]
        shown += [f"{key}: {value}" for key, value in (extras or {}).items()]
        logging.info("Benchmark [%s] %s", name or type(self).__name__, ", ".join(shown))

    def evaluate(self, tensors: Any) -> Any:
        """The values, in the default session."""
        from nbtf.graph import default_stacks

        session = default_stacks.get_default_session()
        if session is None:
            raise ValueError("evaluate needs a default session")
        return session.run(tensors)

    @classmethod
    def is_abstract(cls) -> bool:
        """Whether there is nothing to measure."""
        return not any(name.startswith("benchmark") for name in dir(cls))


def benchmark_config() -> Any:
    """The ConfigProto that benchmarks run with."""
    return schema.ConfigProto()


class StubOutForTesting:
    """Replaces attributes until they are put back; a context manager, which does so."""

    def __init__(self) -> None:
        self._kept: list[tuple[Any, str, Any, bool]] = []

    def Set(self, parent: Any, child_name: str, new_child: Any) -> None:
        """Replaces parent.child_name."""
        own = vars(parent).get(child_name, getattr(parent, child_name))
        self._kept.append((parent, child_name, own, child_name in vars(parent)))
        setattr(parent, child_name, new_child)

    def SmartSet(self, obj: Any, attr_name: str, new_attr: Any) -> None:
        """Replaces an attribute where it is defined. Raises AttributeError where there is none."""
        if not hasattr(obj, attr_name):
            raise AttributeError(f"Attribute {attr_name!r} is not found in {obj!r}")
        self.Set(obj, attr_name, new_attr)

    def UnsetAll(self) -> None:
        """Puts everything back, the last first."""
        while self._kept:
            parent, name, old, was_own = self._kept.pop()
            if was_own:
                setattr(parent, name, old)
            else:
                delattr(parent, name)

    SmartUnsetAll = CleanUp = UnsetAll

    def __enter__(self) -> StubOutForTesting:
        return self

    def __exit__(self, *unused: Any) -> None:
        self.UnsetAll()
