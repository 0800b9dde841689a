"""Element types against what TensorFlow says of them, and what it does not say: memory form."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest

from nbtf import dtypes


@pytest.mark.parametrize(
    ("dtype", "storage"),
    [
        (dtypes.float32, "float32"),
        (dtypes.qint8, "int8"),
        (dtypes.quint16, "uint16"),
        (dtypes.qint32, "int32"),
        (dtypes.bool, "bool"),
        (dtypes.complex64, "complex64"),
        (dtypes.string, "object"),
    ],
)
def test_storage_is_the_plain_numpy_type(dtype: dtypes.DType, storage: str) -> None:
    assert dtype.storage == np.dtype(storage)
    assert dtype._as_ref.storage == dtype.storage


def test_itemsize_is_that_of_memory() -> None:
    for dtype in dtypes.DTYPES.values():
        handle = dtype.base_dtype in (dtypes.string, dtypes.resource, dtypes.variant)
        assert dtype.itemsize == (8 if handle else dtype.storage.itemsize)


def test_resource_has_no_storage() -> None:
    with pytest.raises(TypeError, match="no numpy representation"):
        _ = dtypes.resource.storage


def test_bfloat16_to_numpy_and_back() -> None:
    scalar = dtypes.bfloat16.as_numpy_dtype
    assert dtypes.as_dtype(scalar) is dtypes.bfloat16
    assert dtypes.as_dtype(np.dtype(scalar)) is dtypes.bfloat16
    assert dtypes.as_dtype(np.zeros(2, scalar)) is dtypes.bfloat16


def test_types_are_single_objects() -> None:
    for dtype in dtypes.DTYPES.values():
        assert pickle.loads(pickle.dumps(dtype)) is dtype
        assert copy.deepcopy(dtype) is dtype
        assert dtypes.as_dtype(dtype.name) is dtype
        assert dtypes.as_dtype(dtypes.DType(dtype.as_datatype_enum)) is dtype


def test_import_leaves_ml_dtypes_out() -> None:
    code = "import sys, nbtf.dtypes; sys.exit('ml_dtypes' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
