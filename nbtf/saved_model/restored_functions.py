"""Functions of a SavedModel: those of its library, and those that choose among them by their arguments."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nbtf import nest
from nbtf.eager.concrete_functions import CallableFunction
from nbtf.eager.tracing import Function
from nbtf.graph import function_calls
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.function import FunctionBody, function_body
from nbtf.graph.graph import Graph
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec, TypeSpec


class RestoredConcreteFunction(CallableFunction):
    """A function of the library with the tensors that it captured, by which variables and tables come in."""

    def __init__(self, graph: Graph, name: str, structured_input_signature: Any, output_specs: Any) -> None:
        """graph: in whose library the function is, as `name`. What it captured is set later.

        structured_input_signature: (args, kwargs), with specs in the places of tensors. output_specs: of the results.
        """
        self._outer, self._name, self._output_specs = graph, name, output_specs
        self.structured_input_signature = structured_input_signature
        self.argument_names: Sequence[str] = [f"arg_{i}" for i in range(len(structured_input_signature[0]))]
        self._flat_names: list[str] | None = None
        self.captures: list[Any] = []
        """Tensors of the graph around; of a gradient, also tensors of functions."""

    def name_arguments(self, positional: Sequence[str], flat: Sequence[str]) -> None:
        """Says how a call may name arguments. flat: a name a tensor."""
        if len(positional) >= len(self.argument_names):
            self.argument_names = positional[: len(self.argument_names)]
        self._flat_names = list(flat)

    @property
    def name(self) -> str:
        return self._name

    @property
    def captured_inputs(self) -> list[Tensor]:
        return list(self.captures)

    def _body(self) -> FunctionBody:
        return function_body(self._outer, self._name)

    @property
    def graph(self) -> Graph:
        return self._body().graph

    @property
    def inputs(self) -> list[Tensor]:
        return list(self._body().inputs)

    @property
    def outputs(self) -> list[Tensor]:
        return list(self._body().outputs)

    @property
    def structured_outputs(self) -> Any:
        return self._output_specs

    @property
    def output_specs(self) -> Any:
        return self._output_specs

    @property
    def _library(self) -> Mapping[str, Any]:
        return self._outer._functions

    def _flat_specs(self) -> list[TensorSpec]:
        specs = super()._flat_specs()
        if self._flat_names is None or len(self._flat_names) != len(specs):
            return specs
        return [TensorSpec(one.shape, one.dtype, name) for one, name in zip(specs, self._flat_names, strict=True)]

    def _called_with(self, tensors: Sequence[Any]) -> Any:
        definition = self.function_def.signature
        dtypes = [argument.type for argument in definition.output_arg]
        results = function_calls.call_of(self._name, [*tensors, *self.captures], dtypes, definition.is_stateful)
        specs = [one for spec in nest.flatten(self._output_specs) if spec for one in spec._component_specs()]
        for result, spec in zip(results, specs, strict=True):
            result.set_shape(spec.shape)
        function_calls.infer_results(results)
        return self._packed(results)


class RestoredFunction(Function):
    """A tf.function as it was saved: it calls the function of the library that was made for arguments like the call's."""

    def __init__(
        self,
        concrete_functions: Sequence[RestoredConcreteFunction],
        signature: inspect.Signature,
        input_signature: Sequence[Any] | None,
    ) -> None:
        """Parameters as the saved function had them. Functions stand in the order in which they are tried."""

        def restored_function_body(*args: Any, **kwargs: Any) -> Any:
            return self._chosen(args, kwargs)

        super().__init__(restored_function_body, input_signature, signature)
        self._candidates = list(concrete_functions)

    @property
    def concrete_functions(self) -> list[Any]:
        return list(self._candidates)

    def pretty_printed_concrete_signatures(self, verbose: bool = True) -> str:
        """What can be called, as a text."""
        return "\n\n".join(one.pretty_printed_signature(verbose) for one in self._candidates)

    def _chosen(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """The results of the first function that fits the arguments. Raises ValueError where none does."""
        for converting in (False, True):
            for candidate in self._candidates:
                tensors: list[Any] = []
                if _fits(candidate.structured_input_signature, (tuple(args), dict(kwargs)), converting, tensors):
                    return candidate._called_with(tensors)
        raise ValueError(self._refusal(args, kwargs))

    def _refusal(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
        options = [
            f"Option {i}:\n{_listed(*candidate.structured_input_signature)}"
            for i, candidate in enumerate(self._candidates, 1)
        ]
        return (
            "Could not find matching concrete function to call loaded from the SavedModel. Got:\n"
            f"{_listed(args, kwargs)}\n\n Expected these arguments to match one of the following {len(options)} "
            "option(s):\n\n" + "\n\n".join(options)
        )


def _listed(args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    lines = [f"  Positional arguments ({len(args)} total):", *[f"    * {one!r}" for one in args]]
    return "\n".join([*lines, f"  Keyword arguments: {dict(kwargs)}"])


def _fits(expected: Any, value: Any, converting: bool, tensors: list[Any]) -> bool:
    """Whether a value is what specs and literals say; adds its tensors. converting: other values may become tensors."""
    if isinstance(expected, TypeSpec):
        if isinstance(expected, TensorSpec) and converting and not isinstance(value, Tensor):
            try:
                value = convert_to_tensor(value, expected.dtype)
            except (TypeError, ValueError):
                return False
        if isinstance(expected, TensorSpec) and not isinstance(value, Tensor):
            return False
        if not expected.is_compatible_with(value):
            return False
        tensors += nest.flatten(value, expand_composites=True)
        return True
    if isinstance(expected, Mapping):
        if not isinstance(value, Mapping) or set(expected) != set(value):
            return False
        return all(_fits(expected[key], value[key], converting, tensors) for key in sorted(expected))
    if isinstance(expected, (list, tuple)):
        if not isinstance(value, (list, tuple)) or len(expected) != len(value):
            return False
        return all(_fits(a, b, converting, tensors) for a, b in zip(expected, value, strict=True))
    return not isinstance(value, Tensor) and bool(np.all(value == expected))
