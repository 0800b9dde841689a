"""Diagonals, bands and triangles of matrices, read and written."""

import numpy as np

from nbtf import dtypes, shapes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, may_equal, merged


def _with_zero_diagonals(dy, k, diagonal):
    dims = diagonal.dims if terms.fully_known(diagonal.dims) else terms.shape(diagonal)
    return _set_diag(dy, terms.zeros(dims, dy.dtype), k)


def _diag_part(x, k=0, align="RIGHT_LEFT"):
    return raw.MatrixDiagPartV3(x, k, _padding(x), align=align, name="diag_part")


def _set_diag(x, diagonal, k=0, align="RIGHT_LEFT"):
    return raw.MatrixSetDiagV3(x, diagonal, k, align=align, name="set_diag")


def _diag(diagonal, k=0, rows=-1, columns=-1, align="RIGHT_LEFT"):
    return raw.MatrixDiagV3(diagonal, k, rows, columns, _padding(diagonal), align=align, name="diag")


def _padding(x):
    return False if x.dtype.base_dtype == dtypes.bool else 0


def _part_gradient(op, dy, **align):
    """The gradient of MatrixDiagPartV2 and V3: a matrix of nothing but these diagonals."""
    x, k, _ = op.inputs
    dims = None if x.dims is None else x.dims[-2:]
    if terms.fully_known(dims):
        return _diag(dy, k, *dims, **align), None, None
    return _set_diag(terms.zeros_like(x), dy, k, **align), None, None


def _set_gradient(op, dy, **align):
    _, diagonal, k = op.inputs
    dims = diagonal.dims if terms.fully_known(diagonal.dims) else terms.shape(diagonal)
    dx = _set_diag(dy, terms.zeros(dims, dy.dtype), k, **align)
    return dx, _diag_part(dy, k, **align), None


def _main_diagonal_gradient(op, dy):
    x = op.inputs[0]
    dims = None if x.dims is None else x.dims[-2:]
    if terms.fully_known(dims) and dims[0] == dims[1]:
        return _diag(dy)
    return _set_diag(terms.zeros_like(x), dy)


def _set_main_diagonal_gradient(op, dy):
    x = op.inputs[0]
    dims = x.dims if terms.fully_known(x.dims) else dy.dims
    if terms.fully_known(dims):
        diagonal = [*dims[:-2], min(dims[-2:])]
    else:
        with op.graph.colocate_with(dy.op):
            dims, rank = terms.shape(dy), terms.rank(dy)
            batch = raw.Slice(dims, [0], [rank - 2])
            matrix = raw.Slice(dims, [rank - 2], [2])
            diagonal = terms.concat([batch, [raw.Min(matrix, terms.all_axes(matrix))]], 0)
    return _set_diag(dy, terms.zeros(diagonal, dy.dtype)), _diag_part(dy)


def _band_gradient(op, dy):
    return raw.MatrixBandPart(dy, op.inputs[1], op.inputs[2]), None, None


# ---- tensors with a diagonal -----------------------------------------------------------------------------------------


@op("Diag")
class Diag:
    """Zeros but for output[i..., i...] = diagonal[i...]: diagonal [d...] -> [d..., d...]."""

    kernel = "diag"
    moves = ("diagonal", "output")

    def shape(diagonal, out):
        check(len(diagonal) >= 1, "Input must be at least rank 1, got {}", len(diagonal))
        for _ in range(2):
            for i in range(len(diagonal)):
                out.append(diagonal[i])

    def gradient(op, dy):
        return raw.DiagPart(dy)


@op("DiagPart")
class DiagPart:
    """diagonal[i...] = input[i..., i...]: input [d..., d...] -> [d...]."""

    kernel = "diag_part"
    moves = ("input", "diagonal")

    def shape(input, out):
        half = len(input) // 2
        check(
            len(input) % 2 == 0 and half > 0,
            "The rank of the tensor should be even and positive, got shape {}",
            input,
        )
        for i in range(half):
            check(
                may_equal(input[i], input[half + i]),
                "Invalid shape {}: dimensions {} and {} do not match.",
                input,
                i,
                half + i,
            )
            out.append(merged(input[i], input[half + i]))

    def gradient(op, dy):
        return raw.Diag(dy)


# ---- diagonals of matrices -------------------------------------------------------------------------------------------
#
# k names one diagonal or, as (lower, upper), a band of them: 0 the main one, positive above it. A band is stored as
# [..., upper - lower + 1, longest], the uppermost first, each padded at the end that `align` says.


def _ends(k):
    """(lower, upper); HIDDEN where not known."""
    check(1 <= len(k) <= 2, "diag_index must be a scalar or vector with one or two elements, got {} elements.", len(k))
    lower, upper = k[0], k[len(k) - 1]
    check(
        HIDDEN in (lower, upper) or lower <= upper,
        "lower_diag_index must not be larger than upper_diag_index: {} > {}",
        lower,
        upper,
    )
    return lower, upper


def _check_end(name_is_lower, end, rows, columns):
    if UNKNOWN not in (rows, columns):
        check(
            -rows < end < columns or end == 0,
            "{}_diag_index is out of bound: {} It must be between {} and {}",
            "lower" if name_is_lower else "upper",
            end,
            1 - rows,
            columns - 1,
        )


def _longest(lower, upper, rows, columns):
    if UNKNOWN in (rows, columns):
        return UNKNOWN
    return min(rows + min(upper, 0), columns - max(lower, 0))


def _diagonal_dims(input, k, out):
    """Dims of the diagonals k of matrices."""
    check(len(input) >= 2, "input must be at least 2-dim, received shape: {}", input)
    lower, upper = _ends(k)
    if HIDDEN in (lower, upper):
        out.unknown_rank()
        return
    rows, columns = input[-2], input[-1]
    _check_end(True, lower, rows, columns)
    _check_end(False, upper, rows, columns)
    for i in range(len(input) - 2):
        out.append(input[i])
    if lower < upper:
        out.append(upper - lower + 1)
    out.append(_longest(lower, upper, rows, columns))


def _matrix_dims(diagonal, k, num_rows, num_cols, out):
    """Dims of the matrices that hold `diagonal` at k; num_rows and num_cols may be -1: as few as will do."""
    check(len(diagonal) >= 1, "diagonal must be at least 1-dim, received shape: {}", diagonal)
    check(len(num_rows) == 1 and len(num_cols) == 1, "num_rows and num_cols must be scalars")
    lower, upper = _ends(k)
    if HIDDEN in (lower, upper):
        out.unknown_rank()
        return
    band = lower < upper
    check(not band or len(diagonal) >= 2, "diagonal must be at least 2-dim, received shape: {}", diagonal)
    check(
        not band or may_equal(diagonal[-2], upper - lower + 1),
        "The number of diagonals provided in the input does not match the lower_diag_index and upper_diag_index range.",
    )
    for i in range(len(diagonal) - (2 if band else 1)):
        out.append(diagonal[i])
    rows, columns, longest = num_rows[0], num_cols[0], diagonal[-1]
    if longest == UNKNOWN or HIDDEN in (rows, columns):
        out.append(max(rows, UNKNOWN))
        out.append(max(columns, UNKNOWN))
        return
    least_rows, least_columns = longest - min(upper, 0), longest + max(lower, 0)
    check(rows == -1 or rows >= least_rows, "The number of rows is too small.")
    check(columns == -1 or columns >= least_columns, "The number of columns is too small.")
    if rows == -1 and columns == -1:
        rows = columns = max(least_rows, least_columns)
    rows = least_rows if rows == -1 else rows
    columns = least_columns if columns == -1 else columns
    check(
        rows == least_rows or columns == least_columns,
        "The number of rows or columns is not consistent with the specified d_lower, d_upper, and diagonal.",
    )
    _check_end(True, lower, rows, columns)
    _check_end(False, upper, rows, columns)
    out.append(rows)
    out.append(columns)


def _check_diagonal(input, diagonal, k):
    """Whether `diagonal` fits the diagonals k of matrices."""
    check(len(input) >= 2, "input must be at least 2-dim, received shape: {}", input)
    lower, upper = _ends(k)
    if HIDDEN in (lower, upper):
        return
    rows, columns = input[-2], input[-1]
    _check_end(True, lower, rows, columns)
    _check_end(False, upper, rows, columns)
    band = lower < upper
    fits = len(diagonal) == len(input) - (0 if band else 1)
    for i in range(len(input) - 2):
        fits = fits and may_equal(diagonal[i], input[i])
    fits = fits and (not band or may_equal(diagonal[-2], upper - lower + 1))
    check(
        fits and may_equal(diagonal[-1], _longest(lower, upper, rows, columns)),
        "Input and diagonal don't match: the diagonals {} to {} of input {} are not of shape {}",
        lower,
        upper,
        input,
        diagonal,
    )


def _main(node, r):
    """The index of the main diagonal."""
    return r.constant(np.asarray(0, np.int32))


def _zero(node, r):
    dtype = node.inputs[0].dtype
    return r.constant(np.zeros((), dtype.storage), dtype)


def _lower_to_v3(node, r, op_type, inputs):
    """The earlier versions align every diagonal to the left, and know only the main one at first."""
    dtype = node.inputs[0].dtype
    return r.add(op_type, inputs, [(dtype, node.outputs[0].shape)], T=dtype, align="LEFT_LEFT")


@op("MatrixDiagV3")
class MatrixDiagV3:
    """Matrices with `diagonal` at k, padding_value elsewhere: diagonal [..., (d,) n] -> [..., num_rows, num_cols]."""

    kernel = "matrix_diag"
    moves = ("diagonal", "padding_value", "output")

    def shape(diagonal, k: Value, num_rows: Value, num_cols: Value, padding_value, out):
        check(len(padding_value) == 0, "padding_value must be a scalar")
        _matrix_dims(diagonal, k, num_rows, num_cols, out)

    def gradient(op, dy):
        return _diag_part(dy, op.inputs[1], op.attrs.align), None, None, None, None


@op("MatrixDiagV2")
class MatrixDiagV2:
    """As MatrixDiagV3 with every diagonal aligned to the left."""

    def shape(diagonal, k: Value, num_rows: Value, num_cols: Value, padding_value, out):
        check(len(padding_value) == 0, "padding_value must be a scalar")
        _matrix_dims(diagonal, k, num_rows, num_cols, out)

    def lower(node, r):
        return _lower_to_v3(node, r, "MatrixDiagV3", node.inputs)

    def gradient(op, dy):
        return _diag_part(dy, op.inputs[1]), None, None, None, None


@op("MatrixDiag", "BatchMatrixDiag")
class MatrixDiag:
    """Square matrices with the main diagonal given and zeros elsewhere: diagonal [..., n] -> [..., n, n]."""

    gradient = {"MatrixDiag": lambda op, dy: _diag_part(dy)}

    def shape(diagonal, out):
        check(len(diagonal) >= 1, "input must be at least 1-dim, received shape: {}", diagonal)
        shapes.copy_dims(diagonal, out)
        out.append(diagonal[-1])

    def lower(node, r):
        size = r.constant(np.asarray(-1, np.int32))
        return _lower_to_v3(node, r, "MatrixDiagV3", [node.inputs[0], _main(node, r), size, size, _zero(node, r)])


@op("MatrixDiagPartV3")
class MatrixDiagPartV3:
    """The diagonals k of matrices, padded to the longest: input [..., m, n] -> [..., (d,) longest]."""

    kernel = "matrix_diag_part"
    moves = ("input", "padding_value", "diagonal")

    def shape(input, k: Value, padding_value, out):
        check(len(padding_value) == 0, "padding_value must be a scalar")
        _diagonal_dims(input, k, out)

    def gradient(op, dy):
        return _part_gradient(op, dy, align=op.attrs.align)


@op("MatrixDiagPartV2")
class MatrixDiagPartV2:
    """As MatrixDiagPartV3 with every diagonal aligned to the left."""

    gradient = _part_gradient

    def shape(input, k: Value, padding_value, out):
        check(len(padding_value) == 0, "padding_value must be a scalar")
        _diagonal_dims(input, k, out)

    def lower(node, r):
        return _lower_to_v3(node, r, "MatrixDiagPartV3", node.inputs)


@op("MatrixDiagPart", "BatchMatrixDiagPart")
class MatrixDiagPart:
    """The main diagonal of matrices: input [..., m, n] -> [..., min(m, n)]."""

    gradient = {"MatrixDiagPart": _main_diagonal_gradient}

    def shape(input, out):
        _diagonal_dims(input, (0,), out)

    def lower(node, r):
        return _lower_to_v3(node, r, "MatrixDiagPartV3", [node.inputs[0], _main(node, r), _zero(node, r)])


@op("MatrixSetDiagV3")
class MatrixSetDiagV3:
    """input with its diagonals k replaced: input [..., m, n], diagonal [..., (d,) longest] -> [..., m, n]."""

    kernel = "matrix_set_diag"
    moves = ("input", "diagonal", "output")

    def shape(input, diagonal, k: Value, out):
        _check_diagonal(input, diagonal, k)
        shapes.copy_dims(input, out)

    def gradient(op, dy):
        return _set_gradient(op, dy, align=op.attrs.align)


@op("MatrixSetDiagV2")
class MatrixSetDiagV2:
    """As MatrixSetDiagV3 with every diagonal aligned to the left."""

    gradient = _set_gradient

    def shape(input, diagonal, k: Value, out):
        _check_diagonal(input, diagonal, k)
        shapes.copy_dims(input, out)

    def lower(node, r):
        return _lower_to_v3(node, r, "MatrixSetDiagV3", node.inputs)


@op("MatrixSetDiag", "BatchMatrixSetDiag")
class MatrixSetDiag:
    """input with its main diagonal replaced: input [..., m, n], diagonal [..., min(m, n)] -> [..., m, n]."""

    gradient = {"MatrixSetDiag": _set_main_diagonal_gradient}

    def shape(input, diagonal, out):
        _check_diagonal(input, diagonal, (0,))
        shapes.copy_dims(input, out)

    def lower(node, r):
        return _lower_to_v3(node, r, "MatrixSetDiagV3", [*node.inputs, _main(node, r)])


# ---- bands -----------------------------------------------------------------------------------------------------------


@op("MatrixBandPart", "BatchMatrixBandPart")
class MatrixBandPart:
    """Zeros but within num_lower diagonals below and num_upper above the main one (negative: all): [..., m, n]."""

    kernel = "matrix_band_part"
    moves = ("input", "band")
    gradient = {"MatrixBandPart": _band_gradient}

    def shape(input, num_lower: Value, num_upper: Value, out):
        check(len(input) >= 2, "input must be at least 2-dim, received shape: {}", input)
        check(len(num_lower) == 1, "num_lower must be scalar")
        check(len(num_upper) == 1, "num_upper must be scalar")
        check(
            input[-2] == UNKNOWN or num_lower[0] <= input[-2],
            "num_lower must be negative or less or equal to number of rows ({}) got: {}",
            input[-2],
            num_lower[0],
        )
        check(
            input[-1] == UNKNOWN or num_upper[0] <= input[-1],
            "num_upper must be negative or less or equal to number of columns ({}) got: {}",
            input[-1],
            num_upper[0],
        )
        shapes.copy_dims(input, out)
