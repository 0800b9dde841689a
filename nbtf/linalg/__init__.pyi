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
from nbtf.linalg.norms import norm as norm
from nbtf.linalg.norms import normalize as normalize
from nbtf.linalg.products import cross as cross
from nbtf.linalg.products import matvec as matvec
from nbtf.linalg.products import tensordot as tensordot
from nbtf.math.clipping import global_norm as global_norm
from nbtf.math.operands import matmul as matmul
