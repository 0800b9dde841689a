"""What a Saver saves: variables, parts of variables, and other objects with tensors of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from nbtf import nest
from nbtf.dtypes import DType
from nbtf.graph.collections import GraphKeys, get_collection
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import device as device_scope
from nbtf.graph.scopes import init_scope, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.variables.partitioned import PartitionedVariable
from nbtf.variables.resource_variable import BaseResourceVariable
from nbtf.variables.variable import Variable

REF_VARIABLE_OPS = frozenset(["Variable", "VariableV2"])
_VARIABLE_OPS = REF_VARIABLE_OPS | {"VarHandleOp", "ReadVariableOp"}


class SaveSpec:
    """One tensor in a checkpoint: what is written, the name it is written under, and which part of the whole it is."""

    def __init__(
        self, tensor: Any, slice_spec: str, name: str, dtype: DType | None = None, device: str | None = None
    ) -> None:
        """tensor: a tensor, or a function that makes it when the graph of the save is built (with dtype and device).

        slice_spec: as `7 4 0,3:0,4`; "" for a whole tensor.
        """
        if callable(tensor) and (dtype is None or device is None):
            raise AssertionError("When passing a callable `tensor` to a SaveSpec, an explicit dtype and device must be "
                                 "provided.")  # fmt: skip
        self._tensor = tensor
        self.slice_spec = slice_spec
        self.name = name
        self.dtype = tensor.dtype if dtype is None else dtype
        self.device = tensor.device if device is None else device

    @property
    def tensor(self) -> Any:
        return self._tensor() if callable(self._tensor) else self._tensor


class SaveableObject:
    """What is saved and restored as one: subclasses say in `restore` how it takes its tensors back."""

    def __init__(self, op: Any, specs: Sequence[SaveSpec], name: str) -> None:
        """op: the object that is saved: no Saver saves one twice. specs: its tensors. name: its key."""
        self.op = op
        self.specs = specs
        self.name = name

    @property
    def device(self) -> str:
        return str(self.specs[0].device)

    def restore(self, restored_tensors: Sequence[Any], restored_shapes: Sequence[Any] | None) -> Any:
        """An operation that gives the object the tensors read, one a spec, in the shapes given if there are any."""
        raise NotImplementedError("Calling an abstract method.")


class ReferenceVariableSaveable(SaveableObject):
    """A ref variable."""

    def __init__(self, var: Any, slice_spec: str, name: str) -> None:
        super().__init__(var, [SaveSpec(var, slice_spec, name, dtype=var.dtype)], name)

    def restore(self, restored_tensors: Sequence[Any], restored_shapes: Sequence[Any] | None) -> Any:
        value = restored_tensors[0]
        if restored_shapes is not None:
            value = raw.Reshape(value, restored_shapes[0])
        checked = restored_shapes is None and self.op.get_shape().is_fully_defined()
        reference = self.op if isinstance(self.op, Tensor) else convert_to_tensor(self.op, as_ref=True)
        return raw.Assign(reference, value, validate_shape=checked)


class ResourceVariableSaveable(SaveableObject):
    """A resource variable."""

    def __init__(self, var: Any, slice_spec: str, name: str) -> None:
        """var: the variable, or its read."""
        self._device = var.device
        self._shape = var.shape
        if isinstance(var, Tensor):
            self._handle = var.op.inputs[0]
            tensor: Any = var
        else:
            self._handle = var.handle
            tensor = _read_on_cpu(var)
        spec = SaveSpec(tensor, slice_spec, name, dtype=var.dtype, device=var.device)
        super().__init__(var, [spec], name)

    def restore(self, restored_tensors: Sequence[Any], restored_shapes: Sequence[Any] | None) -> Any:
        value = restored_tensors[0]
        if restored_shapes is not None:
            value = raw.Reshape(value, restored_shapes[0])
        with device_scope(self._device):
            value = raw.Identity(value)
            self._shape.assert_is_compatible_with(value.shape)
            return raw.AssignVariableOp(self._handle, value)


def _read_on_cpu(variable: BaseResourceVariable) -> Callable[[], Tensor]:
    def read() -> Tensor:
        with device_scope(variable.device):
            with name_scope("Read"):
                raw.DisableCopyOnRead(resource=variable.handle)
                read = variable._read()
            value = raw.Identity(read)
            with device_scope("/device:CPU:0"):
                copied: Tensor = raw.Identity(value)
                return copied

    return read


# ---- from what users pass --------------------------------------------------------------------------------------------


def saveable_objects(scope: str | None = None) -> list[Any]:
    """All that a Saver saves by default: the default graph's global variables and its other saveable objects."""
    return get_collection(GraphKeys.GLOBAL_VARIABLES, scope) + get_collection(GraphKeys.SAVEABLE_OBJECTS, scope)


def by_name(op_list: Any) -> dict[str, Any]:
    """Key in a checkpoint -> what is saved under it; the parts of one variable together.

    Raises TypeError for what is no list of variables, ValueError where two have one name.
    """
    if not isinstance(op_list, (list, tuple, set)):
        raise TypeError(f"Variables to save should be passed in a dict or a list. Got {op_list}")
    named: dict[str, Any] = {}
    for variable in sorted(nest.flatten(list(op_list)), key=lambda one: one.name):
        if isinstance(variable, SaveableObject):
            named[variable.name] = variable
        elif isinstance(variable, PartitionedVariable):
            _add_unique(named, variable.name, variable)
        elif isinstance(variable, Variable) and variable._save_slice_info is not None:
            name = variable._save_slice_info.full_name
            assert name is not None
            parts = named.setdefault(name, [])
            if not isinstance(parts, list):
                raise ValueError(f"Mixing slices and non-slices with the same name: {name}")
            parts.append(variable)
        else:
            tensor = _tensor_of(variable)
            if not _is_of_variable(tensor):
                raise TypeError(f"Variable to save is not a Variable: {variable}")
            op = tensor.op
            if op.type == "ReadVariableOp":
                op = op.inputs[0].op
            _add_unique(named, op.name, tensor)
    return named


def _add_unique(named: dict[str, Any], name: str, value: Any) -> None:
    if name in named:
        raise ValueError(f"At least two variables have the same name: {name}")
    named[name] = value


def _tensor_of(variable: Any) -> Tensor:
    """The reference of a ref variable, the read of a resource variable."""
    if isinstance(variable, BaseResourceVariable):
        return variable._graph_element
    return convert_to_tensor(variable, as_ref=True)


def _is_of_variable(tensor: Any) -> bool:
    return isinstance(tensor, Tensor) and tensor.op.type in _VARIABLE_OPS


def validated(names_to_saveables: Any) -> list[SaveableObject]:
    """The SaveableObjects of a list or dict of variables, sorted by key. Raises as `by_name`, and for one named twice."""
    if not isinstance(names_to_saveables, Mapping):
        names_to_saveables = by_name(names_to_saveables)
    found: list[SaveableObject] = []
    seen: list[Any] = []
    for name, op in sorted(names_to_saveables.items(), key=lambda item: item[0]):
        for saveable in saveables_of(op, name):
            if any(saveable.op is other for other in seen):
                raise ValueError(f"The same saveable will be restored with two names: {saveable.name}")
            found.append(saveable)
            seen.append(saveable.op)
    return found


def saveables_of(op: Any, name: str) -> Iterator[SaveableObject]:
    """What is saved under a key: one object for a variable, one a part of a partitioned one."""
    if not isinstance(name, str):
        raise TypeError(
            "names_to_saveables must be a dict mapping string names to trackable operations. Name is not a string: "
            f"{name}"
        )
    if isinstance(op, SaveableObject):
        yield op
    elif isinstance(op, (list, tuple, PartitionedVariable)):
        yield from _parts(list(op), name)
    else:
        with init_scope():
            tensor = _tensor_of(op)
        if not _is_of_variable(tensor):
            raise TypeError(
                f"names_to_saveables must be a dict mapping string names to Tensors/Variables. Not a variable: {tensor}"
            )
        is_ref = tensor.op.type in REF_VARIABLE_OPS
        yield (ReferenceVariableSaveable if is_ref else ResourceVariableSaveable)(tensor, "", name)


def _parts(variables: list[Any], name: str) -> Iterator[SaveableObject]:
    whole = None
    for variable in variables:
        if isinstance(variable, SaveableObject):
            yield variable
            continue
        if not isinstance(variable, Variable):
            raise ValueError(f"Slices must all be Variables: {variable}")
        info = variable._save_slice_info
        if info is None:
            raise ValueError(f"Slices must all be slices: {variable}")
        if whole is not None and whole != info.full_name:
            raise ValueError(f"Slices must all be from the same tensor: {whole} != {info.full_name}")
        whole = info.full_name
        is_ref = variable.op.type in REF_VARIABLE_OPS
        yield (ReferenceVariableSaveable if is_ref else ResourceVariableSaveable)(variable, info.spec, name)
