"""GradientTape: gradients of what was computed while it recorded, by the tensors it watched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from nbtf import dtypes, nest
from nbtf.array.filling import zeros_like
from nbtf.array.joining import concat
from nbtf.array.shapes import reshape, shape, transpose
from nbtf.control_flow.looping import while_loop
from nbtf.control_flow.tensor_array import TensorArray
from nbtf.graph.collections import GraphKeys
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.gradient_walk import UnconnectedGradients, gradients
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.math.reductions import reduce_sum


class GradientTape:
    """Records operations within its `with` block.

        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
        dy_dx = tape.gradient(y, x)

    persistent: `gradient` may be called more than once. watch_accessed_variables: trainable variables are watched.
    Gradients are nodes as `tf.gradients` makes them, under its names; operations made outside of the block are constants.
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._persistent = persistent
        self._watch_variables = watch_accessed_variables
        self._recording = False
        self._used = False
        self._entered = False
        self.reset_state()

    def reset_state(self) -> None:
        self._watched: list[Any] = []
        self._spans: list[list[int | None]] = []

    # ---- recording -----------------------------------------------------------------------------------------------------

    def __enter__(self) -> GradientTape:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._recording:
            self._stop()

    def _start(self) -> None:
        if self._recording:
            raise ValueError("Tape is still recording, This can happen if you try to re-enter an already-active tape.")
        self._graph = get_default_graph()
        self._spans.append([len(self._graph.get_operations()), None])
        self._recording = True

    def _stop(self) -> None:
        if not self._recording:
            raise ValueError("Tape is not recording.")
        self._spans[-1][1] = len(self._graph.get_operations())
        self._recording = False

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Operations of this block are not recorded. Raises ValueError where nothing is recorded."""
        self._stop()
        try:
            yield
        finally:
            self._start()

    def reset(self) -> None:
        """Forgets what was recorded and watched."""
        was_recording = self._recording
        if was_recording:
            self._stop()
        self.reset_state()
        if was_recording:
            self._start()

    def watch(self, tensor: Any) -> None:
        """Gradients will be asked by this tensor, variable or structure of them.

        Raises ValueError for what is neither.
        """
        for one in nest.flatten(tensor, expand_composites=True):
            if not isinstance(one, Tensor) and not hasattr(one, "initializer"):
                raise ValueError(f"Passed in object {one} of type {type(one).__name__!r}, not tf.Tensor or tf.Variable")
            self._watched.append(one)

    def watched_variables(self) -> tuple[Any, ...]:
        """The variables that were watched, or read in the block, in the order of their creation."""
        variables = self._variables() if self._watch_variables else []
        given = [one for one in self._watched if not isinstance(one, Tensor)]
        return tuple(dict.fromkeys([*given, *variables]))

    def _variables(self) -> list[Any]:
        """Trainable variables that a recorded operation reads."""
        read = {source.op for operation in self._recorded() for source in operation.inputs}
        variables = self._graph.get_collection(GraphKeys.TRAINABLE_VARIABLES)
        return [one for one in variables if self._operations_of(one) & read]

    @staticmethod
    def _operations_of(variable: Any) -> set[Operation]:
        made = {variable.op}
        for name in ("_snapshot", "handle", "_graph_element"):
            element = getattr(variable, name, None)
            if isinstance(element, Tensor):
                made.add(element.op)
        return made

    def _recorded(self) -> list[Operation]:
        operations = self._graph.get_operations()
        return [one for start, end in self._spans for one in operations[start:end]]

    # ---- gradients -----------------------------------------------------------------------------------------------------

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
    ) -> Any:
        """The derivatives of the sum of `target` by `sources`: the structure of sources; None where there is none.

        output_gradients: what the gradients of target are instead of ones. Raises RuntimeError for a second call of a
        tape that is not persistent.
        """
        self._use()
        flat = nest.flatten(sources)
        targets = [convert_to_tensor(one) for one in nest.flatten(target)]
        given = None if output_gradients is None else nest.flatten(output_gradients)
        return nest.pack_sequence_as(sources, self._gradients(targets, flat, given, unconnected_gradients))

    def _use(self) -> None:
        if self._used and not self._persistent:
            raise RuntimeError(
                "A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians)"
            )
        if self._recording and not self._persistent:
            self._stop()
        self._used = True

    def _gradients(
        self,
        targets: Sequence[Tensor],
        sources: Sequence[Any],
        given: Any,
        unconnected: UnconnectedGradients | str,
    ) -> list[Any]:
        recorded = set(self._recorded())
        reached = self._reached(recorded)
        asked = [one for one in sources if self._is_reached(one, reached, recorded)]
        found: dict[int, Any] = {}
        live = [i for i, one in enumerate(targets) if one.op in reached or any(one is s for s in asked)]
        if asked and live:
            ys = [targets[i] for i in live]
            grad_ys = None if given is None else [given[i] for i in live]
            stops = self._constants(reached, asked)
            made = gradients(ys, asked, grad_ys=grad_ys, stop_gradients=stops)
            found = {id(one): gradient for one, gradient in zip(asked, made, strict=True)}
        zero = UnconnectedGradients(unconnected) == UnconnectedGradients.ZERO
        results = []
        for one in sources:
            gradient = found.get(id(one))
            results.append(zeros_like(one) if gradient is None and zero else gradient)
        return results

    def _constants(self, reached: set[Operation], asked: Sequence[Any]) -> list[Tensor] | None:
        """What recorded operations read that depends on nothing watched: gradients stop there."""
        read = [source for operation in self._recorded() for source in operation.inputs]
        found = [one for one in read if one.op not in reached and not self._is_asked(one, asked)]
        return list(dict.fromkeys(found)) or None

    def _starts(self) -> set[Operation]:
        """Operations of what is watched."""
        starts = {one.op for one in self._watched if isinstance(one, Tensor)}
        for variable in self.watched_variables():
            starts |= self._operations_of(variable)
        return starts

    def _reached(self, recorded: set[Operation]) -> set[Operation]:
        """Watched operations, and the recorded ones that depend on them."""
        reached = self._starts()
        for operation in self._graph.get_operations():
            if operation in recorded and any(source.op in reached for source in operation.inputs):
                reached.add(operation)
        return reached

    def _is_reached(self, source: Any, reached: set[Operation], recorded: set[Operation]) -> bool:
        if isinstance(source, Tensor):
            return source.op in reached
        return bool(self._operations_of(source) & self._starts())

    def _is_asked(self, tensor: Tensor, asked: Sequence[Any]) -> bool:
        return any(
            tensor is one or (not isinstance(one, Tensor) and tensor.op in self._operations_of(one)) for one in asked
        )

    # ---- matrices of derivatives -----------------------------------------------------------------------------------------

    def jacobian(
        self,
        target: Any,
        sources: Any,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The derivative of each element of `target` by sources: for each source [*target, *source].

        A loop takes the gradient of each element; experimental_use_pfor changes nothing.
        """
        self._use()
        del experimental_use_pfor
        flat = nest.flatten(sources)
        target = convert_to_tensor(target)
        elements, dims = reshape(target, [-1]), shape(target)
        rows = self._stacked(elements, flat, parallel_iterations, unconnected_gradients)
        made = [row if row is None else reshape(row, concat([dims, shape(row)[1:]], 0)) for row in rows]
        return nest.pack_sequence_as(sources, made)

    def batch_jacobian(
        self,
        target: Any,
        source: Any,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The derivatives within each row of a batch: target [b, ...], source [b, ...] -> [b, *target row, *source row]."""
        self._use()
        del experimental_use_pfor
        target = convert_to_tensor(target)
        if target.dims is None or source.shape.rank is None or target.dims[:1] != tuple(source.dims[:1]):
            raise ValueError(
                f"Need first dimension of target shape ({target.shape}) and source shape ({source.shape}) to match."
            )
        dims = shape(target)
        columns = reduce_sum(reshape(target, [dims[0], -1]), 0)  # a row of the batch depends only on its own source
        (stacked,) = self._stacked(columns, [source], parallel_iterations, unconnected_gradients)
        if stacked is None:
            return None
        rows = transpose(stacked, [1, 0, *range(2, len(stacked.shape))])
        return reshape(rows, concat([dims, shape(source)[1:]], 0))

    def _stacked(
        self,
        elements: Tensor,
        sources: list[Any],
        parallel_iterations: int | None,
        unconnected: UnconnectedGradients | str,
    ) -> list[Any]:
        """For each source the gradients of all elements: [elements, *source]; None where there is none."""
        recorded = set(self._recorded())
        reached = self._reached(recorded)
        zero = UnconnectedGradients(unconnected) == UnconnectedGradients.ZERO
        results: list[Any] = []
        count = shape(elements)[0]
        for source in sources:
            if not self._is_reached(source, reached, recorded) and not zero:
                results.append(None)
                continue
            dtype = dtypes.as_dtype(source.dtype).base_dtype
            start = [constant(0, dtypes.int32), TensorArray(dtype, count, element_shape=source.shape)]

            stops = self._constants(reached, [source])

            def body(i: Any, rows: Any, source: Any = source, stops: Any = stops) -> Any:
                zero = UnconnectedGradients.ZERO
                made = gradients(elements[i], source, stop_gradients=stops, unconnected_gradients=zero)
                return i + 1, rows.write(i, made[0])

            _, rows = while_loop(lambda i, _: i < count, body, start, parallel_iterations=parallel_iterations or 10)
            results.append(rows.stack())
        return results
