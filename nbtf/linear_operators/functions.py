"""What functions of tf.linalg answer for operators: tf.linalg.det(operator) is operator.determinant()."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from nbtf.linalg.diagonals import adjoint as adjoint_of


def _matmul(given: Mapping[str, Any]) -> Any:
    if given["transpose_a"] or given["transpose_b"]:
        raise ValueError("Transposing not supported at this time.")
    if given["a_is_sparse"] or given["b_is_sparse"]:
        raise ValueError("Sparse methods not supported at this time.")
    a, b, name = given["a"], given["b"], given["name"]
    adjoint_a, adjoint_b = given["adjoint_a"], given["adjoint_b"]
    if hasattr(a, "_answer"):
        return a.matmul(b, adjoint=adjoint_a, adjoint_arg=adjoint_b, name=name)
    return adjoint_of(b.matmul(a, adjoint=not adjoint_b, adjoint_arg=not adjoint_a, name=name))


def _logdet(given: Mapping[str, Any]) -> Any:
    operator = given["matrix"]
    if not operator._is_definite():
        raise ValueError("Expected matrix to be self-adjoint positive definite.")
    return operator.log_abs_determinant(name=given["name"])


def _inverse(given: Mapping[str, Any]) -> Any:
    operator = given["input"]
    return (operator.adjoint() if given["adjoint"] else operator).inverse(name=given["name"])


def _solve(given: Mapping[str, Any]) -> Any:
    matrix = given["matrix"]
    if not hasattr(matrix, "_answer"):
        raise ValueError("Expected `matrix` to be a LinearOperator, because `rhs` is one.")
    return matrix.solve(given["rhs"], adjoint=given["adjoint"], name=given["name"])


def _method(method: str, parameter: str) -> Callable[[Mapping[str, Any]], Any]:
    """Calls a method of the operator that is the parameter."""
    return lambda given: getattr(given[parameter], method)(name=given["name"])


ANSWERS: Final[dict[str, Callable[[Mapping[str, Any]], Any]]] = {
    "adjoint": _method("adjoint", "matrix"),
    "cholesky": _method("cholesky", "input"),
    "logdet": _logdet,
    "matmul": _matmul,
    "matrix_determinant": _method("determinant", "input"),
    "matrix_diag_part": _method("diag_part", "input"),
    "matrix_inverse": _inverse,
    "matrix_solve": _solve,
    "trace": _method("trace", "x"),
}
"""Name of the function -> what answers for it."""
