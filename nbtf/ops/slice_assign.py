"""Assigning to a slice of a variable."""

from nbtf.graph.registry import op
from nbtf.ops.slicing import PLAN_WORDS, _slice_dim
from nbtf.shapes import MAX_RANK, Value, check, leading, may_equal


def _workspace():
    return (PLAN_WORDS, MAX_RANK)


def _kept_dim(at, rank, dims, begin, end, strides, *masks):
    return _slice_dim(at, dims, begin, end, strides, *masks)[1] if at < rank else 1


def _check_slice(
    variable, begin, end, strides, value, begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask
):
    """The value must broadcast to the slice; leading axes of one element do not count."""
    masks = begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask
    rank = _slice_dim(-1, variable, begin, end, strides, *masks)[0]
    fits = True
    for i in range(len(value)):
        at = i + rank - len(value)
        dim = _slice_dim(at, variable, begin, end, strides, *masks)[1] if at >= 0 else 1
        fits = fits and (value[i] == 1 or may_equal(value[i], dim))
    if not fits:
        spec = begin, end, strides, *masks
        dims = (
            _kept_dim(0, rank, variable, *spec),
            _kept_dim(1, rank, variable, *spec),
            _kept_dim(2, rank, variable, *spec),
            _kept_dim(3, rank, variable, *spec),
            _kept_dim(4, rank, variable, *spec),
            _kept_dim(5, rank, variable, *spec),
            _kept_dim(6, rank, variable, *spec),
            _kept_dim(7, rank, variable, *spec),
        )
        check(False, "Cannot broadcast input shape {} into final shape {}", value, leading(dims, rank))


@op("StridedSliceAssign")
class StridedSliceAssign:
    """ref[begin:end:strides] = value, with the masks of StridedSlice. value broadcasts to the slice."""

    kernel = "strided_slice_assign"
    forwards = ("output_ref", "ref")
    variables = {"ref": "T"}
    moves = ("ref", "value")
    workspace = {"plan": "int64", "kept": "int64"}
    workspace_size = _workspace
    writes = True

    def shape(
        ref,
        begin: Value,
        end: Value,
        strides: Value,
        value,
        begin_mask,
        end_mask,
        ellipsis_mask,
        new_axis_mask,
        shrink_axis_mask,
    ):
        masks = begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask
        _check_slice(ref, begin, end, strides, value, *masks)
        return ()


@op("ResourceStridedSliceAssign")
class ResourceStridedSliceAssign:
    """As StridedSliceAssign, of a resource variable."""

    kernel = "strided_slice_assign"
    variables = {"ref": "T"}
    moves = ("ref", "value")
    workspace = {"plan": "int64", "kept": "int64"}
    workspace_size = _workspace
    writes = True
    shape = StridedSliceAssign.shape
