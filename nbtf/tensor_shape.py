"""Static shapes as in TensorFlow 1: `Dimension` (a count or unknown) and `TensorShape` (dimensions or unknown rank)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any, overload


class Dimension:
    """One dimension of a shape: a count >= 0, or unknown (`value` is None).

    Arithmetic with an unknown dimension is unknown, and comparing with one gives None, as in TensorFlow 1.
    """

    __slots__ = ("_value",)
    __hash__ = None  # type: ignore[assignment]          # equality with an unknown dimension is neither True nor False

    def __init__(self, value: Any) -> None:
        """value: an int, anything with __index__, a Dimension, or None. Raises TypeError, or ValueError below 0."""
        self._value: int | None
        if isinstance(value, Dimension):
            self._value = value._value
        elif value is None or isinstance(value, int):
            self._value = value
        else:
            try:
                self._value = operator.index(value)
            except TypeError:
                raise TypeError(
                    "Dimension value must be integer or None or have an __index__ method, got value "
                    f"'{value!r}' with type '{type(value)!r}'"
                ) from None
        if self._value is not None and self._value < 0:
            raise ValueError(f"Dimension {self._value} must be >= 0")

    @property
    def value(self) -> int | None:
        return self._value

    def __repr__(self) -> str:
        return f"Dimension({self._value})"

    def __str__(self) -> str:
        return "?" if self._value is None else str(self._value)

    def __reduce__(self) -> tuple[Any, ...]:
        return Dimension, (self._value,)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __int__(self) -> int:
        return self.__index__()

    def __float__(self) -> float:
        return float(self.__index__())

    def __index__(self) -> int:
        if self._value is None:
            raise TypeError("an unknown Dimension has no integer value")
        return self._value

    # ---- comparison: None where either side is unknown ----

    def __eq__(self, other: object) -> bool | None:  # type: ignore[override]
        return self._compare(other, operator.eq)

    def __ne__(self, other: object) -> bool | None:  # type: ignore[override]
        return self._compare(other, operator.ne)

    def __lt__(self, other: Any) -> bool | None:
        return self._compare(other, operator.lt)

    def __le__(self, other: Any) -> bool | None:
        return self._compare(other, operator.le)

    def __gt__(self, other: Any) -> bool | None:
        return self._compare(other, operator.gt)

    def __ge__(self, other: Any) -> bool | None:
        return self._compare(other, operator.ge)

    def _compare(self, other: Any, relation: Callable[[int, int], bool]) -> bool | None:
        try:
            other = as_dimension(other)
        except (TypeError, ValueError):
            return NotImplemented  # type: ignore[no-any-return]
        if self._value is None or other._value is None:
            return None
        return relation(self._value, other._value)

    # ---- arithmetic: unknown where either side is unknown ----

    def __add__(self, other: Any) -> Dimension:
        return self._combine(other, operator.add)

    def __radd__(self, other: Any) -> Dimension:
        return self._combine(other, operator.add)

    def __sub__(self, other: Any) -> Dimension:
        return self._combine(other, operator.sub)

    def __rsub__(self, other: Any) -> Dimension:
        return self._combine(other, operator.sub, reflected=True)

    def __mul__(self, other: Any) -> Dimension:
        return self._combine(other, operator.mul)

    def __rmul__(self, other: Any) -> Dimension:
        return self._combine(other, operator.mul)

    def __floordiv__(self, other: Any) -> Dimension:
        return self._combine(other, operator.floordiv)

    def __rfloordiv__(self, other: Any) -> Dimension:
        return self._combine(other, operator.floordiv, reflected=True)

    def __mod__(self, other: Any) -> Dimension:
        return self._combine(other, operator.mod)

    def __rmod__(self, other: Any) -> Dimension:
        return self._combine(other, operator.mod, reflected=True)

    def __truediv__(self, other: Any) -> Dimension:
        raise TypeError(
            f"unsupported operand type(s) for /: 'Dimension' and '{type(other).__name__}', please use // instead"
        )

    def __rtruediv__(self, other: Any) -> Dimension:
        raise TypeError(
            f"unsupported operand type(s) for /: '{type(other).__name__}' and 'Dimension', please use // instead"
        )

    __div__ = __floordiv__  # TensorFlow 1 keeps Python 2's name

    def _combine(self, other: Any, operation: Callable[[int, int], int], reflected: bool = False) -> Dimension:
        try:
            other = as_dimension(other)
        except (TypeError, ValueError):
            return NotImplemented  # type: ignore[no-any-return]
        if self._value is None or other._value is None:
            return Dimension(None)
        return Dimension(operation(other._value, self._value) if reflected else operation(self._value, other._value))

    # ---- unification ----

    def is_compatible_with(self, other: Any) -> bool:
        """Whether both may be the same: equal, or one unknown."""
        other = as_dimension(other)
        return self._value is None or other._value is None or self._value == other._value

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raises ValueError unless compatible."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Dimensions {self} and {other} are not compatible")

    def merge_with(self, other: Any) -> Dimension:
        """The known one of two compatible dimensions. Raises ValueError if they are not compatible."""
        other = as_dimension(other)
        self.assert_is_compatible_with(other)
        return Dimension(other._value if self._value is None else self._value)


class TensorShape:
    """A shape: a list of dimensions each known or not, or wholly unknown (`TensorShape(None)`, unknown rank)."""

    __slots__ = ("_dims",)

    _dims: tuple[int | None, ...] | None

    def __init__(self, dims: Any) -> None:
        """dims: None, one dimension, an iterable of dimensions, a TensorShape or a TensorShapeProto.

        Raises TypeError for what is no dimension, ValueError for a negative one.
        """
        if dims is None:
            self._dims = None
        elif isinstance(dims, TensorShape):
            self._dims = dims._dims
        elif isinstance(dims, (tuple, list)):
            self._dims = tuple(_dimension_value(dim) for dim in dims)
        elif hasattr(dims, "unknown_rank") and hasattr(dims, "dim"):  # a TensorShapeProto of any pool
            self._dims = (
                None
                if dims.unknown_rank
                else tuple(None if dim.size == -1 else _dimension_value(dim.size) for dim in dims.dim)
            )
        elif isinstance(dims, (int, Dimension)):
            self._dims = (_dimension_value(dims),)
        elif isinstance(dims, str):
            raise TypeError(
                f"Failed to convert '{dims!r}' to a shape: '{dims!r}'could not be converted to a dimension."
                " A shape should either be single dimension (e.g. 10), or an iterable of dimensions "
                "(e.g. [1, 10, None])."
            )
        else:
            try:
                iterator = iter(dims)
            except TypeError:
                self._dims = (_dimension_value(dims),)
            else:
                self._dims = tuple(_dimension_value(dim) for dim in iterator)

    @property
    def dims(self) -> list[Dimension] | None:
        return None if self._dims is None else [Dimension(dim) for dim in self._dims]

    @property
    def ndims(self) -> int | None:
        """The number of dimensions, None when unknown. Same as `rank`."""
        return None if self._dims is None else len(self._dims)

    @property
    def rank(self) -> int | None:
        return self.ndims

    def as_list(self) -> list[int | None]:
        """The dimensions as ints, None for unknown ones. Raises ValueError for an unknown rank."""
        if self._dims is None:
            raise ValueError("as_list() is not defined on an unknown TensorShape.")
        return list(self._dims)

    def as_proto(self) -> Any:
        """This shape as a TensorShapeProto; unknown dimensions are -1."""
        from nbtf.wire import shape_proto  # only those who write protos load protobuf

        return shape_proto.from_shape(self)

    def num_elements(self) -> int | None:
        """The number of elements, None unless every dimension is known."""
        if self._dims is None:
            return None
        product = 1
        for dim in self._dims:
            if dim is None:
                return None
            product *= dim
        return product

    def is_fully_defined(self) -> bool:
        """Whether the rank and every dimension are known."""
        return self._dims is not None and None not in self._dims

    # ---- as a sequence ----

    def __repr__(self) -> str:
        if self._dims is None:
            return "TensorShape(None)"
        return f"TensorShape({self.as_list() if _plain_items else self.dims})"

    def __str__(self) -> str:
        if self._dims is None:
            return "<unknown>"
        unknown = "None" if _plain_items else "?"
        inner = ", ".join(unknown if dim is None else str(dim) for dim in self._dims)
        return f"({inner},)" if len(self._dims) == 1 else f"({inner})"

    def __reduce__(self) -> tuple[Any, ...]:
        return TensorShape, (self._dims,)

    def __hash__(self) -> int:
        return hash(self._dims)

    def __eq__(self, other: object) -> bool:
        try:
            return self._dims == as_shape(other)._dims
        except (TypeError, ValueError):
            return NotImplemented

    def __bool__(self) -> bool:
        """Whether the rank is known."""
        return self._dims is not None

    def __len__(self) -> int:
        if self._dims is None:
            raise ValueError("Cannot take the length of shape with unknown rank.")
        return len(self._dims)

    def __iter__(self) -> Iterator[Dimension]:
        if self._dims is None:
            raise ValueError("Cannot iterate over a shape with unknown rank.")
        return (_item(dim) for dim in self._dims)

    @overload
    def __getitem__(self, key: slice) -> TensorShape: ...

    @overload
    def __getitem__(self, key: Any) -> Dimension: ...

    def __getitem__(self, key: Any) -> Any:
        if self._dims is not None:
            if isinstance(key, slice):
                return TensorShape(self._dims[key])
            return _item(list(self._dims)[key])  # a list: its IndexError is the one programs know
        if not isinstance(key, slice):
            return _item(None)
        start = 0 if key.start is None else key.start
        if key.step is not None:
            raise ValueError("Steps are not yet handled")
        if key.stop is None or start < 0 or key.stop < 0:
            return TensorShape(None)
        return unknown_shape(max(key.stop - start, 0))

    def __add__(self, other: Any) -> TensorShape:
        return self.concatenate(other)

    def __radd__(self, other: Any) -> TensorShape:
        return as_shape(other).concatenate(self)

    def concatenate(self, other: Any) -> TensorShape:
        """The dimensions of both in a row; unknown if either rank is."""
        other = as_shape(other)
        if self._dims is None or other._dims is None:
            return TensorShape(None)
        return TensorShape(self._dims + other._dims)

    # ---- unification ----

    def is_compatible_with(self, other: Any) -> bool:
        """Whether a tensor could have both shapes."""
        other = as_shape(other)
        if self._dims is None or other._dims is None:
            return True
        return len(self._dims) == len(other._dims) and all(
            mine is None or theirs is None or mine == theirs
            for mine, theirs in zip(self._dims, other._dims, strict=True)
        )

    def is_subtype_of(self, other: Any) -> bool:
        """Whether every tensor of this shape has shape `other` too."""
        other = as_shape(other)
        if other._dims is None:
            return True
        return (
            self._dims is not None
            and len(self._dims) == len(other._dims)
            and all(theirs is None or mine == theirs for mine, theirs in zip(self._dims, other._dims, strict=True))
        )

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raises ValueError unless compatible."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {other} are incompatible")

    def merge_with(self, other: Any) -> TensorShape:
        """What both shapes know together. Raises ValueError if they are not compatible."""
        other = as_shape(other)
        if self._dims is None:
            return TensorShape(other)
        if other._dims is None:
            return self
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {other} are not compatible")
        return TensorShape(
            [theirs if mine is None else mine for mine, theirs in zip(self._dims, other._dims, strict=True)]
        )

    def most_specific_compatible_shape(self, other: Any) -> TensorShape:
        """The narrowest shape that both are instances of."""
        other = as_shape(other)
        if self._dims is None or other._dims is None or len(self._dims) != len(other._dims):
            return TensorShape(None)
        return TensorShape(
            [mine if mine == theirs else None for mine, theirs in zip(self._dims, other._dims, strict=True)]
        )

    # ---- rank and definedness; each raises ValueError where it does not hold ----

    def assert_same_rank(self, other: Any) -> None:
        other = as_shape(other)
        if self.ndims is not None and other.ndims is not None and self.ndims != other.ndims:
            raise ValueError(f"Shapes {self} and {other} must have the same rank")

    def assert_has_rank(self, rank: int) -> None:
        if self.ndims not in (None, rank):
            raise ValueError(f"Shape {self} must have rank {rank}")

    def assert_is_fully_defined(self) -> None:
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined")

    def with_rank(self, rank: int) -> TensorShape:
        """This shape with that rank: all dimensions unknown if the rank was."""
        try:
            return self.merge_with(unknown_shape(rank))
        except ValueError:
            raise ValueError(f"Shape {self} must have rank {rank}") from None

    def with_rank_at_least(self, rank: int) -> TensorShape:
        if self.ndims is not None and self.ndims < rank:
            raise ValueError(f"Shape {self} must have rank at least {rank}")
        return self

    def with_rank_at_most(self, rank: int) -> TensorShape:
        if self.ndims is not None and self.ndims > rank:
            raise ValueError(f"Shape {self} must have rank at most {rank}")
        return self


_plain_items = False


def enable_v2_tensorshape() -> None:
    """From now on the items of TensorShapes are ints, or None where they are not known."""
    global _plain_items
    _plain_items = True


def disable_v2_tensorshape() -> None:
    """From now on the items of TensorShapes are Dimensions again, as at the start."""
    global _plain_items
    _plain_items = False


def _item(dim: int | None) -> Any:
    return dim if _plain_items else Dimension(dim)


def _dimension_value(value: Any) -> int | None:
    if value is None or (type(value) is int and value >= 0):  # the common case needs no Dimension
        return value
    return Dimension(value).value


def as_dimension(value: Any) -> Dimension:
    """`value` as a Dimension; a Dimension is returned as it is."""
    return value if isinstance(value, Dimension) else Dimension(value)


def as_shape(shape: Any) -> TensorShape:
    """`shape` as a TensorShape; a TensorShape is returned as it is."""
    return shape if isinstance(shape, TensorShape) else TensorShape(shape)


def unknown_shape(rank: int | None = None, **kwargs: Any) -> TensorShape:
    """A shape of which at most the rank is known (`ndims=` is the older name of `rank`)."""
    if rank is None and "ndims" in kwargs:
        rank = kwargs.pop("ndims")
    if kwargs:
        raise TypeError(f"Unknown argument: {kwargs}")
    return TensorShape(None) if rank is None else TensorShape([None] * rank)


def dimension_value(dimension: Any) -> int | None:
    """The value of a Dimension; anything else as it is."""
    return dimension.value if isinstance(dimension, Dimension) else dimension


def dimension_at_index(shape: TensorShape, index: int) -> Dimension:
    """Dimension `index` of `shape`, unknown if the rank is."""
    shape = as_shape(shape)
    return Dimension(None) if shape.rank is None else Dimension(shape.as_list()[index])
