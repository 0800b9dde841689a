"""What the Python objects of a SavedModel are once it is loaded: their attributes, not their classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbtf.graph.operation import Operation
from nbtf.graph.scopes import device, init_scope
from nbtf.graph.tensor import Tensor
from nbtf.train.saveable import SaveableObject, SaveSpec
from nbtf.train.tracking import trackable_items


class RestoredObject:
    """An object with the attributes that the saved one had: variables, functions, other objects."""

    def _trackable_children(self) -> dict[str, Any]:
        """What a checkpoint of objects finds."""
        return trackable_items(vars(self))


class RestoredCallable(RestoredObject):
    """A RestoredObject that may be called, as a layer."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return vars(self)["__call__"](*args, **kwargs)


class RestoredOptimizer(RestoredObject):
    """An object that kept slots for variables."""

    def __init__(self) -> None:
        self._slots: dict[tuple[str, int], Any] = {}

    def _trackable_children(self) -> dict[str, Any]:
        return trackable_items({name: one for name, one in vars(self).items() if name != "_slots"})

    def add_slot(self, variable: Any, name: str, slot: Any) -> None:
        """Makes `slot` what `get_slot` gives."""
        self._slots[name, id(variable)] = slot

    def get_slot_names(self) -> list[str]:
        """Names of the slots, sorted."""
        return sorted({name for name, _ in self._slots})

    def get_slot(self, variable: Any, name: str) -> Any:
        """The slot of this name for a variable; None where there is none."""
        return self._slots.get((name, id(variable)))


class RestoredResource(RestoredObject):
    """A table or something else that a function of the model makes, in each session."""

    _create_resource: Any
    _initialize: Any

    def __init__(self, place: str) -> None:
        """place: the device of the resource."""
        self._place = place
        self._handle: Tensor | None = None
        self._saving: dict[str, tuple[Any, Any, Callable[[str], list[str]]]] = {}
        self.initializer: Any = None
        """What fills the resource, if anything does."""

    @property
    def resource_handle(self) -> Tensor:
        """The resource in the graph."""
        if self._handle is None:
            with init_scope(), device(self._place):
                self._handle = self._create_resource()
        return self._handle

    def _trackable_children(self) -> dict[str, Any]:
        own = ("_place", "_handle", "_saving", "initializer")
        return trackable_items({name: one for name, one in vars(self).items() if name not in own})

    def add_saving(self, attribute: str, save: Any, restore: Any, names_of: Callable[[str], list[str]]) -> None:
        """Says which functions of the model give and take what a checkpoint has of the resource.

        names_of: gives the names of the tensors for the key of a checkpoint.
        """
        save("")  # of no use but that the nodes made later are named as TensorFlow names them
        self._saving[attribute] = save, restore, names_of

    def _checkpoint_attributes(self) -> Mapping[str, Callable[[str], SaveableObject]]:
        return {name: self._saveable(*functions) for name, functions in self._saving.items()}

    def _saveable(self, save: Any, restore: Any, names_of: Any) -> Callable[[str], SaveableObject]:
        return lambda key: _RestoredSaveable(self, save(key), restore, names_of(key), key)


class _RestoredSaveable(SaveableObject):
    """What a checkpoint has of a resource."""

    def __init__(self, owner: Any, parts: Sequence[Any], restore: Any, names: Sequence[str], key: str) -> None:
        specs = [SaveSpec(part["tensor"], "", name) for part, name in zip(parts, names, strict=True)]
        super().__init__(owner, specs, key)
        self._restore = restore

    def restore(self, restored_tensors: Sequence[Any], restored_shapes: Sequence[Any] | None) -> Any:
        done: Tensor | Operation = self._restore(*restored_tensors)
        return done


class SignatureMap(Mapping[str, Any]):
    """Signatures of a model by their names: functions that take keyword arguments and return a dict."""

    def __init__(self, functions: Mapping[str, Any] | None = None) -> None:
        self._functions = dict(functions or {})

    def __getitem__(self, key: str) -> Any:
        return self._functions[key]

    def __iter__(self) -> Any:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)

    def __repr__(self) -> str:
        return f"_SignatureMap({self._functions!r})"

    def _trackable_children(self) -> dict[str, Any]:
        return trackable_items(self._functions)
