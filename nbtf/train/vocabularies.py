"""Warm starts of variables whose rows or columns stand for the entries of a vocabulary that has changed."""

from __future__ import annotations

from typing import Any, NamedTuple

from nbtf import dtypes
from nbtf.array import filling
from nbtf.array.joining import concat
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.initializers.constants import Zeros
from nbtf.variables.assigning import assign


class _VocabInfo(NamedTuple):
    new_vocab: str
    new_vocab_size: int
    num_oov_buckets: int
    old_vocab: str
    old_vocab_size: int
    backup_initializer: Any
    axis: int


class VocabInfo(_VocabInfo):
    """How the vocabulary of a variable has changed since the checkpoint: files of one entry a line.

    new_vocab_size: entries of the new one in use. num_oov_buckets: rows or columns behind them, for entries in no
    vocabulary. old_vocab_size: entries of the old one in use, -1 for all. backup_initializer: of what is new, zeros unless
    given. axis: 0 for rows, 1 for columns. Raises ValueError for another axis.
    """

    __slots__ = ()

    def __new__(
        cls,
        new_vocab: str,
        new_vocab_size: int,
        num_oov_buckets: int,
        old_vocab: str,
        old_vocab_size: int = -1,
        backup_initializer: Any = None,
        axis: int = 0,
    ) -> VocabInfo:
        if axis not in (0, 1):
            raise ValueError(f"The only supported values for the axis argument are 0 and 1.  Provided axis: {axis}")
        return super().__new__(
            cls, new_vocab, new_vocab_size, num_oov_buckets, old_vocab, old_vocab_size, backup_initializer, axis
        )


class _Axis(NamedTuple):
    """One axis of a part of a matrix."""

    size: int
    """Without the buckets."""
    buckets: int
    offset: int
    """Of the part in the whole."""
    has_vocabulary: bool


def initialize_remapped(variables: list[Any], info: VocabInfo, prefix: str, name: str) -> None:
    """Makes the initial values of a variable, or of its parts, those of a checkpoint's matrix in the new order.

    Raises ValueError for a variable that is no matrix.
    """
    for variable in variables:
        value = _remapped(variable, info, prefix, name)
        assigned = assign(variable, value)
        variable._initializer_op = assigned if isinstance(assigned, Operation) else assigned.op
        variable._initial_value = value


def _remapped(variable: Any, info: VocabInfo, prefix: str, name: str) -> Tensor:
    shape = variable.shape.as_list()
    if len(shape) != 2:
        raise ValueError(f"Only matrices have vocabularies, but {variable.name} has the shape {variable.shape}.")
    part = variable._save_slice_info
    offsets = [0, 0] if part is None or part.var_offset is None else part.var_offset
    rows, columns = (_axis(info, axis, shape[axis], offsets[axis]) for axis in (0, 1))
    make = Zeros() if info.backup_initializer is None else info.backup_initializer
    known_rows, row_remapping = _remapping_of(rows, info)
    if row_remapping is None:
        row_remapping = filling.range(rows.offset, rows.offset + rows.size, dtype=dtypes.int64)
    known_columns, column_remapping = _remapping_of(columns, info)
    known = known_rows * known_columns
    loaded: Tensor = raw.LoadAndRemapMatrix(
        ckpt_path=prefix,
        old_tensor_name=name,
        row_remapping=row_remapping,
        col_remapping=[] if column_remapping is None else column_remapping,
        initializing_values=make([rows.size * columns.size - known, 1], dtype=variable.dtype.base_dtype),
        num_rows=rows.size,
        num_cols=columns.size,
    )
    if rows.buckets:
        loaded = concat([loaded, make([rows.buckets, columns.size], dtype=loaded.dtype)], 0)
    if columns.buckets:
        loaded = concat([loaded, make([rows.size + rows.buckets, columns.buckets], dtype=loaded.dtype)], 1)
    return loaded


def _axis(info: VocabInfo, axis: int, size: int, offset: int) -> _Axis:
    if axis != info.axis:
        return _Axis(size, 0, offset, False)
    inside = min(size, max(0, info.new_vocab_size - offset))
    return _Axis(inside, size - inside, offset, True)


def _remapping_of(axis: _Axis, info: VocabInfo) -> tuple[Any, Tensor | None]:
    """(how many are in the checkpoint, where they are); None where they are as they were."""
    if not axis.has_vocabulary:
        return axis.size, None
    remapping, present = raw.GenerateVocabRemapping(
        info.new_vocab,
        info.old_vocab,
        new_vocab_offset=axis.offset,
        num_new_vocab=axis.size,
        old_vocab_size=info.old_vocab_size,
    )
    return present, remapping
