"""Rows and elements of variables: scattered updates, and what gathers from a variable without reading all of it."""

from nbtf import dtypes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.shapes import UNKNOWN, check, may_equal


def _rows_of_variable(op, dy):
    handle, indices = op.inputs
    known = terms.fully_known(handle.handle_data[0][1]) if handle.handle_data else False
    dims = terms.constant(list(handle.handle_data[0][1]), dtypes.int32) if known else raw.VariableShape(handle)
    count = raw.ExpandDims(terms.size(indices), 0)
    values = raw.Reshape(dy, terms.concat([count, dims[1:]], 0))
    return IndexedSlices(values, raw.Reshape(indices, count), dims), None


KINDS = ("Update", "Add", "Sub", "Mul", "Div", "Min", "Max")
ND_KINDS = ("Update", "Add", "Sub", "Min", "Max")

# ---- rows ------------------------------------------------------------------------------------------------------------


def _rows_fit(params, indices, updates):
    """Whether updates are indices.shape + params.shape[1:]."""
    fits = len(updates) == len(indices) + len(params) - 1
    for i in range(min(len(updates), len(indices))):
        fits = fits and may_equal(updates[i], indices[i])
    for i in range(len(indices), min(len(updates), len(indices) + len(params) - 1)):
        fits = fits and may_equal(updates[i], params[i - len(indices) + 1])
    return fits


def _starts_with(updates, indices):
    starts = len(updates) >= len(indices)
    for i in range(min(len(updates), len(indices))):
        starts = starts and may_equal(updates[i], indices[i])
    return starts


def _into_ref(ref, indices, updates):
    check(len(ref) >= 1, "params must be at least 1-D, got shape {}", ref)
    check(
        len(updates) == 0 or _rows_fit(ref, indices, updates),
        "Must have updates.shape = indices.shape + params.shape[1:] or updates.shape = [], got updates.shape {}, "
        "indices.shape {}, params.shape {}",
        updates,
        indices,
        ref,
    )
    return ()


def _into_resource(resource, indices, updates):
    check(len(resource) >= 1, "params must be at least 1-D, got shape {}", resource)
    check(
        len(updates) == 0 or _starts_with(updates, indices),
        "The shape of indices ({}) must be a prefix of the shape of updates ({})",
        indices,
        updates,
    )
    check(
        len(updates) == 0 or _rows_fit(resource, indices, updates),
        "shape of updates {} is not that of indices {} and of rows of the variable, {}",
        updates,
        indices,
        resource,
    )
    return ()


def _declare_scatter(kind):
    @op(f"Scatter{kind}")
    class Scatter:
        """Rows of a ref variable, at indices, replaced by or combined with updates; repeated rows in order.

        ref [N, ...], indices [...], updates indices.shape + ref.shape[1:] or [].
        """

        kernel = f"scatter_{kind.lower()}"
        gradient = NOT_DIFFERENTIABLE if kind in ("Add", "Sub", "Mul", "Div") else None
        forwards = ("output_ref", "ref")
        variables = {"ref": "T"}
        moves = ("ref", "updates") if kind == "Update" else ()
        writes = True
        shape = _into_ref

    @op(f"ResourceScatter{kind}")
    class ResourceScatter:
        """Rows of a resource variable, at indices, replaced by or combined with updates; repeated rows in order.

        The variable [N, ...], indices [...], updates indices.shape + variable.shape[1:] or [].
        """

        kernel = f"resource_scatter_{kind.lower()}"
        variables = {"resource": "dtype"}
        moves = ("resource", "updates") if kind == "Update" else ()
        writes = True
        shape = _into_resource


# ---- elements and slices ---------------------------------------------------------------------------------------------


def _check_nd(params, indices, updates):
    check(len(indices) >= 1, "Indices shape must have rank at least one. Found: {}", indices)
    batch = max(len(indices) - 1, 1)
    depth = indices[len(indices) - 1] if len(indices) > 1 else 1
    for i in range(min(batch, len(updates))):
        check(
            may_equal(indices[i], updates[i]),
            "Dimensions [0,{}) of indices[shape={}] = {} must match dimensions [0,{}) of updates[shape={}] = {}",
            batch,
            indices,
            indices[i],
            batch,
            updates,
            updates[i],
        )
    if depth == UNKNOWN:
        return
    fits = depth <= len(params) and len(updates) == batch + len(params) - depth
    for i in range(depth, len(params)):
        at = batch + i - depth
        fits = fits and (at >= len(updates) or may_equal(updates[at], params[i]))
    check(
        fits,
        "Dimensions [{},{}) of input[shape={}] must match dimensions [{},{}) of updates[shape={}]",
        depth,
        len(params),
        params,
        depth,
        len(updates),
        updates,
    )


def _nd_into_ref(ref, indices, updates):
    _check_nd(ref, indices, updates)
    return ()


def _nd_into_resource(ref, indices, updates):
    _check_nd(ref, indices, updates)
    return ()


def _declare_scatter_nd(kind):
    @op(f"ScatterNd{kind}")
    class ScatterNd:
        """Elements or slices of a ref variable replaced by or combined with updates; repeated ones in order.

        ref [...], indices [..., depth], updates indices.shape[:-1] + ref.shape[depth:].
        """

        kernel = f"scatter_nd_{kind.lower()}"
        gradient = NOT_DIFFERENTIABLE if kind in ("Add", "Sub", "Update") else None
        forwards = ("output_ref", "ref")
        variables = {"ref": "T"}
        moves = ("ref", "updates") if kind == "Update" else ()
        writes = True
        shape = _nd_into_ref

    @op(f"ResourceScatterNd{kind}")
    class ResourceScatterNd:
        """As ScatterNd of the same kind, into a resource variable."""

        kernel = f"scatter_nd_{kind.lower()}"
        variables = {"ref": "T"}
        moves = ("ref", "updates") if kind == "Update" else ()
        writes = True
        shape = _nd_into_resource


for _kind in KINDS:
    _declare_scatter(_kind)
for _kind in ND_KINDS:
    _declare_scatter_nd(_kind)

# ---- gathering -------------------------------------------------------------------------------------------------------


@op("ResourceGather")
class ResourceGather:
    """Rows of a resource variable at indices, within each of the leading batch_dims.

    variable [B..., N, ...], indices [B..., ...] -> indices.shape + variable.shape[batch_dims + 1:].
    """

    kernel = "resource_gather"
    variables = {"resource": "dtype"}
    moves = ("resource", "output")
    gradient = _rows_of_variable

    def shape(resource, indices, batch_dims, out):
        check(
            0 <= batch_dims <= len(indices) and batch_dims < len(resource),
            "batch_dims {} does not fit a variable of shape {} and indices of shape {}",
            batch_dims,
            resource,
            indices,
        )
        for i in range(batch_dims):
            check(
                may_equal(resource[i], indices[i]),
                "params.shape[{}]: {} should be equal to indices.shape[{}]: {}",
                i,
                resource[i],
                i,
                indices[i],
            )
        for i in range(len(indices)):
            out.append(indices[i])
        for i in range(batch_dims + 1, len(resource)):
            out.append(resource[i])


@op("ResourceGatherNd")
class ResourceGatherNd:
    """Elements or slices of a resource variable. indices [..., depth] -> indices.shape[:-1] + variable.shape[depth:]."""

    kernel = "resource_gather_nd"
    variables = {"resource": "dtype"}
    moves = ("resource", "output")

    def shape(resource, indices, out):
        check(len(indices) >= 1, "indices must be at least a vector")
        depth = indices[len(indices) - 1]
        if depth == UNKNOWN:
            out.unknown_rank()
            return
        check(
            depth <= len(resource),
            "index innermost dimension length must be <= params rank; saw: {} vs. {}",
            depth,
            len(resource),
        )
        for i in range(len(indices) - 1):
            out.append(indices[i])
        for i in range(depth, len(resource)):
            out.append(resource[i])

    def gradient(op, dy):
        handle, indices = op.inputs
        dims = raw.VariableShape(handle, out_type=indices.dtype)
        if indices.dims is not None and len(indices.dims) == 2 and indices.dims[-1] == 1:
            return IndexedSlices(dy, raw.Squeeze(indices, squeeze_dims=[-1]), dims), None
        return raw.ScatterNd(indices, dy, dims), None
