"""Functions of tensors that have values: what py_function runs.

A call builds what the function asks for into a graph of its own, in which every tensor can tell its value; the same
graph has the gradients that a run asks for afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from nbtf import nest
from nbtf.control_flow.calling_python import call_node
from nbtf.dtypes import DType, as_dtype
from nbtf.graph import python_functions
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.gradient_walk import gradients
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.session import Session


class EagerTensor(Tensor):
    """A tensor that has its value when it is asked for it."""

    __slots__ = ()

    def numpy(self) -> Any:
        """The value: an array, of a scalar a numpy scalar."""
        graph = self.graph
        assert isinstance(graph, _EagerGraph)
        return graph.session.run(self)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.asarray(self.numpy(), dtype)

    def __bool__(self) -> bool:  # type: ignore[override]
        return bool(self.numpy())

    def __int__(self) -> int:
        return int(self.numpy())

    def __float__(self) -> float:
        return float(self.numpy())

    def __index__(self) -> int:
        return int(self.numpy())

    def __len__(self) -> int:  # type: ignore[override]
        return len(self.numpy())

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))


class _EagerGraph(Graph):
    """A graph for one call."""

    tensor_class = EagerTensor

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(graph=self)


class EagerFunction:
    """A function of tensors as a function of arrays."""

    def __init__(self, function: Callable[..., Any], dtypes: Sequence[Any]) -> None:
        self._function = function
        self._dtypes = [as_dtype(dtype) for dtype in dtypes]
        self._calls: list[tuple[list[Tensor], list[Tensor]]] = []
        """Inputs and outputs of calls whose gradients nobody has asked for yet, where anybody may."""
        self.differentiated = False

    def __call__(self, *arrays: Any) -> list[Any]:
        graph = _EagerGraph()
        with graph.as_default(), graph.session.as_default():
            inputs = [constant(array) for array in arrays]
            result = self._function(*inputs)
            values = [] if result is None or isinstance(result, Operation) else nest.flatten(result)
            if isinstance(result, Operation):
                graph.session.run(result)
            outputs = [convert_to_tensor(value, dtype) for value, dtype in zip(values, self._dtypes, strict=False)] + [
                convert_to_tensor(value) for value in values[len(self._dtypes) :]
            ]
            if self.differentiated:
                self._calls.append((inputs, outputs))
            return graph.session.run(outputs) if outputs else []

    def backward(self, *output_gradients: Any) -> list[Any]:
        """Gradients of the inputs of the last call that has none yet."""
        inputs, outputs = self._calls.pop()
        graph = inputs[0].graph
        assert isinstance(graph, _EagerGraph)
        with graph.as_default():
            seeds = [constant(array) for array in output_gradients]
            found = gradients(outputs, inputs, grad_ys=seeds)
            zeros = [
                raw.ZerosLike(x) if dx is None else convert_to_tensor(dx) for x, dx in zip(inputs, found, strict=True)
            ]
            found = graph.session.run(zeros)
            return list(found)

    def gradient(self, op: Operation, output_gradients: Sequence[Any]) -> list[Any]:
        """The gradient of a node that calls this function: another one, that runs after it."""
        self.differentiated = True
        dtypes: list[DType] = [tensor.dtype for tensor in op.inputs]
        token = python_functions.register(self.backward, op.graph)
        with op.graph.control_dependencies(op.outputs):
            found: list[Any] = raw.EagerPyFunc(list(output_gradients), token=token, Tout=dtypes)
        return found


def py_function(
    func: Callable[..., Any] | None = None, inp: Any = None, Tout: Any = None, name: str | None = None
) -> Any:
    """What func returns for the tensors `inp` once they have values: func may ask for them and compute with them.

    func gets tensors with a method `numpy()`, may use any function of this library on them, and is differentiable.
    Tout: the dtype func returns, or a list of dtypes. Raises ValueError for a func that cannot be called.
    """
    dtypes = Tout if isinstance(Tout, (list, tuple)) else [Tout]
    function: Any = EagerFunction(func, dtypes) if callable(func) else func
    return call_node(raw.EagerPyFunc, function, inp, Tout, name)
