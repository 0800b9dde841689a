"""The objects of which a SavedModel consists: those of a checkpoint, and functions, signatures and constants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.eager.concrete_functions import CallableFunction
from nbtf.eager.tracing import Function
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import constant
from nbtf.graph.tensor import Tensor
from nbtf.saved_model.restored_objects import SignatureMap
from nbtf.train import tracking
from nbtf.train.object_graph import objects_below

SIGNATURES = "signatures"


class SavedConstant:
    """A tensor of known value that functions use."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def _trackable_children(self) -> dict[str, Any]:
        return {}


class ObjectView:
    """Tells the children of each object; the root has the signatures among its own."""

    def __init__(self, root: Any, signatures: SignatureMap) -> None:
        self._root, self._signatures = root, signatures
        self._assets = {one.asset_path: one for one in objects_below(root) if is_asset(one)}
        self.constants: dict[Tensor, SavedConstant] = {}
        self._known: dict[int, dict[str, Any]] = {}

    def children(self, value: Any) -> dict[str, Any]:
        if id(value) not in self._known:
            self._known[id(value)] = self._found(value)
        return self._known[id(value)]

    def _found(self, value: Any) -> dict[str, Any]:
        if isinstance(value, Function):
            if value.input_signature is not None:
                value.get_concrete_function()
            return {f"trace_{i}": one for i, one in enumerate(value.concrete_functions)}
        if isinstance(value, CallableFunction):
            return self._captured_by(value)
        found = tracking.children(value)
        if is_resource(value):
            return found if "_create_resource" in found else {**found, **_resource_functions(value)}
        if isinstance(value, (list, tuple, dict, SignatureMap)):
            return found
        found = {name: one for name, one in found.items() if not isinstance(one, (Function, CallableFunction))}
        found |= functions_of(value)
        return {**found, SIGNATURES: self._signatures} if value is self._root else found

    def _captured_by(self, function: CallableFunction) -> dict[str, Any]:
        """Assets and constants; variables and tables are found where they are kept."""
        found = {}
        for i, tensor in enumerate(function.captured_inputs):
            if tensor in self._assets:
                found[f"capture_{i}"] = self._assets[tensor]
            elif tensor.dtype.base_dtype.name != "resource":
                found[f"capture_{i}"] = self._constant(tensor, function)
        return found

    def _constant(self, tensor: Tensor, function: CallableFunction) -> SavedConstant:
        if tensor not in self.constants:
            value = constant_value(tensor)
            if value is None:
                raise ValueError(
                    f"Unable to save function {function.name} because it captures graph tensor {tensor} from a parent "
                    "function which cannot be converted to a constant with `tf.get_static_value`."
                )
            self.constants[tensor] = SavedConstant(value)
        return self.constants[tensor]


def functions_of(value: Any) -> dict[str, Any]:
    """The tf.functions among the attributes and methods of an object, by name."""
    found = {}
    own, kind = getattr(value, "__dict__", {}), type(value)
    for name in dir(value):  # properties are not asked
        if isinstance(own[name] if name in own else getattr(kind, name, None), (Function, CallableFunction)):
            found[name] = getattr(value, name)
    return found


def is_asset(value: Any) -> bool:
    """Whether a file belongs to it."""
    return isinstance(getattr(value, "asset_path", None), Tensor)


def is_resource(value: Any) -> bool:
    """Whether it is a table or the like, which functions of the model have to make again."""
    return hasattr(value, "_create_resource") and hasattr(value, "resource_handle")


def _resource_functions(value: Any) -> dict[str, Any]:
    """What makes the resource, fills it, and is called when it is not needed any more."""
    made = getattr(value, "_saved_functions", None)
    if made is None:

        def initialize() -> Any:
            value._initialize()
            return constant(1)  # functions return something

        made = {
            "_create_resource": Function(_named("_creator", value._create_resource), ()),
            "_initialize": Function(_named("_initializer", initialize), ()),
            "_destroy_resource": Function(_named("_destroyer", lambda: constant(1)), ()),
        }
        value._saved_functions = made
    return dict(made)


def _named(name: str, function: Callable[[], Any]) -> Callable[[], Any]:
    def called() -> Any:
        return function()

    called.__name__ = name
    return called
