"""CompositeTensor: a value of several tensors that travels through structures as one, or as its parts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Self


class CompositeTensor(ABC):
    """Base of IndexedSlices, SparseTensor and other values of several tensors; `nest` can expand them."""

    __slots__ = ()

    _IS_TENSOR: ClassVar[bool] = True
    """Whether tf.is_tensor says so."""

    @abstractmethod
    def _components(self) -> Sequence[Any]:
        """The tensors it is made of, in a fixed order; parts that are missing are left out."""

    @abstractmethod
    def _with_components(self, components: Sequence[Any]) -> Self:
        """A value of the same make over other tensors, as many as `_components` has."""

    def _same_make(self, other: Any) -> bool:
        """Whether `other` is of the same class, with parts of the same dtypes."""
        if type(self) is not type(other):
            return False
        mine, others = self._components(), other._components()
        return [part.dtype for part in mine] == [part.dtype for part in others]

    def _invariant_dims(self, shape: Any) -> Sequence[Any]:
        """Dims of each part in every iteration of a loop, where the whole has the TensorShape `shape`."""
        raise NotImplementedError(f"a {type(self).__name__} cannot be a loop variable with a shape invariant")
