"""tf.contrib.seq2seq: beams: batches repeated for them, and the paths that end in them."""

from __future__ import annotations

from typing import Any

from nbtf import nest
from nbtf.array.filling import fill, ones_like
from nbtf.array.filling import range as range_of
from nbtf.array.indexing import gather, where
from nbtf.array.joining import concat, tile
from nbtf.array.masks import sequence_mask
from nbtf.array.shapes import expand_dims, reshape, shape, transpose
from nbtf.control_flow.looping import while_loop
from nbtf.control_flow.tensor_array import TensorArray
from nbtf.dtypes import int32
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import name_scope
from nbtf.math.accumulation import cumsum
from nbtf.math.casting import cast
from nbtf.math.operands import equal, greater, greater_equal, less
from nbtf.math.reductions import reduce_max
from nbtf.tensor_shape import TensorShape


def tile_batch(t: Any, multiplier: int, name: str | None = None) -> Any:
    """Each entry of a batch multiplier times, one after the other: [N, ...] -> [N * multiplier, ...]; of a structure, too.

    Raises ValueError for a scalar and for an unknown rank.
    """
    with name_scope(name, "tile_batch", [*nest.flatten(t), multiplier]):
        return nest.map_structure(lambda one: _tiled(one, multiplier), t)


def _tiled(t: Any, multiplier: int) -> Any:
    t = convert_to_tensor(t, name="t")
    rank = t.shape.ndims
    if rank is None:
        raise ValueError("t must have statically known rank")
    if rank == 0:
        raise ValueError("t must have a batch axis: it is a scalar")
    dims = shape(t)
    tiled = tile(expand_dims(t, 1), [1, multiplier, *[1] * (rank - 1)])
    tiled = reshape(tiled, concat([[dims[0] * multiplier], dims[1:]], 0))
    known = t.shape.as_list()[0]
    tiled.set_shape(TensorShape([None if known is None else known * multiplier]).concatenate(t.shape[1:]))
    return tiled


def gather_tree(
    step_ids: Any, parent_ids: Any, max_sequence_lengths: Any, end_token: Any, name: str | None = None
) -> Any:
    """The ids along the path that ends in each beam: int32 [T, N, K].

    step_ids, parent_ids: int32 [T, N, K], each step's id of a beam and the beam that it went on from. max_sequence_lengths:
    int32 [N], the steps of the longest path. end_token: int32 [], what is behind the end of a path: from its first one on,
    and from max_sequence_lengths on. A run refuses parents that are no beams.
    """
    with name_scope(name, "GatherTree", [step_ids, parent_ids, max_sequence_lengths, end_token]):
        steps = convert_to_tensor(step_ids, dtype=int32, name="step_ids")
        parents = convert_to_tensor(parent_ids, dtype=int32, name="parent_ids")
        lengths = convert_to_tensor(max_sequence_lengths, dtype=int32, name="max_sequence_lengths")
        end = convert_to_tensor(end_token, dtype=int32, name="end_token")
        dims = shape(steps)
        ends, beams = fill(dims[1:], end), _each_beam(dims[1:])
        beams.set_shape(steps.shape[1:])

        def body(time: Any, beams: Any, paths: Any) -> Any:
            inside = less(time, lengths)
            ids = where(inside, gather(steps[time], beams, axis=1, batch_dims=1), ends)
            above = where(inside, gather(parents[time], beams, axis=1, batch_dims=1), beams)
            above.set_shape(steps.shape[1:])
            return time - 1, above, paths.write(time, ids)

        _, _, paths = while_loop(
            lambda time, beams, paths: greater_equal(time, 0),
            body,
            (dims[0] - 1, beams, TensorArray(int32, size=dims[0], element_shape=steps.shape[1:])),
            back_prop=False,
        )
        ids = paths.stack()
        ended = cumsum(cast(equal(ids, end), int32), axis=0, exclusive=True)
        final = where(greater(ended, 0), end * ones_like(ids), ids)
        final.set_shape(steps.shape)
        return final


def _each_beam(dims: Any) -> Any:
    """[N, K], each row 0 to K - 1."""
    return tile(expand_dims(range_of(dims[1]), 0), [dims[0], 1])


def gather_tree_from_array(t: Any, parent_ids: Any, sequence_length: Any) -> Any:
    """A tensor of the steps of beams [T, N, K, ...] in the order of the paths that end in each beam, as `gather_tree`.

    parent_ids: int32 [T, N, K]. sequence_length: int [N, K], of each path; behind it t stays as it is.
    """
    t = convert_to_tensor(t, name="t")
    dims = shape(parent_ids)
    steps, width = dims[0], dims[2]
    beams = tile(expand_dims(_each_beam(dims[1:]), 0), [steps, 1, 1])
    longest = cast(reduce_max(sequence_length, axis=1), int32)
    ordered = gather_tree(beams, parent_ids, longest, width + 1)
    inside = transpose(sequence_mask(sequence_length, maxlen=steps), [2, 0, 1])
    ordered = where(inside, ordered, beams)
    rows = reshape(ordered, [-1, width])
    flat = reshape(t, concat([[dims[0] * dims[1]], shape(t)[2:]], 0))
    picked = reshape(gather(flat, rows, axis=1, batch_dims=1), shape(t))
    picked.set_shape(t.shape)
    return picked
