"""Assertions about the elements of which an operator is made."""

from __future__ import annotations

from typing import Any

from nbtf.array.moving import no_op
from nbtf.debugging.comparisons import assert_equal, assert_less
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import name_scope
from nbtf.math.complex_numbers import imag
from nbtf.math.operands import abs as abs_of


def assert_no_zeros(x: Any, message: str) -> Any:
    """An operation that fails, with the message, where an element is 0."""
    with name_scope("assert_no_entries_with_modulus_zero", values=[x]):
        x = convert_to_tensor(x, name="x")
        modulus = abs_of(x)
        return assert_less(convert_to_tensor(0, modulus.dtype), modulus, message=message)


def assert_real(x: Any, message: str) -> Any:
    """An operation that fails, with the message, where an element has an imaginary part."""
    with name_scope("assert_zero_imag_part", values=[x]):
        x = convert_to_tensor(x, name="x")
        if not x.dtype.is_complex:
            return no_op()
        return assert_equal(convert_to_tensor(0, x.dtype.real_dtype), imag(x), message=message)
