"""Staging areas of a graph: ops of one shared name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf import dtypes, tensor_shape
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor


class StagingArea:
    """Elements that one step of a session puts aside for another, first in, first out.

    dtypes, shapes and names: of the components of an element; with names, elements are dicts. capacity and memory_limit:
    how many elements and bytes there is room for, 0 for any; `put` waits for room, `get` for an element. Raises
    ValueError for lists that are not as long as `dtypes`, and where a `put` does not fit them.
    """

    def __init__(
        self,
        dtypes: Sequence[Any],
        shapes: Sequence[Any] | None = None,
        names: Sequence[str] | None = None,
        shared_name: str | None = None,
        capacity: int = 0,
        memory_limit: int = 0,
    ) -> None:
        if shared_name is not None and not isinstance(shared_name, str):
            raise ValueError(f"shared_name must be a string, got {shared_name}")
        self.name = get_default_graph().unique_name("StagingArea") if shared_name is None else shared_name
        self.dtypes = [_dtype(one) for one in dtypes]
        for what, given in (("shapes", shapes), ("names", names)):
            if given is not None and len(given) != len(self.dtypes):
                raise ValueError(f"StagingArea {what} must be the same length as dtypes")
        self.shapes = [tensor_shape.TensorShape(one) for one in shapes or [None] * len(self.dtypes)]
        self.names = names
        self.capacity = capacity
        self.memory_limit = memory_limit
        self._how = {"shared_name": self.name, "capacity": capacity, "memory_limit": memory_limit}
        with name_scope(f"{self.name}_root"):
            self._root = raw.NoOp()

    def put(self, values: Any, name: str | None = None) -> Operation:
        """Puts an element aside: a tensor, a list, or a dict of names."""
        given = list(values.values()) if isinstance(values, dict) else values
        if not isinstance(given, list | tuple):
            given = [given]
        with name_scope(name, f"{self.name}_put", given) as scope:
            tensors = self._components(values if isinstance(values, dict) else given)
            with get_default_graph().colocate_with(self._root):
                made: Operation = raw.Stage(tensors, **self._how, name=scope)
        return made

    def get(self, name: str | None = None) -> Any:
        """Takes the first element: a list, or a dict where the area has names."""
        with get_default_graph().colocate_with(self._root):
            made = raw.Unstage(dtypes=self.dtypes, **self._how, name=name or f"{self.name}_get")
        return self._element(made)

    def peek(self, index: Any, name: str | None = None) -> Any:
        """The element at `index`, which stays."""
        with get_default_graph().colocate_with(self._root):
            made = raw.StagePeek(index, dtypes=self.dtypes, **self._how, name=name or f"{self.name}_peek")
        return self._element(made)

    def size(self, name: str | None = None) -> Tensor:
        """How many elements are put aside: int32 []."""
        made: Tensor = raw.StageSize(dtypes=self.dtypes, **self._how, name=name or f"{self.name}_size")
        return made

    def clear(self, name: str | None = None) -> Operation:
        """Drops all elements."""
        made: Operation = raw.StageClear(dtypes=self.dtypes, **self._how, name=name or f"{self.name}_clear")
        return made

    def _components(self, values: Any) -> list[Tensor]:
        if isinstance(values, dict):
            if not self.names:
                raise ValueError("Staging areas must have names to enqueue a dictionary")
            if set(values) != set(self.names):
                raise ValueError(
                    "Keys in dictionary to put do not match names of staging area. "
                    f"Dictionary: {sorted(values)}Queue: {sorted(self.names)}"
                )
            values = [values[name] for name in self.names]
        elif self.names:
            raise ValueError("You must enqueue a dictionary in a staging area with names")
        if len(values) != len(self.dtypes):
            raise ValueError(f"Unexpected number of inputs {len(values)} vs {len(self.dtypes)}")
        tensors = []
        for i, (value, dtype, shape) in enumerate(zip(values, self.dtypes, self.shapes, strict=True)):
            tensor = convert_to_tensor(value, name=f"component_{i}")
            if tensor.dtype.base_dtype != dtype:
                raise ValueError(f"Datatypes do not match. Received val.dtype {tensor.dtype} and dtype {dtype}")
            tensor.shape.assert_is_compatible_with(shape)
            tensors.append(tensor)
        return tensors

    def _element(self, made: Any) -> Any:
        raw.NoOp()  # by which TensorFlow looks which device it is on
        tensors = list(made) if isinstance(made, list | tuple) else [made]
        for tensor, shape in zip(tensors, self.shapes, strict=True):
            tensor.set_shape(shape)
        return dict(zip(self.names, tensors, strict=True)) if self.names else tensors


def _dtype(one: Any) -> dtypes.DType:
    found: dtypes.DType = dtypes.as_dtype(one)
    return found
