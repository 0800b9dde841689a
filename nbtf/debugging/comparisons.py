"""Operations that fail where two tensors, or a tensor and 0, do not compare as they should."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nbtf.array.moving import no_op
from nbtf.control_flow.assertion import assert_v1
from nbtf.errors import InvalidArgumentError
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.operands import abs as abs_of
from nbtf.math.reductions import reduce_all

_WHERE = (
    "data: what a failure tells instead of both tensors; summarize: how many elements of each; message: told first."
)


def _compare(
    op: OpFunction, compare: Callable[..., Any], symbol: str, x: Any, y: Any, data: Any, summarize: Any, message: Any
) -> Any:
    """Fails at once where both are constants."""
    x = convert_to_tensor(x, name="x")
    y = convert_to_tensor(y, name="y")
    if data is None:
        data = [f"Condition x {symbol} y did not hold element-wise:", f"x ({x.name}) = ", x, f"y ({y.name}) = ", y]
    if message is not None:
        data = [message, *data]
    condition = reduce_all(op(x, y))
    known_x, known_y = constant_value(x), constant_value(y)
    if known_x is not None and known_y is not None and not np.all(compare(known_x, known_y)):
        raise InvalidArgumentError(None, None, "\n".join(_told(data)))
    return assert_v1(condition, data, summarize)


def message_prefix(message: str | None) -> str:
    """What a failure tells first."""
    return f"{message}.  " if message else ""


def _told(data: Sequence[Any]) -> list[str]:
    values = [constant_value(item) if isinstance(item, Tensor) else item for item in data]
    return [str(value) for value in values if value is not None]


def _comparison(op: OpFunction, compare: Callable[..., Any], symbol: str, name: str) -> Callable[..., Any]:
    default_name = name

    def check(
        x: Any,
        y: Any,
        data: Sequence[Any] | None = None,
        summarize: int | None = None,
        message: str | None = None,
        name: str | None = None,
    ) -> Any:
        with name_scope(name, default_name, [x, y, data]):
            return _compare(op, compare, symbol, x, y, data, summarize, message)

    check.__name__ = check.__qualname__ = name
    check.__doc__ = f"An operation that fails unless x {symbol} y for all elements, broadcast; of constants it fails now.\n\n{_WHERE}"
    return check


assert_greater = _comparison(raw.Greater, np.greater, ">", "assert_greater")
assert_greater_equal = _comparison(raw.GreaterEqual, np.greater_equal, ">=", "assert_greater_equal")
assert_less = _comparison(raw.Less, np.less, "<", "assert_less")
assert_less_equal = _comparison(raw.LessEqual, np.less_equal, "<=", "assert_less_equal")
assert_none_equal = _comparison(raw.NotEqual, np.not_equal, "!=", "assert_none_equal")
_assert_equal = _comparison(raw.Equal, np.equal, "==", "assert_equal")


def assert_equal(
    x: Any,
    y: Any,
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Any:
    """An operation that fails unless x == y for all elements, broadcast; of constants it fails now.

    data: what a failure tells instead of both tensors; summarize: how many elements of each; message: told first.
    """
    with name_scope(name, "assert_equal", [x, y, data]):
        if x is y:
            return no_op()
    return _assert_equal(x, y, data, summarize, message, name)


def _sign(name: str, symbol: str, compare: Callable[..., Any], zero_first: bool) -> Callable[..., Any]:
    default_name = name

    def check(
        x: Any,
        data: Sequence[Any] | None = None,
        summarize: int | None = None,
        message: str | None = None,
        name: str | None = None,
    ) -> Any:
        with name_scope(name, default_name, [x, data]):
            x = convert_to_tensor(x, name="x")
            if data is None:
                told = [f"Condition x {symbol} 0 did not hold element-wise:", f"x ({x.name}) = "]
                if symbol == "<=":  # one string in TensorFlow's graphs
                    told = ["".join(told)]
                data = [message_prefix(message), *told, x]
            zero = convert_to_tensor(0, x.dtype)
            return compare(zero, x, data, summarize) if zero_first else compare(x, zero, data, summarize)

    check.__name__ = check.__qualname__ = name
    check.__doc__ = (
        f"An operation that fails unless x {symbol} 0 for all elements; of constants it fails now.\n\n{_WHERE}"
    )
    return check


assert_positive = _sign("assert_positive", ">", assert_less, True)
assert_non_negative = _sign("assert_non_negative", ">=", assert_less_equal, True)
assert_negative = _sign("assert_negative", "<", assert_less, False)
assert_non_positive = _sign("assert_non_positive", "<=", assert_less_equal, False)


def assert_near(
    x: Any,
    y: Any,
    rtol: Any = None,
    atol: Any = None,
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Any:
    """An operation that fails unless |x - y| < atol + rtol * |y| for all elements, broadcast.

    rtol, atol: ten times the dtype's epsilon if None.
    data: what a failure tells instead of both tensors; summarize: how many elements of each; message: told first.
    """
    with name_scope(name, "assert_near", [x, y, rtol, atol, data]):
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, x.dtype.base_dtype, "y")
        eps = np.finfo(x.dtype.as_numpy_dtype).eps
        real = x.dtype.real_dtype.base_dtype
        rtol = convert_to_tensor(10 * eps if rtol is None else rtol, real, "rtol")
        atol = convert_to_tensor(10 * eps if atol is None else atol, real, "atol")
        if data is None:
            told = f"x and y not equal to tolerance rtol = {rtol}, atol = {atol}"
            data = [message_prefix(message), told, f"x ({x.name}) = ", x, f"y ({y.name}) = ", y]
        tolerance = atol + rtol * abs_of(y)
        close = raw.Less(abs_of(x - y), tolerance)
        return assert_v1(reduce_all(close), data, summarize)
