"""Datasets of the rows of queries. Python computes this op."""

import contextlib
import os
import re
import sqlite3
from urllib.parse import quote

import numpy as np

from nbtf import dtypes
from nbtf.errors import InvalidArgumentError, UnknownError
from nbtf.ops.dataset_values import Dataset, makes_dataset

_NUMBER = re.compile(r"\s*([+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|[+-]?\.\d+(?:[eE][+-]?\d+)?)")
_INTEGER = re.compile(r"\s*([+-]?\d+)")


def _text(value):
    """A value as sqlite turns it into text."""
    if value is None:
        return b""
    if isinstance(value, float):
        digits, e, exponent = f"{value:.15g}".partition("e")
        return (digits + ("" if "." in digits else ".0") + e + exponent).encode()
    return value if isinstance(value, bytes) else str(value).encode()


def _number(value, pattern, kind):
    """A value as sqlite turns it into a number: of a text, what it begins with."""
    if value is None:
        return kind(0)
    if isinstance(value, (int, float)):
        return kind(value)
    found = pattern.match(value.decode(errors="replace") if isinstance(value, bytes) else value)
    return kind(found[1]) if found else kind(0)


def _component(value, dtype):
    if dtype == dtypes.string:
        return np.array(_text(value), object)
    if dtype.is_floating:
        return np.array(_number(value, _NUMBER, float), dtype.storage)
    number = min(max(_number(value, _INTEGER, int), -(1 << 63)), (1 << 63) - 1)
    if dtype == dtypes.bool:
        return np.array(number != 0)
    return np.array(number & (1 << 64) - 1, np.uint64).astype(dtype.storage)


def _connected(path, origin):
    try:
        return sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, check_same_thread=False)
    except sqlite3.Error as error:
        raise InvalidArgumentError(None, origin, f"Sqlite::Open({path}) failed: {error}") from None


@makes_dataset("SqlDataset")
def _sql(call, driver_name, data_source_name, query):
    """The rows that a query of a sqlite database gives, scalars; values become those of the dtypes as sqlite has it."""
    origin, types = call.node.origin, call.attrs.output_types
    driver = driver_name[()].decode(errors="replace")
    if driver != "sqlite":
        message = f"The database type, {driver}, is not supported by SqlDataset. The set of supported databases is: "
        raise InvalidArgumentError(None, origin, f"{message}{{'sqlite'}}.")
    path, text = os.fsdecode(data_source_name[()]), query[()].decode()

    def rows(iteration):
        with contextlib.closing(_connected(path, origin)) as connection:
            try:
                cursor = connection.execute(text)
                count = len(cursor.description or ())
                if count != len(types):
                    message = f"The number of columns in query ({count}) must match the number of elements in "
                    raise InvalidArgumentError(None, origin, f"{message}output_types ({len(types)}).")
                for row in cursor:
                    yield tuple(map(_component, row, types))
            except sqlite3.Error as error:
                message = f"Prepare() failed: [{error.sqlite_errorcode}] {error}: {text}"
                raise UnknownError(None, origin, message) from None

    return Dataset(call, rows)
