"""tf.gradients: the chain rule over a graph, from the targets back to the sources.

Every operation between sources and targets is visited once, when the gradients of all its outputs are there; its
gradient function then makes those of its inputs. What several consumers say about one tensor is summed up.
"""

from __future__ import annotations

import collections
import enum
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from nbtf import dtypes
from nbtf.graph import control_flow_nodes as nodes
from nbtf.graph import gradient_control_flow as control_flow
from nbtf.graph import gradient_terms
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.gating import gated
from nbtf.graph.gradient_calls import called_gradient, has_known_body, is_function_call
from nbtf.graph.gradient_registry import gradient_function
from nbtf.graph.gradient_seeds import initial_gradients
from nbtf.graph.gradient_sums import aggregated, is_gradient
from nbtf.graph.indexed_slices import convert_to_tensor_or_indexed_slices
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor

_TRAINABLE = frozenset(
    [
        dtypes.float16,
        dtypes.float32,
        dtypes.float64,
        dtypes.bfloat16,
        dtypes.complex64,
        dtypes.complex128,
        dtypes.resource,
        dtypes.variant,
    ]
)


class UnconnectedGradients(enum.Enum):
    """What the gradient is where no way leads from a source to the targets."""

    NONE = "none"
    ZERO = "zero"


class AggregationMethod:
    """How the gradients that several consumers give are summed: all at once, or one after the other."""

    ADD_N = 0
    DEFAULT = ADD_N
    EXPERIMENTAL_TREE = 1
    EXPERIMENTAL_ACCUMULATE_N = 2


def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str = "gradients",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: int | None = None,
    stop_gradients: Any = None,
    unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
) -> list[Any]:
    """Derivatives of the sum of all elements of `ys` by each of `xs`: tensors of their shapes, IndexedSlices, or None.

    ys, xs, stop_gradients: a tensor (for xs also a variable) or a list of them. grad_ys: what the gradients of ys are
    instead of ones. Gradients do not pass through `stop_gradients`.
    gate_gradients: all gradients of an operation are computed before any of them is used.
    Raises LookupError for an operation on the way whose type has no gradient, TypeError and ValueError for gradients
    of the wrong type, shape or number.
    """
    sources = [_source(x) for x in _as_list(xs)]
    targets = [_read(y) for y in _as_list(ys)]
    stops = [] if stop_gradients is None else _as_list(stop_gradients)
    try:
        unconnected = UnconnectedGradients(unconnected_gradients)
    except ValueError:
        raise ValueError(f"Unknown value for unconnected_gradients: {unconnected_gradients!r}") from None
    seeds = [None] * len(targets) if grad_ys is None else _as_list(grad_ys)
    with name_scope(name, "gradients", [*targets, *sources, *stops, *seeds]):
        targets = [convert_to_tensor_or_indexed_slices(y, name=f"y_{i}") for i, y in enumerate(targets)]
        sources = [convert_to_tensor_or_indexed_slices(x, name=f"x_{i}", as_ref=True) for i, x in enumerate(sources)]
        with_ops = colocate_gradients_with_ops
        seeds = initial_gradients(seeds, targets, lambda op: colocated(op, with_ops))
        walk = _Walk(targets, sources, stops, with_ops, gate_gradients, aggregation_method)
        walk.run(seeds)
    if walk.loops is not None:
        walk.loops.post_processing()
    return [walk.result(x, unconnected) for x in sources]


def is_trainable(tensor: Tensor) -> bool:
    """Whether gradients may flow through a tensor: what its dtype, or of a variant its elements' dtype, tells."""
    dtype = tensor.dtype.base_dtype
    if dtype == dtypes.variant and tensor.handle_data:
        kinds = {held for held, _ in tensor.handle_data}
        if len(kinds) == 1:
            dtype = kinds.pop().base_dtype
    return dtype in _TRAINABLE


def colocated(op: Operation, wanted: bool) -> Any:
    """A context in which operations are colocated with `op`, if that is wanted."""
    return get_default_graph().colocate_with(op) if wanted else nullcontext()


def _as_list(values: Any) -> list[Any]:
    return list(values) if isinstance(values, (list, tuple)) else [values]


def _source(x: Any) -> Any:
    """What is differentiated by: of a resource variable its handle."""
    handle = getattr(x, "handle", None)
    return handle if isinstance(handle, Tensor) else x


def _read(y: Any) -> Any:
    """The value of a resource variable among the targets."""
    return y.value() if isinstance(getattr(y, "handle", None), Tensor) else y


class _Walk:
    """One call of tf.gradients."""

    def __init__(
        self,
        targets: Sequence[Any],
        sources: Sequence[Any],
        stops: Sequence[Any],
        colocate_gradients_with_ops: bool,
        gate_gradients: bool,
        aggregation_method: int | None,
    ) -> None:
        self._targets = targets
        self._sources = sources
        self._colocate = colocate_gradients_with_ops
        self._gate = gate_gradients
        self._aggregation_method = aggregation_method
        self._graph = get_default_graph()
        self._grads: dict[Operation, list[Any]] = {}
        """Gradients of the outputs of an operation: lists of what consumers said, then their sums."""
        source_ops = list(dict.fromkeys(x.op for x in sources))
        target_ops = list(dict.fromkeys(y.op for y in targets))
        self._count_pending(target_ops, source_ops)
        self._stop_ops = self._find_stops(source_ops, [as_op(one) for one in stops])
        self._queue: collections.deque[Operation] = collections.deque()

    # ---- which operations, in which order ----

    def _count_pending(self, target_ops: Sequence[Operation], source_ops: Sequence[Operation]) -> None:
        """Finds the operations between, and how many of their consumers must be visited before each of them."""
        reached = _reached_from(source_ops)
        self._reachable_targets = [op for op in target_ops if op in reached]
        between: dict[Operation, None] = {}
        queue = collections.deque(target_ops)
        while queue:
            op = queue.popleft()
            if op in reached:
                between[op] = None
                reached.remove(op)
                queue.extend(tensor.op for tensor in op.inputs)
        self.loops = control_flow.control_flow_state(between, self._colocate)
        self._pending: collections.Counter[Operation] = collections.Counter(
            tensor.op for op in between for tensor in op.inputs if tensor.op in between
        )

    def _find_stops(self, source_ops: Sequence[Operation], stops: Sequence[Operation]) -> set[Operation]:
        """Sources behind which no other source lies, and where the caller wants no gradients to pass."""
        ends = {op for op in source_ops if all(self._pending[tensor.op] <= 0 for tensor in op.inputs)}
        return ends.union(stops)

    def run(self, seeds: Sequence[Any]) -> None:
        for y, seed in zip(self._targets, seeds, strict=True):
            self._add(y, seed)
        ready = [op for op in self._reachable_targets if not self._pending[op]]
        self._queue.extend(ready)
        if self.loops is not None:
            for exit_ in self.loops.process_unused_loop_exits(self._pending, set(ready)):
                if is_trainable(exit_):
                    self._add(exit_, self.loops.zeros_like_for_exit(exit_))
                    self._queue.append(exit_.op)
        while self._queue:
            self._visit(self._queue.popleft())

    def _visit(self, op: Operation) -> None:
        with colocated(op, self._colocate):
            with self._in_loop(op, before=True):
                gradients_of_outputs = self._aggregate(op)
            function, call = self._gradient_function(op, gradients_of_outputs)
            with self._in_loop(op, before=False):
                self._check_loop_variable(op)
                if function is not None:
                    self._fill_in_zeros(op, gradients_of_outputs, call)
                    gradients_of_inputs = self._differentiate(op, function, gradients_of_outputs)
                    self._give_to_inputs(op, gradients_of_inputs)
        self._enqueue_ready_inputs(op)

    @contextmanager
    def _in_loop(self, op: Operation, before: bool) -> Iterator[None]:
        if self.loops is not None:
            self.loops.enter_grad_while_context(op, before)
        yield
        if self.loops is not None:
            self.loops.exit_grad_while_context(op, before)

    def _enqueue_ready_inputs(self, op: Operation) -> None:
        for tensor in op.inputs:
            source = tensor.op
            self._pending[source] -= 1
            left = self._pending[source]
            if left == 0 or (self.loops is not None and left > 0 and nodes.is_loop_switch(source)):
                if self.loops is not None and nodes.is_loop_exit(source):
                    self._defer_exit(tensor)
                else:
                    self._queue.append(source)

    def _defer_exit(self, exit_: Tensor) -> None:
        """The outputs of a loop are dealt with together: one without a gradient needs zeros where others have some."""
        assert self.loops is not None
        loop = self.loops.get_grad_state(exit_.op, before=False)
        assert loop is not None
        loop.deferred_exits.append(exit_)
        loop.pending_exits_count -= 1
        if loop.pending_exits_count:
            return
        used = [one for one in loop.deferred_exits if self._has_gradient(one.op)]
        loop.unused_exits.extend(one for one in loop.deferred_exits if one not in used)
        self._queue.extend(one.op for one in used)
        for one in loop.unused_exits:
            if used and is_trainable(one):
                self._add(one, self.loops.zeros_like_for_exit(one))
            self._queue.append(one.op)

    # ---- gradients ----

    def _add(self, tensor: Tensor, gradient: Any) -> None:
        """One more summand of the gradient of `tensor`."""
        lists = self._grads.setdefault(tensor.op, [[] for _ in tensor.op._outputs])
        if isinstance(lists[tensor.value_index], list):
            lists[tensor.value_index].append(gradient)
        else:  # a loop's Switch is visited twice: the second time with what came round the loop
            assert nodes.is_loop_switch(tensor.op)
            lists[tensor.value_index] = gradient

    def _has_gradient(self, op: Operation) -> bool:
        found = self._grads.get(op, ())
        return any(is_gradient(one) or (one and any(is_gradient(item) for item in one)) for one in found)

    def _aggregate(self, op: Operation) -> list[Any]:
        """The gradient of each output of `op`: the sum of what its consumers gave, None where they gave none."""
        found = self._grads.get(op)
        if found is None:
            return [None] * len(op._outputs)
        for i, summands in enumerate(found):
            if not is_gradient(summands) and summands is not None:
                found[i] = aggregated(summands, op, self._aggregation_method) if summands else None
        return found

    def _gradient_function(self, op: Operation, gradients_of_outputs: Sequence[Any]) -> tuple[Any, bool]:
        """What makes the gradients of `op`, None where there is nothing to make; whether all outputs must have one."""
        if op in self._stop_ops or not any(is_gradient(one) for one in gradients_of_outputs):
            return None, False
        try:
            return gradient_function(op), False
        except LookupError:
            if is_function_call(op):
                return called_gradient, not has_known_body(op)
            raise LookupError(
                f"No gradient defined for operation '{op.name}' (op type: {op.type}). In general every operation must "
                "have an associated `@tf.RegisterGradient` for correct autodiff, which this op is lacking. If you want "
                "to pretend this operation is a constant in your program, you may insert `tf.stop_gradient`. This can "
                "be useful to silence the error in cases where you know gradients are not needed."
            ) from None

    def _fill_in_zeros(self, op: Operation, gradients_of_outputs: list[Any], call: bool) -> None:
        """Outputs that nothing depends on, of operations of which others matter, have zeros as gradients."""
        for i, gradient in enumerate(gradients_of_outputs):
            if is_gradient(gradient) or not (call or is_trainable(op._outputs[i])):
                continue
            if self.loops is not None:
                gradients_of_outputs[i] = self.loops.zeros_like(op, i)
            elif op._outputs[i].dtype != dtypes.resource or op._outputs[i].handle_data:
                gradients_of_outputs[i] = control_flow.zeros_like_outside_loops(op, i)

    def _differentiate(self, op: Operation, function: Any, gradients_of_outputs: Sequence[Any]) -> list[Any]:
        with self._graph.name_scope(op.name + "_grad"):
            found = _as_list(function(op, *gradients_of_outputs))
            if len(found) != len(op.inputs) and op.type not in ("While", "StatelessWhile"):
                raise ValueError(
                    f"Num gradients {len(found)} generated for op {op.node_def} do not match num inputs "
                    f"{len(op.inputs)}"
                )
            return self._gated(found) if self._gate else found

    def _gated(self, found: list[Any]) -> list[Any]:
        """The same gradients, each after all of them."""
        if sum(one is not None for one in found) < 2:
            return found
        with self._graph.device(None), self._graph.colocate_with(None, ignore_existing=True):
            return gated(found)

    def _give_to_inputs(self, op: Operation, gradients_of_inputs: Sequence[Any]) -> None:
        for i, (tensor, gradient) in enumerate(zip(op.inputs, gradients_of_inputs, strict=False)):
            if gradient is None:
                continue
            if isinstance(gradient, Tensor) and tensor.dtype != dtypes.resource:
                try:
                    gradient.set_shape(tensor.shape)
                except ValueError:
                    raise ValueError(
                        "Incompatible shapes between op input and calculated input gradient. "
                        f"Forward operation: {op.name}. Input index: {i}. Original input shape: {tensor.shape}. "
                        f"Calculated input gradient shape: {gradient.shape}"
                    ) from None
            self._add(tensor, gradient)

    def _check_loop_variable(self, op: Operation) -> None:
        """Inside a loop, gradients by what the loop started with would need all iterations at once."""
        context = op._get_control_flow_context()
        if context is None or not nodes.is_switch(op) or not context.IsWhileContext():
            return
        if context is self._graph._get_control_flow_context():
            sources = ", ".join(x.name for x in self._sources)
            raise ValueError(
                f"Cannot compute gradient inside while loop with respect to op '{sources}'. We do not support taking "
                "the gradient wrt or through the initial value of a loop variable. Gradients can be computed through "
                "loop invariants or wrt the input parameters to the loop body."
            )

    def result(self, x: Any, unconnected: UnconnectedGradients) -> Any:
        found = self._grads.get(x.op)
        gradient = None if found is None else found[x.value_index]
        if gradient is None and unconnected is UnconnectedGradients.ZERO:
            if found is None and x.dtype == dtypes.resource:
                return gradient_terms.zeros(raw.VariableShape(x), control_flow.zeros_dtype(x))
            return gradient_terms.zeros_like(x)
        return gradient


def _reached_from(source_ops: Sequence[Operation]) -> set[Operation]:
    """All operations to which a way of differentiable tensors leads."""
    reached: set[Operation] = set()
    pending = list(source_ops)
    while pending:
        op = pending.pop()
        if op not in reached:
            reached.add(op)
            for tensor in op._outputs:
                if is_trainable(tensor):
                    pending.extend(tensor._consumers or ())
    return reached


def as_op(element: Any) -> Operation:
    """The operation of a tensor or variable."""
    op: Operation = element if isinstance(element, Operation) else element.op
    return op
