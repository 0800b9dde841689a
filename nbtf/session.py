"""Session.run: look up the plan, check and fill the fed slots, one call into the VM, copy the fetches out."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from nbtf import dtypes
from nbtf.compiler.optimize import enabled_passes
from nbtf.compiler.pipeline import compile_program
from nbtf.errors import InvalidArgumentError
from nbtf.fetches import FetchPlan
from nbtf.graph import default_stacks
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.partial_run import PartialRun
from nbtf.tensor_handle import TensorHandle
from nbtf.vm.executable import Executable, load
from nbtf.vm.resources import Resources
from nbtf.vm.team import thread_count

if TYPE_CHECKING:
    from nbtf.vm.trace import Trace

_DEAD_HANDLES = 10  # that many tensors are forgotten at once
_NO_TRACE = 0  # of RunOptions.TraceLevel
_Fed = Tensor | list[Tensor] | tuple[Tensor, ...]
"""What a key of a feed_dict stands for: the parts of a list are those of one value, a tuple's are nested like the key."""


class Session:
    """Runs parts of a graph and owns its variables. Several threads may call `run` at once."""

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        """target: only "" (this process). config: a ConfigProto; it changes nothing but what its fields name."""
        if target:
            raise ValueError(f"target must be '' (this process), got {target!r}")
        if graph is not None and not isinstance(graph, Graph):
            raise TypeError(f"graph must be a tf.Graph, but got {type(graph)}")
        self._graph = graph if graph is not None else default_stacks.get_default_graph()
        self._config = config
        self._passes = enabled_passes(config)
        self._allowed_ms = config.operation_timeout_in_ms if config is not None else 0
        self._threads = thread_count(config)
        self._resources = Resources(self._threads)
        self._closed = False
        self._plans: dict[Any, _Plan] = {}
        self._executables: dict[Any, Executable] = {}
        self._compiling = threading.RLock()
        self._entered: list[AbstractContextManager[Any]] = []
        self._dead_handles: list[str] = []
        self._partial_runs: dict[str, PartialRun] = {}
        self._partial_run_numbers = itertools.count()

    # ---- what it is ----

    @property
    def graph(self) -> Graph:
        return self._graph

    @property
    def graph_def(self) -> Any:
        return self._graph.as_graph_def()

    @property
    def sess_str(self) -> str:
        return ""

    def close(self) -> None:
        """Frees the session's variables; a closed session runs nothing."""
        self._closed = True
        self._plans.clear()
        self._executables.clear()
        self._resources.cancel_waiting()
        self._resources = Resources(self._threads)

    def as_default(self) -> AbstractContextManager[Session]:
        """A context in which `eval()` and `Operation.run()` use this session."""
        return default_stacks.sessions.default(self)

    def __enter__(self) -> Session:
        for manager in (self._graph.as_default(), self.as_default()):
            manager.__enter__()
            self._entered.append(manager)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._entered:
            self._entered.pop().__exit__(kind, error, trace)
        self.close()

    # ---- running ----

    def run(
        self, fetches: Any, feed_dict: Mapping[Any, Any] | None = None, options: Any = None, run_metadata: Any = None
    ) -> Any:
        """Values of `fetches` in the structure they came in: numpy arrays, scalars and bytes, None for operations.

        fetches: a Tensor, Operation, name, variable, or any nesting of lists, tuples, dicts and named tuples of them.
        feed_dict: Tensor or name -> value; any tensor may be fed. Raises TypeError or ValueError for what cannot be
        fetched or fed, RuntimeError for a closed session, and the classes of tf.errors for what fails while running.
        options: RunOptions; with a `trace_level`, `run_metadata.step_stats` tells what ran when.
        """
        key = _plan_key(fetches, feed_dict)
        try:
            plan = self._plans.get(key)
        except TypeError:  # something in it has no hash
            key = plan = None
        if plan is None:
            plan = self._make_plan(fetches, feed_dict, key)
        if feed_dict:
            values = plan.fed(feed_dict.values())
        else:
            values = []
        if options is None and run_metadata is None:
            deadline = self._deadline(None) if self._allowed_ms > 0 else None
            return plan.fetches.build(plan.executable.run(values, deadline))
        return plan.fetches.build(self._run_observed(plan.executable, values, options, run_metadata))

    def _run_observed(self, executable: Executable, values: list[Any], options: Any, run_metadata: Any) -> list[Any]:
        """A run with RunOptions; what they ask to be told goes into `run_metadata`."""
        if options is None or options.trace_level == _NO_TRACE:
            if run_metadata is not None:
                run_metadata.Clear()
            return executable.run(values, self._deadline(options))
        from nbtf.vm.step_stats import step_stats
        from nbtf.vm.trace import Trace

        trace = Trace()
        results = executable.run(values, self._deadline(options), trace)
        if run_metadata is not None:
            run_metadata.Clear()
            run_metadata.step_stats.MergeFromString(step_stats(trace).SerializeToString())
        return results

    def _trace(self, fetches: Any, feed_dict: Mapping[Any, Any]) -> Trace:
        """What ran when in one run of `fetches`."""
        from nbtf.vm.trace import Trace

        plan = self._make_plan(fetches, feed_dict, None)
        trace = Trace()
        plan.executable.run(plan.fed(feed_dict.values()), self._deadline(None), trace)
        return trace

    def _deadline(self, options: Any) -> float | None:
        """When a run must be done, as a time of `time.monotonic`: RunOptions count more than the session's config."""
        allowed = options.timeout_in_ms if options is not None else 0
        allowed = allowed or self._allowed_ms
        return time.monotonic() + allowed / 1000 if allowed > 0 else None

    def make_callable(self, fetches: Any, feed_list: Sequence[Any] | None = None, accept_options: bool = False) -> Any:
        """A function of the values of `feed_list`, in order, that runs `fetches`."""
        feeds = list(feed_list or [])
        plan = self._make_plan(fetches, dict.fromkeys(feeds), None, gives_handles=False)

        def call(*values: Any, options: Any = None, run_metadata: Any = None) -> Any:
            if len(values) != len(feeds):
                raise TypeError(f"Expected {len(feeds)} positional arguments, got {len(values)}")
            self._check_open()
            return plan.fetches.build(self._run_observed(plan.executable, plan.fed(values), options, run_metadata))

        return call

    def partial_run_setup(self, fetches: Any, feeds: Sequence[Any] | None = None) -> str:
        """A handle of a run in several steps: `fetches` and `feeds` are all that its partial_run calls will name."""
        self._check_open()
        found = FetchPlan(self._graph, fetches)
        if found.operations:
            raise RuntimeError(
                f"partial_run() requires empty `target_list`. Received: target_list={found.operations} (non-empty)"
            )
        fed = [self._feed_tensor(element) for element in feeds or []]
        names = [",".join(tensor.name for tensor in tensors) for tensors in (fed, found.tensors)]
        handle = f"{names[0]}->{names[1]}//{next(self._partial_run_numbers)}"
        self._partial_runs[handle] = PartialRun(found.tensors, fed)
        return handle

    def partial_run(self, handle: str, fetches: Any, feed_dict: Mapping[Any, Any] | None = None) -> Any:
        """Goes on with a run that partial_run_setup began: values of `fetches`, computed with what has been fed so far.

        Raises InvalidArgumentError for an unknown handle, for feeds and fetches that were not set up or come twice, and
        for fetches that need more feeds.
        """
        self._check_open()
        state = self._partial_runs.get(handle)
        if state is None:
            raise InvalidArgumentError(None, None, "Must run 'setup' before performing partial runs!")
        found = FetchPlan(self._graph, fetches, self)
        feeds = {self._feed_tensor(key): value for key, value in (feed_dict or {}).items()}
        fed = {tensor: feed_converter(tensor, self)(value) for tensor, value in feeds.items()}
        values = state.step(found.tensors, fed, self._run_part)
        if state.is_over:
            del self._partial_runs[handle]
        return found.build(values)

    def _run_part(self, fetches: Sequence[Tensor], fed: Mapping[Tensor, Any], done: frozenset[Operation]) -> list[Any]:
        plan = FetchPlan(self._graph, list(fetches))
        return self._executable(plan, list(fed), done).run([np.asarray(value) for value in fed.values()])

    def _kept_tensor(self, handle: str, tensor: Tensor) -> np.ndarray[Any, Any]:
        """What is kept under a handle, to be fed. Raises InvalidArgumentError for another dtype than the tensor's."""
        from nbtf.ops.session_tensor import tensor_store

        array: np.ndarray[Any, Any] = tensor_store(self._resources).find(handle)
        if array.dtype != tensor.dtype.base_dtype.storage:
            message = f"Expects {tensor.name} to be {tensor.dtype.base_dtype.name} but {array.dtype} is provided"
            raise InvalidArgumentError(None, None, message)
        return array

    def _add_dead_handle(self, handle: str) -> None:
        """A tensor that nobody will ask for any more: the session forgets such tensors by and by."""
        from nbtf.ops.session_tensor import tensor_store

        self._dead_handles.append(handle)
        if len(self._dead_handles) >= _DEAD_HANDLES and not self._closed:
            dead, self._dead_handles = self._dead_handles, []
            for one in dead:
                tensor_store(self._resources).forget(one)

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session.")

    def _make_plan(
        self, fetches: Any, feed_dict: Mapping[Any, Any] | None, key: Any, gives_handles: bool = True
    ) -> _Plan:
        self._check_open()
        if not self._graph.version:
            raise RuntimeError("The Session graph is empty. Add operations to the graph before calling run().")
        found = FetchPlan(self._graph, fetches, self if gives_handles else None)
        groups = [self._feed_tensors(element) for element in feed_dict or {}]
        feeds = [tensor for group in groups for tensor in ([group] if isinstance(group, Tensor) else group)]
        plan = _Plan(found, groups, self._executable(found, feeds), self)
        if key is not None:
            self._plans[key] = plan
        return plan

    def _feed_tensors(self, element: Any) -> _Fed:
        """What a key of a feed_dict stands for: a tensor, the parts of a value of several, or those of a nested tuple."""
        if isinstance(element, tuple):
            from nbtf import nest

            return tuple(self._feed_tensor(part) for part in nest.flatten(element))
        components = getattr(element, "_feed_components", None)
        if components is None:
            return self._feed_tensor(element)
        return [self._feed_tensor(tensor) for tensor in components()]

    def _feed_tensor(self, element: Any) -> Tensor:
        try:
            tensor = self._graph.as_graph_element(element, allow_operation=False)
        except (KeyError, TypeError, ValueError) as error:
            words = error.args[0] if isinstance(error, KeyError) else error
            raise TypeError(f"Cannot interpret feed_dict key as Tensor: {words}") from None
        assert isinstance(tensor, Tensor)
        if not self._graph.is_feedable(tensor):
            raise ValueError(f"Tensor {tensor} may not be fed.")
        if tensor.dtype.name == "unknown":
            raise TypeError(f"Cannot feed {tensor.name}: op type '{tensor.op.type}' is unknown, and so is its dtype.")
        return tensor

    def _executable(
        self, found: FetchPlan, feeds: Sequence[Tensor], done: frozenset[Operation] = frozenset()
    ) -> Executable:
        key = (tuple(found.tensors), frozenset(found.operations), tuple(feeds), self._graph.rewrites, done)
        with self._compiling:
            if key not in self._executables:
                self._executables[key] = load(
                    lambda passes: compile_program(self._graph, found.tensors, found.operations, feeds, passes, done),
                    self._passes,
                    self._resources,
                )
            return self._executables[key]


class InteractiveSession(Session):
    """A session that is the default one from its making until it is closed."""

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        super().__init__(target, graph, config)
        self._default: list[AbstractContextManager[Any]] = [self.as_default()]
        if graph is not None:
            self._default.insert(0, graph.as_default())
        default_stacks.sessions.enforce_nesting = False
        for manager in self._default:
            manager.__enter__()

    def close(self) -> None:
        super().close()
        while self._default:
            self._default.pop().__exit__(None, None, None)


class _Plan:
    """What one combination of fetches and feeds needs at every run."""

    def __init__(self, fetches: FetchPlan, feeds: Sequence[_Fed], executable: Executable, session: Session) -> None:
        """feeds: for each key of the feed_dict its tensor, or the tensors of a value of several parts."""
        self.fetches = fetches
        self.executable = executable
        self._converters: list[Any] = []
        for feed in feeds:
            parts = [feed_converter(part, session) for part in ([feed] if isinstance(feed, Tensor) else feed)]
            one = parts[0] if isinstance(feed, Tensor) else parts
            self._converters.append(tuple(parts) if isinstance(feed, tuple) else one)
        self._has_parts = not all(isinstance(feed, Tensor) for feed in feeds)

    def fed(self, values: Iterable[Any]) -> list[np.ndarray[Any, Any]]:
        """The fed values as the arrays that the executable takes. Raises ValueError for a wrong number of parts."""
        arrays = list(values)
        if not self._has_parts:
            for i, convert in enumerate(self._converters):  # faster than zip and a comprehension
                arrays[i] = convert(arrays[i])
            return arrays
        arrays = []
        for convert, value in zip(self._converters, values, strict=True):
            if isinstance(convert, tuple):
                value = _flat_value(convert, value)
            if isinstance(convert, (list, tuple)):
                arrays += [convert_part(part) for convert_part, part in zip(convert, value, strict=True)]
            else:
                arrays.append(convert(value))
        return arrays


def _flat_value(converters: tuple[Any, ...], value: Any) -> list[Any]:
    """The parts of a value that is nested like its key."""
    from nbtf import nest

    parts = nest.flatten(value)
    if len(parts) != len(converters):
        raise ValueError(
            f"Could not flatten dictionary. Key had {len(converters)} elements, but value had {len(parts)} elements."
        )
    return parts


def _plan_key(fetches: Any, feed_dict: Mapping[Any, Any] | None) -> Any:
    """A key for fetches that are one element or a flat list or tuple of them; None for any other structure."""
    kind = type(fetches)
    if kind is list or kind is tuple:
        key: Any = (kind, *fetches)
    elif kind is str or isinstance(fetches, (Tensor, Operation)) or hasattr(fetches, "_as_graph_element"):
        key = fetches
    else:
        return None
    return (key, *feed_dict) if feed_dict else (key,)


def feed_converter(tensor: Tensor, session: Session) -> Callable[[Any], np.ndarray[Any, Any]]:
    """A function that makes a fed value an array of the tensor's dtype, or says why it cannot be fed."""
    dtype = tensor.dtype.base_dtype
    if dtype in (dtypes.resource, dtypes.variant):
        raise TypeError(f"Cannot feed {dtype.name} tensor {tensor.name}: it leads to something inside a session.")
    numpy_dtype = np.dtype(dtype.as_numpy_dtype)
    seen: tuple[int, ...] | None = None

    def convert(value: Any) -> np.ndarray[Any, Any]:
        nonlocal seen
        if type(value) is np.ndarray and (value.dtype is numpy_dtype or value.dtype == numpy_dtype):
            array = value
        elif type(value) is TensorHandle:
            array = session._kept_tensor(value.handle, tensor)
        else:
            array = _converted(tensor, value, numpy_dtype)
        if array.shape != seen:
            _check_shape(tensor, array.shape)
            seen = array.shape
        return array

    return convert


def _converted(tensor: Tensor, value: Any, dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    if isinstance(value, Tensor):
        raise TypeError(
            "The value of a feed cannot be a tf.Tensor object. Acceptable feed values include Python scalars, strings, "
            f"lists, numpy ndarrays, or TensorHandles. For reference, the tensor object was {value} which was passed "
            f"to the argument `feed_dict` with key {tensor}."
        )
    if (
        isinstance(value, int)
        and not isinstance(value, bool)
        and dtype.kind in "iu"
        and int(dtype.type(value)) != value
    ):
        raise TypeError(
            f"Type of feed value {value} with type {type(value)} is not compatible with Tensor type {dtype}."
        )
    return np.asarray(value, dtype)


def _check_shape(tensor: Tensor, shape: tuple[int, ...]) -> None:
    if not tensor.shape.is_compatible_with(shape):
        raise ValueError(f"Cannot feed value of shape {shape} for Tensor {tensor.name}, which has shape {tensor.shape}")
