"""The arguments of one call of a traced function: which are tensors, under which names, and what else decides about it."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nbtf import nest
from nbtf.composite_tensor import CompositeTensor
from nbtf.control_flow.type_specs import type_spec_from_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec, TypeSpec

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class Arguments:
    """Arguments bound to parameters. Tensors, arrays and specs become arguments of the function that is traced.

    With an input signature the values that it describes become tensors, and are traced as it says.
    """

    def __init__(
        self,
        signature: inspect.Signature,
        input_signature: Sequence[Any] | None,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> None:
        """Raises TypeError for arguments that do not fit."""
        expected = [] if input_signature is None else _constraints(signature, input_signature)
        try:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            values = bound.args
            if input_signature is not None:
                values = (*map(_fitted, expected, values), *values[len(expected) :])
        except TypeError as error:
            raise TypeError(
                f"Binding inputs to tf.function failed due to `{error}`. Received args: {tuple(args)} and kwargs: "
                f"{dict(kwargs)} for signature: {described(signature, expected)}."
            ) from None
        self._structure = values, bound.kwargs
        self._places: list[int] = []
        self._count = 0
        self.tensors: list[Any] = []
        """The values of tensor arguments, or specs of them."""
        self.specs: list[TensorSpec] = []
        """What the function is traced for, one a tensor; named as the parameter."""
        said: list[Any] = []
        leaves: list[Any] = []
        for name, value, wanted in self._parameters(signature, expected):
            specs = [None] * len(nest.flatten(value)) if wanted is None else nest.flatten(wanted)
            paths = nest.flatten_with_joined_paths(value, separator="_")
            for (path, leaf), spec in zip(paths, specs, strict=True):
                if isinstance(leaf, (Tensor, TensorSpec, CompositeTensor, np.ndarray, np.generic)):
                    leaves.append(self._add_tensors(name, path, leaf, spec))
                    said.append(leaves[-1])
                else:
                    self._count += 1
                    leaves.append(leaf)
                    said.append(_key_of(leaf))
        self.key = (str(nest.map_structure(lambda _: ".", self._structure)), *said)
        """Calls with equal keys are calls of one function."""
        self.structured_specs = nest.pack_sequence_as(self._structure, leaves)
        """(args, kwargs) with specs in the places of tensors."""

    def _parameters(self, signature: inspect.Signature, expected: Sequence[Any]) -> Any:
        """(name, value, structure of specs or None) of all arguments, in the order of the structure's leaves."""
        args, kwargs = self._structure
        names = [name for name, one in signature.parameters.items() if one.kind in _POSITIONAL]
        rest = next((n for n, one in signature.parameters.items() if one.kind == inspect.Parameter.VAR_POSITIONAL), "")
        self.names = [names[i] if i < len(names) else f"{rest}_{i - len(names)}" for i in range(len(args))]
        """Names of the positional arguments."""
        for i, (name, value) in enumerate(zip(self.names, args, strict=True)):
            yield name, value, expected[i] if i < len(expected) else None
        for name in sorted(kwargs):
            yield name, kwargs[name], None

    def _add_tensors(self, name: str, path: str, leaf: Any, spec: Any) -> Any:
        """Notes what a leaf consists of; gives its spec."""
        if isinstance(leaf, (np.ndarray, np.generic)):
            leaf = convert_to_tensor(leaf)
        found = spec or type_spec_from_value(leaf)
        parts = nest.flatten(leaf, expand_composites=True)
        for part, one in zip(parts, found._component_specs(), strict=True):
            self._places.append(self._count)
            self._count += 1
            self.tensors.append(part)
            self.specs.append(TensorSpec(one.shape, one.dtype.base_dtype, one.name or name))
        if not isinstance(found, TensorSpec):
            return found
        return TensorSpec(found.shape, found.dtype.base_dtype, found.name or "_".join(filter(None, [name, path])))

    @property
    def likes(self) -> list[Any]:
        """What placeholders of the tensors are like: those that refer to a resource are like the tensor."""
        pairs = zip(self.tensors, self.specs, strict=True)
        return [one if isinstance(one, Tensor) and one.handle_data else spec for one, spec in pairs]

    def inside(self, placeholders: Sequence[Tensor]) -> Any:
        """(args, kwargs) with placeholders instead of the tensors."""
        return self._packed(placeholders)

    def _packed(self, tensors: Sequence[Any]) -> Any:
        leaves = nest.flatten(self._structure, expand_composites=True)
        for i, tensor in zip(self._places, tensors, strict=True):
            leaves[i] = tensor
        return nest.pack_sequence_as(self._structure, leaves, expand_composites=True)


def _constraints(signature: inspect.Signature, input_signature: Sequence[Any]) -> list[Any]:
    """Specs of all positional arguments; of those that the input signature leaves out their default values.

    Raises TypeError where one has neither, and where there are more specs than arguments.
    """
    positional = [one for one in signature.parameters.values() if one.kind in _POSITIONAL]
    rest = any(one.kind == inspect.Parameter.VAR_POSITIONAL for one in signature.parameters.values())
    extra = len(input_signature) - len(positional)
    if extra > 0 and not rest:
        raise TypeError(f"input_signature contains {extra} extra type constraints.")
    found = list(input_signature)
    for parameter in positional[len(found) :]:
        if parameter.default is inspect.Parameter.empty:
            raise TypeError(f"input_signature missing type constraint for {parameter.name}")
        found.append(parameter.default)
    return found


def bound_to_specs(
    names: Sequence[str], specs: Sequence[Any], named: Mapping[str, Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> list[Any]:
    """The tensors of arguments, of which specs and literals say what they have to be.

    names: of the positional arguments. Raises TypeError for arguments that do not fit.
    """
    parameters = [_parameter(name, spec, _POSITIONAL[1]) for name, spec in zip(names, specs, strict=True)]
    parameters += [_parameter(name, spec, inspect.Parameter.KEYWORD_ONLY) for name, spec in named.items()]
    try:
        bound = inspect.Signature(parameters).bind(*args, **kwargs)
        bound.apply_defaults()
        wanted = {**dict(zip(names, specs, strict=True)), **named}
        values = {name: _fitted(spec, bound.arguments[name]) for name, spec in wanted.items()}
    except TypeError as error:
        shown = [_Shown(one, f"{one.name}: {type_text(one.annotation)}") for one in parameters]
        raise TypeError(
            f"Binding inputs to tf.function failed due to `{error}`. Received args: {tuple(args)} and kwargs: "
            f"{dict(kwargs)} for signature: {_listed(shown)}."
        ) from None
    found: list[Any] = []
    for name in [*names, *sorted(named)]:
        kinds = nest.flatten(wanted[name])
        for kind, leaf in zip(kinds, nest.flatten(values[name]), strict=True):
            found += nest.flatten(leaf, expand_composites=True) if isinstance(kind, TypeSpec) else []
    return found


def _parameter(name: str, spec: Any, kind: Any) -> inspect.Parameter:
    """A parameter; one that takes no tensor may be left out."""
    literal = not any(isinstance(leaf, TypeSpec) for leaf in nest.flatten(spec))
    return inspect.Parameter(name, kind, default=spec if literal else inspect.Parameter.empty, annotation=spec)


def _fitted(expected: Any, value: Any) -> Any:
    """The value with tensors where the structure of specs says so. Raises TypeError for one that does not fit."""
    if isinstance(expected, Mapping):
        if not isinstance(value, Mapping):
            raise TypeError(f"Can not cast {value!r} to a Dict type.")
        if set(value) != set(expected):
            raise TypeError(f"{value!r} has different keys with the TraceType {type_text(expected)}.")
        return {key: _fitted(expected[key], value[key]) for key in expected}
    if isinstance(expected, (list, tuple)):
        if not isinstance(value, (list, tuple)) or len(value) != len(expected):
            raise TypeError(f"Can not cast {value!r} to {type_text(expected)}.")
        return type(expected)([_fitted(one, item) for one, item in zip(expected, value, strict=True)])
    if isinstance(expected, TensorSpec):
        if isinstance(value, TensorSpec):
            return value
        return _tensor_for(expected, value)
    fits = expected.is_compatible_with(value) if isinstance(expected, TypeSpec) else _key_of(expected) == _key_of(value)
    if not fits:
        raise TypeError(f"Can not cast {value!r} to {type_text(expected)}.")
    return value


def _tensor_for(spec: TensorSpec, value: Any) -> Tensor:
    """The value as a tensor that a spec describes. Raises TypeError where it does not."""
    if not isinstance(value, Tensor):
        try:
            value = convert_to_tensor(value, spec.dtype)
        except (TypeError, ValueError) as error:
            raise TypeError(f"Can not cast {value!r} to {spec}: {error}") from None
    if value.dtype.base_dtype != spec.dtype or not value.shape.is_compatible_with(spec.shape):
        found = TensorSpec(value.shape, value.dtype.base_dtype, spec.name)
        raise TypeError(f"Can not cast {found} to {spec}")
    return value  # type: ignore[no-any-return]


def _key_of(value: Any) -> Any:
    """Equal values mean the same function; what cannot be compared is told apart by identity."""
    try:
        hash(value)
    except TypeError:
        return id(value)
    return (type(value), value)


# ---- text ------------------------------------------------------------------------------------------------------------


def type_text(spec: Any) -> str:
    """How messages name a structure of specs and values."""
    if isinstance(spec, Mapping):
        return f"Dict[{', '.join(f'[{key!r}, {type_text(item)}]' for key, item in spec.items())}]"
    if isinstance(spec, (list, tuple)):
        kind = "Tuple" if isinstance(spec, tuple) else "List"
        return f"{kind}[{', '.join(map(type_text, spec))}]"
    return repr(spec) if isinstance(spec, TypeSpec) else f"Literal[{spec!r}]"


def described(signature: inspect.Signature, kinds: Sequence[Any]) -> str:
    """How messages name a signature, of whose first parameters specs are known: "(x: TensorSpec(...), y)"."""
    shown = []
    for i, parameter in enumerate(signature.parameters.values()):
        known = f"{parameter.name}: {type_text(kinds[i])}" if i < len(kinds) else None
        if known and parameter.default is not inspect.Parameter.empty:
            known += " = <captured_default_value>"
        shown.append(_Shown(parameter, known))
    return _listed(shown)


class _Shown:
    """A parameter and how a message shows it."""

    def __init__(self, parameter: inspect.Parameter, text: str | None) -> None:
        self.kind = parameter.kind
        default = "" if parameter.default is inspect.Parameter.empty else "=<captured_default_value>"
        many: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
        prefix = many.get(parameter.kind, "")
        self.text = text or f"{prefix}{parameter.name}{default}"


def _listed(shown: Sequence[_Shown]) -> str:
    texts: list[str] = []
    for one in shown:
        if one.kind == inspect.Parameter.KEYWORD_ONLY and not any(text.startswith("*") for text in texts):
            texts.append("*")
        texts.append(one.text)
    return f"({', '.join(texts)})"
