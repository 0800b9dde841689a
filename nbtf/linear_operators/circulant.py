"""Circulant operators, which Fourier transforms diagonalize: of one, two and three nested levels."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from nbtf import dtypes
from nbtf.array.joining import concat
from nbtf.array.shapes import reshape, shape_of
from nbtf.debugging.comparisons import assert_less, assert_positive
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.linalg.diagonals import matrix_transpose
from nbtf.linear_operators import batches, hints
from nbtf.linear_operators.base import LinearOperator
from nbtf.linear_operators.moduli import assert_no_zeros, assert_real
from nbtf.linear_operators.rules import adjoints, inverses, products, solutions
from nbtf.math.casting import cast, conj
from nbtf.math.complex_numbers import imag, real
from nbtf.math.operands import abs as abs_of
from nbtf.math.reductions import reduce_max, reduce_min, reduce_prod, reduce_sum
from nbtf.tensor_shape import TensorShape

_TRANSFORMS: Final = {
    1: (OpFunction("FFT", "fft"), OpFunction("IFFT", "ifft")),
    2: (OpFunction("FFT2D", "fft2d"), OpFunction("IFFT2D", "ifft2d")),
    3: (OpFunction("FFT3D", "fft3d"), OpFunction("IFFT3D", "ifft3d")),
}


class _BaseLinearOperatorCirculant(LinearOperator):
    """F^H diag(spectrum) F, F the Fourier transform of `block_depth` axes: spectrum [B1, ..., Bb, N1, ...]."""

    def __init__(
        self,
        spectrum: Any,
        block_depth: int,
        input_output_dtype: Any = dtypes.complex64,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        parameters: dict[str, Any] | None = None,
        name: str = "LinearOperatorCirculant",
    ) -> None:
        self._block_depth = block_depth
        self._PARTS = {"spectrum": block_depth}  # type: ignore[misc]
        with name_scope(name, values=[spectrum]):
            self._spectrum = batches.as_operand(spectrum, "spectrum")
            if self._spectrum.shape.rank is not None and self._spectrum.shape.rank < block_depth:
                raise ValueError(
                    f"Argument `spectrum` must have at least {block_depth} dimensions. Received: {self._spectrum}."
                )
            if not self._spectrum.dtype.is_complex:
                if is_self_adjoint is False:
                    raise ValueError(
                        "A real spectrum always corresponds to a self-adjoint operator. Expected argument "
                        "`is_self_adjoint` to be True when `spectrum.dtype.is_complex` = True. "
                        f"Received: {is_self_adjoint}."
                    )
                is_self_adjoint = True
            if is_square is False:
                raise ValueError(
                    "A [[nested] block] circulant operator is always square. Expected argument `is_square` to be True. "
                    f"Received: {is_square}."
                )
            super().__init__(
                dtype=dtypes.as_dtype(input_output_dtype),
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=True,
                name=name,
                parameters=parameters,
            )

    @property
    def spectrum(self) -> Any:
        """The eigenvalues, in the shape of the blocks."""
        return self._spectrum

    @property
    def block_depth(self) -> int:
        """How many levels are nested."""
        return self._block_depth

    @property
    def block_shape(self) -> TensorShape:
        """The static shape of the levels."""
        shape: TensorShape = self._spectrum.shape
        return shape[-self._block_depth :]

    def block_shape_tensor(self) -> Any:
        """The shape of the levels as a vector of int32."""
        if self.block_shape.is_fully_defined():
            return batches.dims_tensor(self.block_shape.as_list(), "block_shape")
        return shape_of(self._spectrum)[-self._block_depth :]

    def convolution_kernel(self, name: str = "convolution_kernel") -> Any:
        """What the operator convolves with, circularly, in the shape of the spectrum."""
        with self._name_scope(name):
            kernel = _TRANSFORMS[self._block_depth][1](as_complex(self._spectrum))
            return cast(kernel, self.dtype)

    def assert_hermitian_spectrum(self, name: str = "assert_hermitian_spectrum") -> Any:
        """An operation that fails unless the operator is real: spectrum[-k] the conjugate of spectrum[k]."""
        with self._name_scope(name):
            kernel = _TRANSFORMS[self._block_depth][1](as_complex(self._spectrum))
            part = abs_of(imag(kernel))
            eps = float(np.finfo(part.dtype.as_numpy_dtype).eps)
            largest = reduce_max(abs_of(kernel)) * cast(self.domain_dimension_tensor(), part.dtype)
            message = "Spectrum was not Hermitian: the convolution kernel is not real."
            return assert_less(part, 5 * eps * largest, message=message)

    def _shape(self) -> TensorShape:
        shape: TensorShape = self._spectrum.shape
        if shape.rank is None:
            return TensorShape(None)
        size = self.block_shape.num_elements()
        return shape[: shape.rank - self._block_depth].concatenate([size, size])

    def _shape_tensor(self) -> Any:
        dims = shape_of(self._spectrum)
        size = reduce_prod(dims[-self._block_depth :])
        return concat((dims[: -self._block_depth], [size, size]), 0)

    @property
    def _axes(self) -> list[int]:
        return list(range(-self._block_depth, 0))

    def _blocks(self) -> Any:
        return self.block_shape.as_list() if self.block_shape.is_fully_defined() else self.block_shape_tensor()

    def _filtered(self, x: Any, adjoint_arg: bool, factor: Any, divide: bool) -> Any:
        """Matrices whose columns are transformed, multiplied by the factor or divided by it, and transformed back."""
        rows = conj(x) if adjoint_arg else matrix_transpose(x)
        rows = cast(rows, factor.dtype)
        forward, back = _TRANSFORMS[self._block_depth]
        known = rows.shape[:-1].is_fully_defined() and self.block_shape.is_fully_defined()
        lead: Any = rows.shape[:-1].as_list() if known else shape_of(rows)[:-1]
        blocks = self._blocks()
        transformed = forward(reshape(rows, [*lead, *blocks] if known else concat((lead, blocks), 0)))
        index = (..., None, *[slice(None)] * self._block_depth)
        filtered = back(transformed / factor[index] if divide else factor[index] * transformed)
        if filtered.shape.is_fully_defined():
            dims = filtered.shape.as_list()[: -self._block_depth]
            columns = reshape(filtered, [*dims, self.block_shape.num_elements()])
        else:
            dims = shape_of(filtered)[: -self._block_depth]
            columns = reshape(filtered, concat((dims, [reduce_prod(self.block_shape_tensor())]), 0))
        result = cast(matrix_transpose(columns), self.dtype)
        if self.shape.rank is not None and x.shape.rank is not None:
            batch = batches.joint_batch([self.shape, x.shape])
            result.set_shape(batch.concatenate([self.range_dimension, x.shape.dims[-2 if adjoint_arg else -1]]))
        return result

    def _factor(self, adjoint: bool) -> Any:
        spectrum = as_complex(self._spectrum)
        return conj(spectrum) if adjoint else spectrum

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._filtered(x, adjoint_arg, self._factor(adjoint), divide=False)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._filtered(rhs, adjoint_arg, self._factor(adjoint), divide=True)

    def _determinant(self) -> Any:
        return cast(reduce_prod(self._spectrum, axis=self._axes), self.dtype)

    def _log_abs_determinant(self) -> Any:
        return cast(reduce_sum(raw.Log(abs_of(self._spectrum)), axis=self._axes), self.dtype)

    def _trace(self) -> Any:
        if not self._spectrum.dtype.is_complex:
            return cast(reduce_sum(self._spectrum, axis=self._axes), self.dtype)
        found = reduce_sum(real(self._spectrum), axis=self._axes)
        if self.dtype.is_complex:
            found = raw.Complex(found, reduce_sum(imag(self._spectrum), axis=self._axes), Tout=self.dtype)
        return cast(found, self.dtype)

    def _diag_part(self) -> Any:
        ones = batches.filled(1, self, [self._known_or_tensor(-1)])
        element = self.trace() / cast(self._known_or_tensor(-1), self.dtype)
        return element[..., None] * ones

    def _eigvals(self) -> Any:
        if self._spectrum.shape.is_fully_defined():
            return reshape(convert_to_tensor(self._spectrum), self.shape[:-1].as_list())
        return reshape(convert_to_tensor(self._spectrum), concat((self.batch_shape_tensor(), [-1]), 0))

    def _cond(self) -> Any:
        moduli = abs_of(self._eigvals())
        return reduce_max(moduli, axis=-1) / reduce_min(moduli, axis=-1)

    def _assert_non_singular(self) -> Any:
        return assert_no_zeros(self._spectrum, "Singular operator:  Spectrum contained zero values.")

    def _assert_self_adjoint(self) -> Any:
        message = "Not self-adjoint:  The spectrum contained non-zero imaginary part."
        return assert_real(self._spectrum, message)

    def _assert_positive_definite(self) -> Any:
        part = real(self._spectrum) if self._spectrum.dtype.is_complex else self._spectrum
        return assert_positive(part, message="Not positive definite:  Real part of spectrum was not all positive.")

    def _with_spectrum(self, spectrum: Any, known: dict[str, Any], dtype: Any) -> LinearOperator:
        """An operator of the same make with another spectrum, hints and dtype."""
        make: Any = type(self)
        if make is _BaseLinearOperatorCirculant:
            parameters = {"spectrum": spectrum, "block_depth": self._block_depth, "input_output_dtype": dtype, **known}
            return _BaseLinearOperatorCirculant(parameters=parameters, **parameters)
        made: LinearOperator = make(spectrum, input_output_dtype=dtype, **known)
        return made


def as_complex(spectrum: Any) -> Any:
    """The values as complex numbers of the same precision, at least complex64."""
    dtype = dtypes.complex128 if spectrum.dtype.base_dtype in (dtypes.float64, dtypes.complex128) else dtypes.complex64
    return cast(spectrum, dtype)


class LinearOperatorCirculant(_BaseLinearOperatorCirculant):
    """The circulant matrix with these eigenvalues: spectrum [B1, ..., Bb, N].

    input_output_dtype: of arguments and results; of a real dtype where the convolution kernel is real.
    """

    def __init__(
        self,
        spectrum: Any,
        input_output_dtype: Any = dtypes.complex64,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        name: str = "LinearOperatorCirculant",
    ) -> None:
        parameters = {
            "spectrum": spectrum,
            "input_output_dtype": input_output_dtype,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
            "is_square": is_square,
            "name": name,
        }
        super().__init__(block_depth=1, parameters=parameters, **parameters)


class LinearOperatorCirculant2D(_BaseLinearOperatorCirculant):
    """The block circulant matrix with circulant blocks: spectrum [B1, ..., Bb, N0, N1]. See LinearOperatorCirculant."""

    def __init__(
        self,
        spectrum: Any,
        input_output_dtype: Any = dtypes.complex64,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        name: str = "LinearOperatorCirculant2D",
    ) -> None:
        parameters = {
            "spectrum": spectrum,
            "input_output_dtype": input_output_dtype,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
            "is_square": is_square,
            "name": name,
        }
        super().__init__(block_depth=2, parameters=parameters, **parameters)


class LinearOperatorCirculant3D(_BaseLinearOperatorCirculant):
    """Circulant matrices nested twice: spectrum [B1, ..., Bb, N0, N1, N2]. See LinearOperatorCirculant."""

    def __init__(
        self,
        spectrum: Any,
        input_output_dtype: Any = dtypes.complex64,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        name: str = "LinearOperatorCirculant3D",
    ) -> None:
        parameters = {
            "spectrum": spectrum,
            "input_output_dtype": input_output_dtype,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
            "is_square": is_square,
            "name": name,
        }
        super().__init__(block_depth=3, parameters=parameters, **parameters)


# As in TensorFlow, adjoints, and what two circulant operators make, take and give complex64, whatever the operators do.


@adjoints.of(_BaseLinearOperatorCirculant)
def _adjoint(operator: _BaseLinearOperatorCirculant) -> LinearOperator:
    spectrum = operator.spectrum
    spectrum = conj(spectrum) if spectrum.dtype.is_complex else spectrum
    return operator._with_spectrum(spectrum, hints.of(operator), dtypes.complex64)


@inverses.of(_BaseLinearOperatorCirculant)
def _inverse(operator: _BaseLinearOperatorCirculant) -> LinearOperator:
    return operator._with_spectrum(1.0 / operator.spectrum, hints.of(operator), operator.dtype)


@products.of(_BaseLinearOperatorCirculant, _BaseLinearOperatorCirculant)
def _product(left: _BaseLinearOperatorCirculant, right: _BaseLinearOperatorCirculant) -> Any:
    if left.block_depth != right.block_depth or left.block_shape.as_list() != right.block_shape.as_list():
        return products.between(LinearOperator, LinearOperator)(left, right)
    parameters: dict[str, Any] = {
        "spectrum": left.spectrum * right.spectrum,
        "block_depth": left.block_depth,
        **hints.of_commuting_product(left, right),
    }
    return _BaseLinearOperatorCirculant(parameters=parameters, **parameters)


@solutions.of(_BaseLinearOperatorCirculant, _BaseLinearOperatorCirculant)
def _solution(left: _BaseLinearOperatorCirculant, right: _BaseLinearOperatorCirculant) -> Any:
    if left.block_depth != right.block_depth or left.block_shape.as_list() != right.block_shape.as_list():
        return solutions.between(LinearOperator, LinearOperator)(left, right)
    spectrum = right.spectrum / left.spectrum
    return left._with_spectrum(spectrum, hints.of_commuting_product(left, right), dtypes.complex64)
