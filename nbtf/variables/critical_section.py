"""tf.CriticalSection: operations of which only one run at a time computes any."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from nbtf import dtypes, nest
from nbtf.control_flow.grouping import group, tuple_v1
from nbtf.graph import default_stacks
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import colocate_with, control_dependencies, name_scope
from nbtf.graph.tensor import Tensor

SECTIONS = "critical_sections"
EXECUTIONS = "critical_section_executions"


class _Execution(NamedTuple):
    """Which resources an execution uses, under which lock."""

    op: Operation
    handle: Tensor
    resources: list[Tensor]
    exclusive_resource_access: bool


class CriticalSection:
    """A lock of the session that every `execute` of it takes. Variables that ref operations change are not watched."""

    def __init__(
        self,
        name: str | None = None,
        shared_name: str | None = None,
        critical_section_def: Any = None,
        import_scope: str | None = None,
    ) -> None:
        """shared_name: sections of one such name share a lock. Raises ValueError for a critical_section_def."""
        if critical_section_def:
            if name is not None or shared_name is not None:
                raise ValueError(
                    f"Arguments critical_section_def={critical_section_def} and shared_name={shared_name} are mutually "
                    "exclusive. Please only specify one of them."
                )
            raise ValueError("Argument `critical_section_def` is not supported.")
        graph = default_stacks.get_default_graph()
        with (
            graph.control_dependencies(None),
            name_scope(name, "CriticalSection") as scope,
        ):
            self._handle: Tensor = raw.MutexV2(shared_name=shared_name or scope, name=scope)
        graph.add_to_collections(SECTIONS, self)
        self._entered = False

    @property
    def name(self) -> str:
        return self._handle.op.name

    def execute(self, fn: Callable[[], Any], exclusive_resource_access: bool = True, name: str | None = None) -> Any:
        """What fn() gives; what it makes is computed while the lock is held, after all that it takes from outside.

        exclusive_resource_access: resources that fn uses may be used under no other lock. Raises ValueError where they
        are, and for an execution inside of one.
        """
        with name_scope(name, "critical_section_execute", []):
            lock = raw.MutexLock(self._handle)
            graph = lock.graph
            first = graph.version
            with self._running(), control_dependencies([lock]):
                result = fn()
            made = graph.get_operations()[first:]
            taken = _taken_from_outside(made, lock.op)
            resources = [tensor for tensor in taken if tensor.dtype == dtypes.resource]
            self._check_shared(resources, exclusive_resource_access)
            if taken:
                with control_dependencies(None):
                    lock.op._add_control_input(group(*taken))
            held = [raw.Identity(one) for one in nest.flatten(result)]
            with control_dependencies(held):
                with colocate_with(self._handle):
                    released = raw.ConsumeMutexLock(lock)
                # whoever takes one of the results has them all computed
                together = nest.pack_sequence_as(result, tuple_v1(nest.flatten(result)))
            with control_dependencies([released]):
                given = nest.map_structure(raw.Identity, together)
            graph.add_to_collections(
                EXECUTIONS, _Execution(lock.op, self._handle, resources, exclusive_resource_access)
            )
        return given

    @contextmanager
    def _running(self) -> Iterator[None]:
        if self._entered:
            raise ValueError(
                f"Attempting to lock a CriticalSection ({self.name}) in which we are already running. This is illegal "
                "and may cause deadlocks."
            )
        self._entered = True
        try:
            yield
        finally:
            self._entered = False

    def _check_shared(self, resources: Sequence[Tensor], exclusive: bool) -> None:
        for other in self._handle.graph.get_collection(EXECUTIONS):
            if other.handle is self._handle or not (exclusive or other.exclusive_resource_access):
                continue
            both = [tensor for tensor in resources if any(tensor is one for one in other.resources)]
            if both:
                raise ValueError(
                    f"This execution would access resources: {both}. Either this lock (CriticalSection: "
                    f"{self._handle}) or lock '{other}' (CriticalSection: {other.handle}) requested exclusive resource "
                    "access of this resource. Did you mean to call execute with keyword argument "
                    "exclusive_resource_access=False?"
                )


def _taken_from_outside(made: Sequence[Operation], lock: Operation) -> list[Tensor]:
    """The inputs of operations that others make, each once."""
    inside = {*made, lock}
    return list(dict.fromkeys(tensor for op in made for tensor in op.inputs if tensor.op not in inside))
