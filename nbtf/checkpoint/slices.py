"""Slices of tensors: text and proto forms, the keys they are filed under, the regions they stand for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nbtf import errors, limits
from nbtf.checkpoint import ordered_code

WHOLE = -1
"""Length of an extent that covers its whole dimension."""

Shape = tuple[int, ...]
_EXTENT = re.compile(r"(-?\d+),(-?\d+)", re.ASCII)
_DIMENSION = re.compile(r"\d+", re.ASCII)


def element_count(shape: Sequence[int], what: str) -> int:
    """The product of ``shape``'s dimensions. Raises DataLossError, naming ``what``, on a negative or huge shape."""
    count = limits.checked_product(shape)
    # Also without its zeros: numpy cannot make an empty array of dimensions whose product overflows.
    if count is None or limits.checked_product(dimension for dimension in shape if dimension) is None:
        raise errors.DataLossError(None, None, f"{what}: invalid shape {format_shape(shape)}")
    return count


def format_shape(shape: Sequence[int]) -> str:
    """``[2,3]``, as TensorFlow's messages print shapes."""
    return "[" + ",".join(str(dimension) for dimension in shape) + "]"


def encode_name(name: str) -> bytes:
    """The bytes a tensor is filed under; names of files that are no UTF-8 come back as they were."""
    return name.encode("utf-8", "surrogateescape")


@dataclass(frozen=True)
class TensorSlice:
    """One (start, length) a dimension; a length of `WHOLE` covers the dimension, whatever its size."""

    extents: tuple[tuple[int, int], ...]

    @classmethod
    def whole(cls, rank: int) -> TensorSlice:
        return cls(((0, WHOLE),) * rank)

    @classmethod
    def parse(cls, text: str) -> TensorSlice:
        """From ``0,3:-``. Raises InvalidArgumentError on anything else; empty parts pass, as in TensorFlow."""
        extents = []
        for part in filter(None, text.split(":")):
            if part == "-":
                extents.append((0, WHOLE))
                continue
            match = _EXTENT.fullmatch(part)
            if match is None:
                raise errors.InvalidArgumentError(
                    None, None, f"Expected a pair of numbers or '-' but got '{part}': string = {text}"
                )
            start, length = int(match[1]), int(match[2])
            if start < 0 or length <= 0:
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    "Expected non-negative start and positive length but got "
                    f"start = {start}, length = {length}: string = {text}",
                )
            extents.append((start, length))
        return cls(tuple(extents))

    @classmethod
    def from_proto(cls, proto: Any) -> TensorSlice:
        """From a TensorSliceProto: an extent without length covers its dimension."""
        return cls(tuple((e.start, e.length if e.HasField("length") else WHOLE) for e in proto.extent))

    def fill_proto(self, proto: Any) -> None:
        """Into an empty TensorSliceProto."""
        for start, length in self.extents:
            extent = proto.extent.add()
            if length != WHOLE:
                extent.start = start
                extent.length = length

    def __str__(self) -> str:
        return ":".join("-" if length == WHOLE else f"{start},{length}" for start, length in self.extents)

    def resolve(self, shape: Sequence[int]) -> Box:
        """The region of a tensor of ``shape`` it names. Raises InternalError, as TensorFlow, where it does not fit."""
        if len(shape) != len(self.extents):
            raise errors.InternalError(None, None, f"Mismatching ranks: shape = {format_shape(shape)}, slice = {self}")
        starts, sizes = [], []
        for axis, ((start, length), dimension) in enumerate(zip(self.extents, shape, strict=True)):
            if length == WHOLE and start == 0:
                length = dimension
            if start < 0 or length < 0 or start + length > dimension:
                raise errors.InternalError(
                    None,
                    None,
                    f"Extent in dimension {axis} out of bounds: shape = {format_shape(shape)}, slice = {self}",
                )
            starts.append(start)
            sizes.append(length)
        return Box(tuple(starts), tuple(sizes))

    def key(self, name: str) -> bytes:
        """What this slice of tensor ``name`` is filed under. It sorts before every tensor's name."""
        parts = [ordered_code.encode_num(0), ordered_code.encode_text(encode_name(name))]
        parts.append(ordered_code.encode_num(len(self.extents)))
        for start, length in self.extents:
            parts += [ordered_code.encode_signed(start), ordered_code.encode_signed(length)]
        return b"".join(parts)


def parse_key(key: bytes) -> tuple[bytes, TensorSlice]:
    """(tensor name, slice): the inverse of `TensorSlice.key`. Raises DataLossError on any other key."""
    decoder = ordered_code.Decoder(key)
    if decoder.num() != 0:
        raise errors.DataLossError(None, None, f"not the key of a tensor slice: {key[:64]!r}")
    name = decoder.text()
    rank = decoder.num()
    if rank > len(key):  # at least two bytes a dimension follow
        raise errors.DataLossError(None, None, f"rank {rank} in a key of {len(key)} bytes: {key[:64]!r}")
    extents = tuple((decoder.signed(), decoder.signed()) for _ in range(rank))
    if not decoder.at_end():
        raise errors.DataLossError(None, None, f"bytes follow the slice in key {key[:64]!r}")
    return name, TensorSlice(extents)


@dataclass(frozen=True)
class Box:
    """A slice of known bounds: where it starts and how far it reaches in every dimension."""

    starts: Shape
    sizes: Shape

    def intersect(self, other: Box) -> Box | None:
        """The region common to both, None where there is none. Scalars overlap."""
        starts = tuple(map(max, self.starts, other.starts))
        ends = tuple(
            min(a + m, b + n) for a, m, b, n in zip(self.starts, self.sizes, other.starts, other.sizes, strict=True)
        )
        if any(end <= start for start, end in zip(starts, ends, strict=True)):
            return None
        return Box(starts, tuple(end - start for start, end in zip(starts, ends, strict=True)))

    def within(self, outer: Box) -> tuple[slice, ...]:
        """Indices that cut this region out of an array holding ``outer``."""
        return tuple(
            slice(start - origin, start - origin + size)
            for start, origin, size in zip(self.starts, outer.starts, self.sizes, strict=True)
        )


def parse_shape_and_slice(spec: str) -> tuple[Shape, TensorSlice, Box]:
    """(full shape, slice, its region) of a spec such as ``7 4 0,3:-``.

    Raises InvalidArgumentError or InternalError, in TensorFlow's words, where it has no sense.
    """
    *dimensions, extents = spec.split(" ")
    if not dimensions and extents:
        raise errors.InvalidArgumentError(
            None, None, f"Need least two elements in shape_and_slice specification: {spec}"
        )
    if not all(_DIMENSION.fullmatch(text) for text in dimensions):
        raise errors.InvalidArgumentError(None, None, f"Non numerical dimension in shape_and_slice: {spec}")
    shape = tuple(int(text) for text in dimensions)
    if limits.checked_product(dimension for dimension in shape if dimension) is None:
        raise errors.InvalidArgumentError(None, None, f"Too many elements in shape_and_slice: {spec}")
    part = TensorSlice.parse(extents)
    return shape, part, part.resolve(shape)


def check_slice_shape(spec: str, box: Box, shape: Sequence[int]) -> None:
    """Raises InvalidArgumentError unless a value of ``shape`` fills the region ``box`` of ``spec``."""
    if box.sizes != tuple(shape):
        raise errors.InvalidArgumentError(
            None,
            None,
            "Slice in shape_and_slice specification does not match the shape of the tensor to  save: "
            f"{spec}, tensor: {format_shape(shape)}",
        )


def format_shape_and_slice(shape: Sequence[int], part: TensorSlice) -> str:
    """The inverse of `parse_shape_and_slice`."""
    return " ".join([*(str(dimension) for dimension in shape), str(part)])
