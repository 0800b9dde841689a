"""A function for every op of TensorFlow, straight from its signature: raw.Mul(x, y, name="mul").

    raw.TopKV2(x, 3, sorted=False)
    acos = OpFunction("Acos")                           # a public function that is nothing but the op
    in_top_k = OpFunction("InTopKV2", name="in_top_k")

Parameters are the inputs in the signature's order, then attributes without a default, then those with one, then `name`.
Attributes that follow from the inputs are none of them. See `apply_op` for what arguments may be.
"""

from __future__ import annotations

import inspect
from functools import cached_property
from typing import Any, Final

from nbtf.graph import registry
from nbtf.graph.apply_op import apply_op
from nbtf.wire import op_defs


class OpFunction:
    """Adds an operation of one type when it is called. renames: name in the signature -> name of the parameter."""

    def __init__(self, op_type: str, name: str | None = None, **renames: str) -> None:
        self.op_type = op_type
        self.__name__ = self.__qualname__ = name or registry.snake_case(op_type)
        self._renames = renames

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        parameters = self._parameters
        if len(args) > len(parameters):
            raise TypeError(
                f"{self.__name__}() takes {len(parameters)} positional arguments but {len(args)} were given"
            )
        arguments = dict(zip(parameters.values(), args, strict=False))
        for given, value in kwargs.items():
            given = self._renames.get(given, given)
            if given not in parameters:
                raise TypeError(f"{self.__name__}() got an unexpected keyword argument '{given}'")
            name = parameters[given]
            if name in arguments:
                raise TypeError(f"{self.__name__}() got multiple values for argument '{given}'")
            arguments[name] = value
        for value in arguments.values():
            if hasattr(value, "_each_element"):
                return value._each_element(self, arguments)
        try:
            return apply_op(self.op_type, **arguments)
        except (TypeError, ValueError):
            sparse: Any = next(iter(arguments.values()), None)
            if not self._is_unary or not hasattr(sparse, "with_values"):
                raise
            arguments[next(iter(arguments))] = sparse.values
            return sparse.with_values(apply_op(self.op_type, **arguments))  # a function of each element that is there

    @cached_property
    def is_elementwise(self) -> bool:
        """Whether it is a function of each element of its inputs."""
        block = registry.find(self.op_type)
        return block is not None and block.rule is not None

    @property
    def input_names(self) -> list[str]:
        return [one.name for one in self._definition.inputs]

    @cached_property
    def _is_unary(self) -> bool:
        block = registry.find(self.op_type)
        return block is not None and block.rule is not None and len(self._definition.inputs) == 1

    @cached_property
    def _definition(self) -> op_defs.OpDef:
        definition = op_defs.find(self.op_type)
        if definition is None:
            raise AttributeError(f"TensorFlow has no op of type {self.op_type!r}")
        return definition

    @cached_property
    def _parameters(self) -> dict[str, str]:
        """Name of the parameter -> name in the signature, in the order of the parameters."""
        inputs, attrs = self._definition.inputs, self._definition.attrs
        inferred = {attr for one in inputs for attr in (one.type_attr, one.number_attr, one.type_list_attr)}
        given = [attr for attr in attrs.values() if attr.name not in inferred]
        names = [one.name for one in inputs]
        names += [attr.name for attr in given if not attr.has_default]
        names += [attr.name for attr in given if attr.has_default]
        return {self._renames.get(name, name): name for name in (*names, "name")}

    @property
    def __signature__(self) -> inspect.Signature:
        attrs = self._definition.attrs
        parameters = []
        for given, name in self._parameters.items():
            attr = attrs.get(name)
            default = attr.default if attr is not None and attr.has_default else inspect.Parameter.empty
            default = None if given == "name" else default
            parameters.append(inspect.Parameter(given, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default))
        return inspect.Signature(parameters)

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        block = registry.find(self.op_type)
        return block.doc if block is not None else f"Adds an operation of type {self.op_type}."

    def __repr__(self) -> str:
        return f"<function {self.__name__} of op {self.op_type}>"


_AXIS: Final = {"reduction_indices": "axis"}
_RENAMED: Final[dict[str, dict[str, str]]] = {
    **dict.fromkeys(["All", "Any", "EuclideanNorm", "Max", "Mean", "Min", "Prod", "Sum"], _AXIS),
    "ExpandDims": {"dim": "axis"},
    "Select": {"t": "x", "e": "y"},
    "Split": {"split_dim": "axis"},
    "SplitV": {"split_dim": "axis"},
    "Squeeze": {"squeeze_dims": "axis"},
    "Where": {"input": "condition"},
}
"""Parameters that tf.raw_ops calls by other names than the signatures do; both are understood."""


class RawOps:
    """Its attributes are the functions of all op types."""

    def __getattr__(self, op_type: str) -> OpFunction:
        if op_defs.find(op_type) is None:
            raise AttributeError(f"TensorFlow has no op of type {op_type!r}")
        function = OpFunction(op_type, **_RENAMED.get(op_type, {}))
        setattr(self, op_type, function)
        return function

    def __dir__(self) -> list[str]:
        return op_defs.names()


raw = RawOps()
