"""Derivatives of inverses, decompositions and solutions of equations, for the blocks of linalg.py."""

from nbtf import dtypes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.raw_ops import raw


def _conjugate_transpose(x):
    with terms.op_scope("adjoint"):
        return terms.transposed_matrices(x, conjugate=True)


def _eye(rows, batch, dtype):
    """Identity matrices [*batch, rows, rows]; one without a batch."""
    with terms.op_scope("eye"):
        order = raw.Minimum(rows, rows)
        batch = terms.constant([], dtypes.int32, "shape") if batch is None else batch
        diagonal_shape = terms.concat([batch, [order]], 0)
        return raw.MatrixDiagV3(terms.ones(diagonal_shape, dtype), 0, -1, -1, 0, name="diag")


def _solved(matrix, rhs, **attrs):
    with terms.op_scope("triangular_solve"):
        return raw.MatrixTriangularSolve(matrix, rhs, **attrs)


def _safe_reciprocal(x, epsilon=1e-20):
    """1/x, and 0 where x is 0."""
    return x * raw.Reciprocal(x * x + epsilon)


def inverse(op, dy):
    inverse = op.outputs[0]
    if op.attrs.adjoint:
        return -terms.matmul(inverse, terms.matmul(dy, inverse, adjoint_a=True))
    return -terms.matmul(inverse, terms.matmul(dy, inverse, adjoint_b=True), adjoint_a=True)


def determinant(op, dy):
    x, y = op.inputs[0], op.outputs[0]
    adjoint_inverse = raw.MatrixInverse(x, adjoint=True)
    return raw.Reshape(dy * y, terms.concat([terms.shape(y), [1, 1]], 0)) * adjoint_inverse


def cholesky(op, dy):
    lower = op.outputs[0]
    rows, batch = terms.shape(lower)[-1], terms.shape(lower)[:-2]
    inverse = _solved(lower, _eye(rows, batch, lower.dtype))
    middle = terms.matmul(lower, dy, adjoint_a=True)
    middle = _set_diag(middle, 0.5 * _diag_part(middle))
    middle = raw.MatrixBandPart(middle, -1, 0)
    dx = terms.matmul(terms.matmul(inverse, middle, adjoint_a=True), inverse)
    dx += _conjugate_transpose(dx)
    return dx * 0.5


def solve(op, dy):
    a, x = op.inputs[0], op.outputs[0]
    d_rhs = raw.MatrixSolve(a, dy, adjoint=not op.attrs.adjoint)
    if op.attrs.adjoint:
        return -terms.matmul(x, d_rhs, adjoint_b=True), d_rhs
    return -terms.matmul(d_rhs, x, adjoint_b=True), d_rhs


def triangular_solve(op, dy):
    a, b = op.inputs
    x = op.outputs[0]
    lower, adjoint = op.attrs.lower, op.attrs.adjoint
    d_rhs = _solved(a, dy, lower=lower, adjoint=not adjoint)
    da = -terms.matmul(x, d_rhs, adjoint_b=True) if adjoint else -terms.matmul(d_rhs, x, adjoint_b=True)
    da = raw.MatrixBandPart(da, -1, 0) if lower else raw.MatrixBandPart(da, 0, -1)
    if terms.fully_known(a.dims) and terms.fully_known(b.dims) and a.dims[:-2] == b.dims[:-2]:
        return da, d_rhs
    a_shape, b_shape = terms.shape(a), terms.shape(b)
    a_axes, b_axes = raw.BroadcastGradientArgs(a_shape[:-2], b_shape[:-2])
    da = raw.Reshape(terms.reduce_sum(da, a_axes), a_shape)
    return da, raw.Reshape(terms.reduce_sum(d_rhs, b_axes), b_shape)


def self_adjoint_eig(op, d_e, d_v):
    """Infinite where eigenvalues are equal: their vectors are not determined then."""
    e, v = op.outputs
    with terms.after(d_e, d_v):
        if op.attrs.compute_v:
            differences = raw.ExpandDims(e, -2) - raw.ExpandDims(e, -1)
            f = _set_diag(_safe_reciprocal(differences), terms.zeros_like(e))
            inner = _diag(d_e) + f * terms.matmul(v, d_v, adjoint_a=True)
        else:
            _, v = raw.SelfAdjointEigV2(op.inputs[0])
            inner = _diag(d_e)
        dx = terms.matmul(v, terms.matmul(inner, v, adjoint_b=True))
        dx = raw.MatrixBandPart(dx + _conjugate_transpose(dx), -1, 0)
        return _set_diag(dx, 0.5 * _diag_part(dx))


def _diag_part(x):
    return raw.MatrixDiagPartV3(x, 0, 0, name="diag_part")


def _set_diag(x, diagonal):
    return raw.MatrixSetDiagV3(x, diagonal, 0, name="set_diag")


def _diag(diagonal):
    return raw.MatrixDiagV3(diagonal, 0, -1, -1, 0, name="diag")


def log_determinant(op, _, dy):
    adjoint_inverse = raw.MatrixInverse(op.inputs[0], adjoint=True)
    return raw.Reshape(dy, terms.concat([terms.shape(op.outputs[1]), [1, 1]], 0)) * adjoint_inverse


def qr(op, dq, dr):
    q, r = op.outputs
    dims = r.dims
    if dims is None or not terms.fully_known(dims[-2:]):
        raise NotImplementedError(
            "QrGrad not implemented with dynamic shapes. The inner matrix dimensions of the input must be known."
        )
    rows, columns = q.dims[-2], dims[-1]
    if dims[-2] > columns and rows == q.dims[-1]:
        raise NotImplementedError(
            "QrGrad not implemented when nrows > ncols and full_matrices is true. Received r.shape="
            f"{r.shape} with nrows={dims[-2]} and ncols={columns}."
        )
    if rows >= columns:
        return _qr_of_tall(q, r, dq, dr)
    # a = [x, y], r = [u, v]: x has the q of a
    y, u = op.inputs[0][..., :, rows:], r[..., :, :rows]
    dv, du = dr[..., :, rows:], dr[..., :, :rows]
    dy = terms.matmul(q, dv)
    dx = _qr_of_tall(q, u, dq + terms.matmul(y, dv, adjoint_b=True), du)
    return terms.concat([dx, dy], -1)


def _qr_of_tall(q, r, dq, dr):
    q_dq = terms.matmul(q, dq, adjoint_a=True)
    skew_q = q_dq - _conjugate_transpose(q_dq)
    r_dr = terms.matmul(r, dr, adjoint_b=True)
    skew_r = r_dr - _conjugate_transpose(r_dr)
    lower = raw.MatrixBandPart(skew_q + skew_r, -1, 0)
    inside = terms.matmul(q, dr + _times_adjoint_inverse(lower, r))
    outside = _times_adjoint_inverse(dq - terms.matmul(q, q_dq), r)
    da = inside + outside
    if q.dtype.is_complex:
        m = r_dr - _conjugate_transpose(q_dq)
        diagonal = _set_diag(terms.zeros_like(m), _diag_part(m))
        turn = diagonal - terms.cast(raw.Real(diagonal, Tout=q.dtype.real_dtype), q.dtype)
        da += _times_adjoint_inverse(terms.matmul(q, _conjugate_transpose(turn)), r)
    return da


def _times_adjoint_inverse(x, upper):
    """x times the adjoint of the inverse of an upper triangular matrix."""
    return _conjugate_transpose(_solved(upper, _conjugate_transpose(x), lower=False, adjoint=False))


def svd(op, ds, du, dv):
    """Infinite where singular values are equal: their vectors are not determined then."""
    a = op.inputs[0]
    ds = terms.cast(ds, a.dtype)
    seeds = ds, du, dv
    ds = _diag(ds)
    if not op.attrs.compute_uv:
        _, u, v = raw.Svd(a, compute_uv=True)
        return terms.matmul(u, terms.matmul(ds, v, adjoint_b=True))
    if a.dims is None or not terms.fully_known(a.dims[-2:]):
        raise NotImplementedError("SVD gradient has not been implemented for input with unknown inner matrix shape.")
    m, n = a.dims[-2:]
    s, u, v = op.outputs
    s = terms.cast(s, a.dtype)
    tall = m > n
    if tall:  # the gradient of the adjoint, a^H = v s u^H
        m, n, u, v, du, dv = n, m, v, u, dv, du
    full = op.attrs.full_matrices
    with terms.after(*seeds):
        if full and n - m > 1:
            raise NotImplementedError("svd gradient is not implemented for abs(m - n) > 1 when full_matrices is True")
        da = _svd_of_wide(s, u, v, ds, du, dv, m, n, full)
        return terms.transposed_matrices(da, conjugate=True) if tall else da


def _svd_of_wide(s, u, v, ds, du, dv, m, n, full):
    s_matrix, squares = _diag(s), raw.Square(s)
    dims = terms.shape(s)
    differences = raw.ExpandDims(squares, -2) - raw.ExpandDims(squares, -1)
    f = _set_diag(_safe_reciprocal(differences), terms.zeros_like(s))
    inverse = _diag(_safe_reciprocal(s))
    v1, dv1 = v[..., :, :m], dv[..., :, :m]
    u_du = terms.matmul(u, du, adjoint_a=True)
    v_dv = terms.matmul(v1, dv1, adjoint_a=True)
    f_u, f_v = f * u_du, f * v_dv
    inner = (
        ds
        + terms.matmul(f_u + _conjugate_transpose(f_u), s_matrix)
        + terms.matmul(s_matrix, f_v + _conjugate_transpose(f_v))
    )
    da = terms.matmul(u, terms.matmul(inner, v1, adjoint_b=True))
    if m != n:
        rows = terms.transposed_matrices(dv1, conjugate=True)
        outside = rows - terms.matmul(terms.matmul(rows, v1), v1, adjoint_b=True)
        if full:
            v2, dv2 = v[..., :, m:n], dv[..., :, m:n]
            outside -= terms.matmul(terms.matmul(v1, dv2, adjoint_a=True), v2, adjoint_b=True)
        da = da + terms.matmul(terms.matmul(u, inverse), outside)
    if s.dtype.is_complex:
        phases = _eye(dims[-1], dims[:-1], s.dtype) * v_dv
        turned = terms.matmul(inverse, _conjugate_transpose(phases) - phases)
        da += 0.5 * terms.matmul(u, terms.matmul(turned, v1, adjoint_b=True))
    return da


def eig(op, d_e, d_v):
    e, v = op.outputs
    with terms.after(d_e, d_v):
        if not op.attrs.compute_v:
            _, v = raw.Eig(op.inputs[0], Tout=e.dtype)
            adjoint = _conjugate_transpose(v)
            da = raw.MatrixSolve(adjoint, terms.matmul(_diag(d_e), adjoint))
            return terms.cast(da, op.inputs[0].dtype)
        adjoint = _conjugate_transpose(v)
        differences = raw.ExpandDims(e, -2) - raw.ExpandDims(e, -1)
        f = terms.conj(_set_diag(_safe_reciprocal(differences), terms.zeros_like(e)))
        v_dv = terms.matmul(adjoint, d_v)
        middle = _diag(d_e)
        lengths = _diag(_diag_part(terms.cast(raw.Real(v_dv, Tout=e.dtype.real_dtype), v_dv.dtype)))
        middle += f * (v_dv - terms.matmul(terms.matmul(adjoint, v), lengths))
        return terms.cast(raw.MatrixSolve(adjoint, terms.matmul(middle, adjoint)), op.inputs[0].dtype)


def solve_least_squares(op, dx):
    if not op.attrs.fast:
        raise ValueError("Gradient not defined for fast=False")
    a, b = op.inputs[:2]
    if a.dims is None or not terms.fully_known(a.dims[-2:]):
        raise NotImplementedError("The gradient of MatrixSolveLs needs inner matrix dimensions that are known")
    if a.dims[-2] >= a.dims[-1]:
        return _overdetermined(op, a, b, dx)
    return _underdetermined(op, a, b, dx)


def _overdetermined(op, a, b, dx):
    x = op.outputs[0]
    z = _cholesky_solved(_gramian_cholesky(op, a, first_kind=True), dx)
    x_z = terms.matmul(x, z, adjoint_b=True)
    symmetric = x_z + terms.transposed_matrices(x_z)
    da = -terms.matmul(a, symmetric) + terms.matmul(b, z, adjoint_b=True)
    return da, terms.matmul(a, z), None


def _underdetermined(op, a, b, dx):
    factor = _gramian_cholesky(op, a, first_kind=False)
    db = _cholesky_solved(factor, terms.matmul(a, dx))
    z = _cholesky_solved(factor, b)
    first = -terms.matmul(db, terms.matmul(z, a, adjoint_a=True))
    second = terms.matmul(z, dx - terms.matmul(a, db, adjoint_a=True), adjoint_b=True)
    return first + second, db, None


def _gramian_cholesky(op, a, first_kind):
    """Cholesky factor of a^T a + l2 (of the second kind: of a a^T + l2)."""
    l2 = terms.cast(op.inputs[2], a.dtype)
    gramian = terms.matmul(a, a, adjoint_a=first_kind, adjoint_b=not first_kind)
    dims = terms.shape(a)
    batch = dims[:-2]
    identity = _eye(dims[-1] if first_kind else dims[-2], batch, a.dtype)
    order = a.dims[-1] if first_kind else a.dims[-2]
    identity.set_shape([*(None if dim < 0 else dim for dim in a.dims[:-2]), order, order])
    return raw.Cholesky(gramian + l2 * identity)


def _cholesky_solved(factor, rhs):
    with terms.op_scope("cholesky_solve"):
        half = raw.MatrixTriangularSolve(factor, rhs, lower=True, adjoint=False)
        return raw.MatrixTriangularSolve(factor, half, lower=True, adjoint=True)


def square_root(op, dy):
    """By the Sylvester equation y dx + dx y = dy, written as one system of equations for all elements of dx."""
    y = op.outputs[0]
    dims = terms.shape(y)
    order = dims[-1]
    count = terms.reduce_prod(dims[0:-2])
    identity = raw.Reshape(raw.Tile(raw.Reshape(_eye(order, None, y.dtype), [-1]), [count]), dims)
    equations = raw.AddV2(
        _kronecker_product(identity, terms.transposed_matrices(y)), _kronecker_product(y, identity), name="Add"
    )
    batch = raw.Slice(dims, [0], [raw.Sub(terms.size(dims), 2)])
    column = terms.concat([batch, [order * order], [1]], 0)
    elements = raw.Reshape(terms.transposed_matrices(dy), column)
    return terms.transposed_matrices(raw.Reshape(raw.MatrixSolve(equations, elements), dims))


def _kronecker_product(a, b):
    """Of square matrices [..., m, m] and [..., n, n]: [..., m n, m n]."""
    a_shape, b_shape = terms.shape(a), terms.shape(b)
    m, n = a_shape[-1], b_shape[-1]
    batch = raw.Slice(a_shape, [0], [raw.Sub(terms.size(a_shape), 2)])
    a_spread = terms.concat([batch, [m], [1], [m], [1]], 0)
    b_spread = terms.concat([batch, [1], [n], [1], [n]], 0)
    a, b = raw.Reshape(a, a_spread), raw.Reshape(b, b_spread)
    order = m * n
    dims = terms.concat([batch, [order], [order]], 0)
    return raw.Reshape(a * b, dims)
