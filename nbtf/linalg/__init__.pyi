"""tf.linalg: matrices, their parts, products, factors and inverses."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.linalg.diagonals import adjoint as adjoint
from nbtf.linalg.diagonals import eye as eye
from nbtf.linalg.diagonals import matrix_band_part as band_part
from nbtf.linalg.diagonals import matrix_diag as diag
from nbtf.linalg.diagonals import matrix_diag_part as diag_part
from nbtf.linalg.diagonals import matrix_set_diag as set_diag
from nbtf.linalg.diagonals import matrix_transpose as matrix_transpose
from nbtf.linalg.diagonals import matrix_transpose as transpose
from nbtf.linalg.diagonals import tensor_diag as tensor_diag
from nbtf.linalg.diagonals import tensor_diag_part as tensor_diag_part
from nbtf.linalg.diagonals import trace as trace
from nbtf.linalg.einsums import einsum as einsum
from nbtf.linalg.factors import cholesky as cholesky
from nbtf.linalg.factors import cholesky_solve as cholesky_solve
from nbtf.linalg.factors import logdet as logdet
from nbtf.linalg.factors import logm as logm
from nbtf.linalg.factors import lu as lu
from nbtf.linalg.factors import matrix_determinant as det
from nbtf.linalg.factors import matrix_inverse as inv
from nbtf.linalg.factors import matrix_solve as solve
from nbtf.linalg.factors import matrix_solve_ls as lstsq
from nbtf.linalg.factors import matrix_square_root as sqrtm
from nbtf.linalg.factors import matrix_triangular_solve as triangular_solve
from nbtf.linalg.factors import qr as qr
from nbtf.linalg.factors import self_adjoint_eig as eigh
from nbtf.linalg.factors import self_adjoint_eigvals as eigvalsh
from nbtf.linalg.factors import slogdet as slogdet
from nbtf.linalg.factors import svd as svd
from nbtf.linalg.norms import norm as norm
from nbtf.linalg.norms import normalize as normalize
from nbtf.linalg.products import cross as cross
from nbtf.linalg.products import matvec as matvec
from nbtf.linalg.products import tensordot as tensordot
from nbtf.math.clipping import global_norm as global_norm
from nbtf.math.operands import matmul as matmul
