"""tf.linalg: matrices, their parts, products, factors and inverses."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.linalg.diagonals": (
        "adjoint", "eye", "matrix_band_part as band_part", "matrix_diag as diag", "matrix_diag_part as diag_part",
        "matrix_set_diag as set_diag", "matrix_transpose", "matrix_transpose as transpose", "tensor_diag",
        "tensor_diag_part", "trace",
    ),
    "nbtf.linalg.einsums": ("einsum",),
    "nbtf.linalg.exponential": ("expm",),
    "nbtf.linalg.factors": (
        "cholesky", "cholesky_solve", "logdet", "logm", "lu", "matrix_determinant as det", "matrix_inverse as inv",
        "matrix_solve as solve", "matrix_solve_ls as lstsq", "matrix_square_root as sqrtm",
        "matrix_triangular_solve as triangular_solve", "qr", "self_adjoint_eig as eigh",
        "self_adjoint_eigvals as eigvalsh", "slogdet", "svd",
    ),
    "nbtf.linalg.lu_factors": ("lu_matrix_inverse", "lu_reconstruct", "lu_solve"),
    "nbtf.linalg.norms": ("norm", "normalize"),
    "nbtf.linalg.products": ("cross", "matvec", "tensordot"),
    "nbtf.linalg.ranks": ("matrix_rank", "pinv"),
    "nbtf.linalg.tridiagonal": ("eigh_tridiagonal", "tridiagonal_matmul", "tridiagonal_solve"),
    "nbtf.linear_operators": (
        "LinearOperator", "LinearOperatorAdjoint", "LinearOperatorBlockDiag", "LinearOperatorBlockLowerTriangular",
        "LinearOperatorCirculant", "LinearOperatorCirculant2D", "LinearOperatorCirculant3D",
        "LinearOperatorComposition", "LinearOperatorDiag", "LinearOperatorFullMatrix", "LinearOperatorHouseholder",
        "LinearOperatorIdentity", "LinearOperatorInversion", "LinearOperatorKronecker", "LinearOperatorLowRankUpdate",
        "LinearOperatorLowerTriangular", "LinearOperatorPermutation", "LinearOperatorScaledIdentity",
        "LinearOperatorToeplitz", "LinearOperatorTridiag", "LinearOperatorZeros",
    ),
    "nbtf.math.clipping": ("global_norm",),
    "nbtf.math.operands": ("matmul",),
    "nbtf.nn.normalizing": ("l2_normalize",),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS, ("experimental",))
__getattr__, __dir__ = _names.find, _names.list
