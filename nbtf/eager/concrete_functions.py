"""One function of a graph's library, with the tensors it captured: what a traced or restored function consists of."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nbtf import nest
from nbtf.control_flow.type_specs import type_spec_from_value
from nbtf.eager.arguments import bound_to_specs, type_text
from nbtf.graph import function_calls
from nbtf.graph.collections import GraphKeys
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.func_graph import FuncGraph
from nbtf.graph.graph import Graph
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec, TypeSpec


class CallableFunction:
    """What functions of a library have in common, however they came there. Subclasses fill in what the library holds."""

    structured_input_signature: Any
    """(args, kwargs) with specs in the places of tensors."""
    argument_names: Sequence[str]
    """Names of the positional arguments."""

    @property
    def name(self) -> str:
        """In the library of the graph around."""
        raise NotImplementedError

    @property
    def python_name(self) -> str:
        """Of the Python function that was traced."""
        return self.name.removeprefix("__inference_").rpartition("_")[0]

    @property
    def captured_inputs(self) -> list[Tensor]:
        """Tensors of the graph around that the function uses, variables' handles too."""
        raise NotImplementedError

    @property
    def graph(self) -> Graph:
        """The graph of the function's inside."""
        raise NotImplementedError

    @property
    def inputs(self) -> list[Tensor]:
        """Inside: placeholders of the arguments, then those of captured tensors."""
        raise NotImplementedError

    @property
    def outputs(self) -> list[Tensor]:
        """Inside: the results, flat."""
        raise NotImplementedError

    @property
    def structured_outputs(self) -> Any:
        """The results, or specs of them, in the structure that the function returned."""
        raise NotImplementedError

    @property
    def output_specs(self) -> Any:
        """Specs of the results in their structure."""
        return nest.map_structure(
            lambda one: one if one is None else type_spec_from_value(one), self.structured_outputs
        )

    @property
    def output_dtypes(self) -> Any:
        return nest.map_structure(lambda one: one and one.dtype, self.output_specs)

    @property
    def output_shapes(self) -> Any:
        return nest.map_structure(lambda one: one and one.shape, self.output_specs)

    @property
    def function_def(self) -> Any:
        """The FunctionDef in the library."""
        return self._library[self.name]

    @property
    def variables(self) -> tuple[Any, ...]:
        """The variables that the function uses."""
        handles = dict.fromkeys(self.captured_inputs)
        return tuple(_variables_of(handles))

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        return tuple(variable for variable in self.variables if variable.trainable)

    def pretty_printed_signature(self, verbose: bool = True) -> str:
        """Arguments and results as a text of several lines."""
        lines = ["Input Parameters:"]
        args, kwargs = self.structured_input_signature
        for name, spec in zip(self.argument_names, args, strict=True):
            lines.append(f"  {name} (POSITIONAL_OR_KEYWORD): {type_text(spec)}")
        for name, spec in kwargs.items():
            lines.append(f"  {name} (KEYWORD_ONLY): {type_text(spec)}")
        lines += ["Output Type:", f"  {type_text(self.output_specs)}", "Captures:"]
        captures = [f"  {id(one)}: {TensorSpec(one.shape, one.dtype)}" for one in self.captured_inputs] or ["  None"]
        return "\n".join([*lines, *captures])

    def __str__(self) -> str:
        return f"ConcreteFunction {self.pretty_printed_signature()}"

    def _trackable_children(self) -> dict[str, Any]:
        """What a checkpoint of objects finds: no variable, but `variables` may be a part of its own."""
        return {}

    # ---- calls ----

    @property
    def _library(self) -> Mapping[str, Any]:
        return self.graph._functions

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Adds a call to the default graph; gives the results in their structure.

        Arguments are given as the function's own, or flat: a tensor each, in order or by their names. Raises TypeError
        for arguments that do not fit.
        """
        return self._called_with(self._bound(args, kwargs))

    def _bound(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[Any]:
        """The tensors that arguments consist of."""
        specs, named = self.structured_input_signature
        try:
            return bound_to_specs(self.argument_names, specs, named, args, kwargs)
        except TypeError as error:
            structured = str(error)
        try:
            return self._bound_flat(args, kwargs)
        except TypeError as error:
            raise TypeError(f"{structured}\nFallback to flat signature also failed due to: {error}") from None

    def _flat_specs(self) -> list[TensorSpec]:
        """Specs of the tensors that a call gives, under the names that they may be given by, each another one."""
        found: dict[str, TensorSpec] = {}
        args, kwargs = self.structured_input_signature
        for name, structure in [*zip(self.argument_names, args, strict=True), *sorted(kwargs.items())]:
            for spec in nest.flatten(structure):
                for part in spec._component_specs() if isinstance(spec, TypeSpec) else ():
                    asked = part.name or name
                    unique = next(one for one in _numbered(asked) if one not in found)
                    found[unique] = TensorSpec(part.shape, part.dtype, unique)
        return list(found.values())

    def _bound_flat(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[Any]:
        specs = self._flat_specs()
        names = [str(spec.name) for spec in specs]
        label = f"{self.python_name}({', '.join(names)})"
        if len(args) > len(specs):
            raise TypeError(f"{label} takes {len(specs)} positional arguments, got {len(args)}.")
        given = dict(zip(names, args, strict=False))
        for name, value in kwargs.items():
            if name in given:
                raise TypeError(f"{label} got two values for '{name}'.")
            given[name] = value
        missing = [name for name in names if name not in given]
        if missing:
            raise TypeError(f"{label} missing required arguments: {', '.join(missing)}.")
        if len(given) > len(names):
            unexpected = ", ".join(sorted(set(given) - set(names)))
            raise TypeError(f"{label} got unexpected keyword arguments: {unexpected}.")
        return [convert_to_tensor(given[name], spec.dtype) for name, spec in zip(names, specs, strict=True)]

    def _called_with(self, tensors: Sequence[Any]) -> Any:
        """The results of a call with these tensors as arguments."""
        raise NotImplementedError

    def _packed(self, results: Sequence[Tensor]) -> Any:
        """Results in their structure."""
        leaves = iter(results)

        def value(spec: Any) -> Any:
            return spec and spec._from_components([next(leaves) for _ in spec._component_specs()])

        return nest.map_structure(value, self.output_specs)


class ConcreteFunction(CallableFunction):
    """A function that was traced."""

    def __init__(self, body: FuncGraph, structured_specs: Any, argument_names: Sequence[str]) -> None:
        """structured_specs: (args, kwargs), with specs for tensors. argument_names: of the positional arguments."""
        self._body = body
        self.structured_input_signature, self.argument_names = structured_specs, argument_names

    @property
    def name(self) -> str:
        return self._body.name

    @property
    def captured_inputs(self) -> list[Tensor]:
        return self._body.external_captures

    @property
    def graph(self) -> FuncGraph:
        return self._body

    @property
    def inputs(self) -> list[Tensor]:
        return list(self._body.inputs)

    @property
    def outputs(self) -> list[Tensor]:
        return list(self._body.outputs)

    @property
    def structured_outputs(self) -> Any:
        return self._body.structured_outputs

    def _called_with(self, tensors: Sequence[Any]) -> Any:
        results = function_calls.call(self._body, [*tensors, *self.captured_inputs])
        return nest.pack_sequence_as(
            self.structured_outputs,
            _in_places(nest.flatten(self.structured_outputs, expand_composites=True), results),
            expand_composites=True,
        )


def _numbered(name: str) -> Iterator[str]:
    """The name, and the name with numbers."""
    yield name
    yield from (f"{name}_{i}" for i in itertools.count(1))


def _in_places(leaves: Sequence[Any], results: Sequence[Tensor]) -> list[Any]:
    """Results where leaves are tensors."""
    found = iter(results)
    return [next(found) if isinstance(leaf, Tensor) else leaf for leaf in leaves]


def _variables_of(handles: Mapping[Tensor, None]) -> list[Any]:
    """The variables that are known of a graph with these handles, in the order of the handles."""
    known: dict[Tensor, Any] = {}
    for graph in {tensor.graph for tensor in handles}:
        for key in (GraphKeys.GLOBAL_VARIABLES, GraphKeys.LOCAL_VARIABLES):
            for variable in graph.get_collection_ref(key):
                handle = getattr(variable, "handle", None)
                if isinstance(handle, Tensor):
                    known.setdefault(handle, variable)
    return [known[handle] for handle in handles if handle in known]
