"""Error classes: codes, text, pickling."""

from __future__ import annotations

import pickle
import types

import pytest

from nbtf import errors

CODES = {
    "CancelledError": 1,
    "UnknownError": 2,
    "InvalidArgumentError": 3,
    "DeadlineExceededError": 4,
    "NotFoundError": 5,
    "AlreadyExistsError": 6,
    "PermissionDeniedError": 7,
    "ResourceExhaustedError": 8,
    "FailedPreconditionError": 9,
    "AbortedError": 10,
    "OutOfRangeError": 11,
    "UnimplementedError": 12,
    "InternalError": 13,
    "UnavailableError": 14,
    "DataLossError": 15,
    "UnauthenticatedError": 16,
}


@pytest.mark.parametrize(("name", "code"), CODES.items())
def test_code_of_every_class(name: str, code: int) -> None:
    cls = getattr(errors, name)
    error = cls(None, None, "what")
    assert (error.error_code, error.message, str(error)) == (code, "what", "what")
    assert errors.exception_type_from_error_code(code) is cls
    assert errors.error_code_from_exception_type(cls) == code
    copied = pickle.loads(pickle.dumps(error))
    assert type(copied) is cls and copied.message == "what"


def test_ok_has_no_class() -> None:
    with pytest.raises(KeyError):
        errors.exception_type_from_error_code(errors.OK)
    assert errors.error_code_from_exception_type(ValueError) == errors.UNKNOWN


def test_base_class_takes_any_code() -> None:
    error = pickle.loads(pickle.dumps(errors.OpError(None, None, "odd", 77)))
    assert (error.error_code, str(error)) == (77, "odd")


@pytest.mark.parametrize(
    "frame", [("net.py", 12, "build"), types.SimpleNamespace(filename="net.py", lineno=12, name="build")]
)
def test_text_names_node_and_place_of_creation(frame: object) -> None:
    op = types.SimpleNamespace(name="a/conv", traceback=[frame])
    text = str(errors.InvalidArgumentError(None, op, "strides[1] = 0, must be >= 1"))
    assert text == (
        "strides[1] = 0, must be >= 1\n\t [[{{node a/conv}}]]\n\nOriginal stack trace for 'a/conv':\n"
        '  File "net.py", line 12, in build\n'
    )


def test_text_names_the_node_once() -> None:
    op = types.SimpleNamespace(name="x", traceback=None)
    assert str(errors.InternalError(None, op, "bad\n\t [[{{node x}}]]")) == "bad\n\t [[{{node x}}]]"
