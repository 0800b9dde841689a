"""16-bit floats through chains of ops: computed as float32, rounded after every op, moved as they are."""

import ml_dtypes
import numpy as np
import pytest

from nbtf.graph.apply_op import apply_op
from nbtf.graph.graph import Graph
from nbtf.session import Session


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16])
def test_every_op_of_a_chain_rounds(dtype: type) -> None:
    rng = np.random.default_rng(0)
    a, b, c = (rng.standard_normal((3, 4)).astype(dtype) for _ in range(3))
    with Graph().as_default():
        fed = [apply_op("Placeholder", dtype=dtype) for _ in range(3)]
        total = apply_op("AddV2", x=fed[0], y=fed[1])
        flat = apply_op("Reshape", tensor=total, shape=np.int32([4, 3]))
        back = apply_op("Reshape", tensor=flat, shape=np.int32([3, 4]))
        product = apply_op("Mul", x=back, y=fed[2])
        wide = apply_op("Cast", x=product, DstT="float32")
        with Session() as session:
            results = session.run([total, product, wide], dict(zip(fed, (a, b, c), strict=True)))
    expected_total = (a.astype(np.float32) + b.astype(np.float32)).astype(dtype)
    expected = (expected_total.astype(np.float32) * c.astype(np.float32)).astype(dtype)
    for result, wanted in zip(results, (expected_total, expected, expected.astype(np.float32)), strict=True):
        assert result.dtype == wanted.dtype
        np.testing.assert_array_equal(result.astype(np.float32), wanted.astype(np.float32))
