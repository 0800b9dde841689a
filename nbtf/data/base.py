"""What all parts of Dataset build on: a variant tensor, the specs of the elements, and ops that make another dataset."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nbtf import dtypes
from nbtf.data import structures
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.random.seeds import get_seed

if TYPE_CHECKING:
    from nbtf.data.datasets import Dataset
    from nbtf.data.traced import TracedFunction

AUTOTUNE = -1
INFINITE_CARDINALITY = -1
UNKNOWN_CARDINALITY = -2
SHARD_HINT = -1


class DatasetBase:
    """A stream of elements, structures of tensors. Nothing is computed before an iterator asks for an element."""

    def __init__(self, variant_tensor: Tensor, element_spec: Any) -> None:
        """variant_tensor: the output of a dataset's op. element_spec: a structure of TensorSpecs and DatasetSpecs."""
        self._variant_tensor = variant_tensor
        self._element_spec = element_spec

    def _trackable_children(self) -> dict[str, Any]:
        """What a checkpoint of objects finds: a dataset has no state."""
        return {}

    @property
    def element_spec(self) -> Any:
        """The specs of an element's components, in its structure."""
        return self._element_spec

    @property
    def output_types(self) -> Any:
        """The dtypes of an element's components, in its structure."""
        return structures.output_types(self._element_spec)

    @property
    def output_shapes(self) -> Any:
        """The static shapes of an element's components, in its structure."""
        return structures.output_shapes(self._element_spec)

    @property
    def output_classes(self) -> Any:
        """The classes of an element's components, in its structure."""
        return structures.output_classes(self._element_spec)

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Any:
        raise RuntimeError(
            "`tf.data.Dataset` only supports Python-style iteration in eager mode or within tf.function."
        )

    def __len__(self) -> int:
        raise TypeError(
            "`tf.data.Dataset` only supports `len` in eager mode. Use `tf.data.Dataset.cardinality()` instead."
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} element_spec={self._element_spec}>"

    __str__ = __repr__

    _is_v2 = False
    """Whether TensorFlow gives a DatasetV2 here: its `map` states that it keeps the number of elements."""

    def _as_v2(self) -> Dataset:
        self._is_v2 = True
        return self  # type: ignore[return-value]

    def _as_v1(self) -> Dataset:
        """The same dataset as the adapter that TensorFlow wraps around a DatasetV2."""
        made = copy.copy(self)
        made._is_v2 = False
        return made  # type: ignore[return-value]

    def _derived(
        self, make: Callable[..., Any], *inputs: Any, spec: Any = None, name: str | None = None, **attrs: Any
    ) -> Dataset:
        """The dataset that `make(this dataset, *inputs)` adds; spec: of its elements, by default those of this one."""
        made = new_dataset(
            make, self._variant_tensor, *inputs, spec=self._element_spec if spec is None else spec, name=name, **attrs
        )
        made._is_v2 = self._is_v2
        if "_options" in vars(self):
            made._options = vars(self)["_options"]  # the class has those of a dataset without any
        return made

    def _mapped(
        self,
        make: Callable[..., Any],
        function: TracedFunction,
        *inputs: Any,
        spec: Any = None,
        attr: str = "f",
        **attrs: Any,
    ) -> Dataset:
        """As `_derived`, with a function's captured tensors as first inputs and its name as attribute."""
        attrs[attr] = function.reference
        return self._derived(make, function.captured, *inputs, spec=spec, **attrs)


def new_dataset(make: Callable[..., Any], *inputs: Any, spec: Any, name: str | None = None, **attrs: Any) -> Dataset:
    """The dataset that an op makes, with those attributes that it has of what describes a dataset."""
    described = {
        "output_types": structures.flat_types(spec),
        "output_shapes": structures.flat_shapes(spec),
        "metadata": metadata(name),
    }
    known = inspect.signature(make).parameters
    attrs = {**{attr: value for attr, value in described.items() if attr in known}, **attrs}
    return dataset_of(make(*inputs, **attrs), spec)


def dataset_of(variant: Tensor, spec: Any) -> Dataset:
    """The dataset that a variant is."""
    from nbtf.data.datasets import Dataset  # it is put together from here

    return Dataset(variant, spec)


def metadata(name: str | None) -> bytes:
    """The attribute that tells a dataset's name: a message with the name as its only field."""
    return b"" if name is None else b"\n" + bytes([len(name.encode())]) + name.encode()


def int64(value: Any, name: str) -> Tensor:
    """An int64 scalar."""
    return convert_to_tensor(value, dtypes.int64, name=name)


def seed_tensors(seed: int | None) -> tuple[Tensor, Tensor]:
    """The seeds of an op of a dataset, int64 []: two zeros where they are to come from outside."""
    first, second = get_seed(seed)
    seed_tensor = int64(0 if first is None else first, "seed")
    if second is None:
        return seed_tensor, constant(0, dtypes.int64, name="seed2")
    with name_scope("seed2") as scope:
        seed2 = convert_to_tensor(second, dtypes.int64)
        are_zero = raw.LogicalAnd(raw.Equal(seed_tensor, 0), raw.Equal(seed2, 0))
        largest = constant(2**31 - 1, dtypes.int64)
        return seed_tensor, raw.SelectV2(are_zero, largest, seed2, name=scope)
