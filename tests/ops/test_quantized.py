"""Layers of quantized networks against TensorFlow's integers, and what tests/programs/nn/quantized.py leaves open."""

import re
from typing import Any

import numpy as np
import pytest
from ops import recorded
from ops.table import Bad, refusal_tests

import nbtf as tf

X = np.arange(36, dtype=np.uint8).reshape(1, 6, 6, 1) * 7


def run(make: Any) -> Any:
    """make(X as quint8) -> tensors; quantized ones come as plain integers."""
    plain = {tf.quint8: tf.uint8, tf.qint32: tf.int32}
    with tf.Graph().as_default(), tf.Session() as session:
        made = make(tf.bitcast(tf.constant(X), tf.quint8))
        return session.run([tf.bitcast(one, plain[one.dtype]) if one.dtype in plain else one for one in made])


def relu_x(x: tf.Tensor, low: float, high: float) -> Any:
    made = tf.nn.quantized_relu_x(x, 3.0, low, high)
    assert made.activations.op.type == "QuantizedReluX"
    return made


def test_relu_x_cuts_off_both_sides() -> None:
    values, low, high = run(lambda x: relu_x(x, -6.0, 6.0))
    np.testing.assert_array_equal(values, X.clip(128, 192))  # 21.25 levels a unit
    assert (low, high) == (-6, 6)


def filters() -> tf.Tensor:
    return tf.bitcast(tf.zeros([2, 2, 1, 1], tf.uint8), tf.quint8)


ONES, PAIR, THREE = [1, 1, 1, 1], [2, 1, 1, 1], [1, 1, 1, 3]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda x: tf.nn.quantized_max_pool(x, 0.0, 1.0, PAIR, ONES, "SAME"), "batch"),
        (lambda x: tf.nn.quantized_avg_pool(x, 0.0, 1.0, ONES, THREE, "SAME"), "Non-spatial pooling"),
        (lambda x: tf.nn.quantized_conv2d(x, filters(), 0.0, 1.0, 0.0, 1.0, PAIR, "SAME"), "strides in the batch"),
        (
            lambda x: tf.nn.quantized_conv2d(x, filters(), 0.0, 1.0, 0.0, 1.0, ONES, "SAME", dilations=PAIR),
            "dilations in the batch",
        ),
    ],
)
def test_windows_that_are_not_spatial(make: Any, message: str) -> None:
    with pytest.raises(tf.errors.UnimplementedError, match=message):
        run(make)


def test_a_range_upside_down() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="must be no more than max_features"):
        run(lambda x: relu_x(x, 6.0, -6.0))


# ---- refusals --------------------------------------------------------------------------------------------------------


def numbers(dtype: str, *dims: int) -> np.ndarray:
    kind = np.dtype([(dtype, {"quint8": "u1", "qint8": "i1", "qint32": "i4"}[dtype])])
    return np.zeros(dims, kind.fields[dtype][0]).view(kind)


Q, WIDE, IMAGE = numbers("quint8", 2, 3), numbers("qint32", 2, 3), numbers("quint8", 1, 4, 5, 3)
LOW, HIGH, PAIR_OF = np.float32(-1), np.float32(1), np.float32([0, 1])
CHANNELS = [numbers("quint8", 3), LOW, HIGH]
OUT, TO_BYTES = {"out_type": "qint32"}, {"out_type": "quint8"}
NORM = {**OUT, "variance_epsilon": 0.1, "scale_after_normalization": True}
SCALAR, SAME = "Shape must be rank 0 but is rank 1", "Dimensions must be equal"
BAD = [
    Bad("QuantizedMatMul", [Q, Q, LOW, HIGH, LOW, HIGH], "Matrix size-incompatible", built=SAME),
    Bad("QuantizedMatMul", [Q, Q.T.copy(), LOW, PAIR_OF, LOW, HIGH], "`max_a` must be rank 0", built=SCALAR),
    Bad("QuantizedBiasAdd", [Q, Q, LOW, HIGH, LOW, HIGH], "Biases must be 1D", OUT, built="must be rank 1"),
    Bad("QuantizedBiasAdd", [Q, Q[0], LOW, HIGH, PAIR_OF, HIGH], "`min_bias` must be rank 0", OUT, built=SCALAR),
    Bad("QuantizedAdd", [Q, Q[:, :2].copy(), LOW, HIGH, LOW, HIGH], "Incompatible shapes", built=SAME),
    Bad("QuantizedAdd", [Q, Q, PAIR_OF, HIGH, LOW, HIGH], "`min_x` must be rank 0", built=SCALAR),
    Bad("QuantizedMul", [Q, Q[:, :2].copy(), LOW, HIGH, LOW, HIGH], "Incompatible shapes", built=SAME),
    Bad("QuantizedMul", [Q, Q, HIGH, HIGH, LOW, HIGH], "max_x must be larger", at_build=False),
    Bad("QuantizedBatchNormWithGlobalNormalization", [Q, LOW, HIGH, *CHANNELS * 4], "input must be 4-dimensional", NORM,
        built="must be rank 4"),
    Bad("QuantizedBatchNormWithGlobalNormalization", [IMAGE, LOW, HIGH, *CHANNELS * 3, numbers("quint8", 4), LOW, HIGH],
        "Must provide as many gammas", NORM, built=SAME),
    Bad("QuantizedInstanceNorm", [Q, LOW, HIGH], "must be rank 4"),
    Bad("QuantizedInstanceNorm", [IMAGE, LOW, LOW], "input_min must be less than input_max", at_build=False),
    Bad("QuantizedInstanceNorm", [IMAGE, LOW, HIGH], "given_y_min must be less", {"output_range_given": True}),
    Bad("QuantizedConcat", [np.int32(2), [Q, Q], [LOW, LOW], [HIGH, HIGH]], "dimensions in the range"),
    Bad("QuantizedConcat", [np.int32(0), [Q, Q], [LOW, PAIR_OF], [HIGH, HIGH]], "must be rank 0", built=SCALAR),
    Bad("QuantizedReshape", [Q, np.int32([4]), LOW, HIGH], "has 6 values|tensor with 6 values"),
    Bad("QuantizedResizeBilinear", [Q, np.int32([2, 2]), LOW, HIGH], "input must be 4-dimensional"),
    Bad("QuantizedResizeBilinear", [IMAGE, np.int32([0, 2]), LOW, HIGH], "output dimensions must be positive"),
    Bad("QuantizeDownAndShrinkRange", [WIDE, LOW, PAIR_OF], "`input_max` must be rank 0", TO_BYTES, built=SCALAR),
    Bad("RequantizationRange", [WIDE, PAIR_OF, HIGH], "`input_min` must be rank 0", built=SCALAR),
    Bad("Requantize", [WIDE, LOW, HIGH, HIGH, HIGH], "requested_output_min must be <= 0", TO_BYTES, at_build=False),
    Bad("RequantizationRangePerChannel", [WIDE, PAIR_OF, PAIR_OF], "NHWC format", {"clip_value_max": 6.0}),
    Bad("RequantizePerChannel", [WIDE, PAIR_OF, PAIR_OF, LOW, HIGH], "supports 4D tensors only", TO_BYTES, built="NHWC"),
]  # fmt: skip

test_refusal = refusal_tests(BAD)


def test_what_does_not_repeat_whole() -> None:
    """TensorFlow repeats the elements of a column as if they were a row."""
    with tf.Graph().as_default(), tf.Session() as session:
        x, y = (tf.bitcast(tf.zeros(dims, tf.uint8), tf.quint8) for dims in ([3, 4], [3, 1]))
        made = tf.raw_ops.QuantizedAdd(x=x, y=y, min_x=0.0, max_x=1.0, min_y=0.0, max_y=1.0)
        with pytest.raises(tf.errors.UnimplementedError, match="is not supported yet"):
            session.run(made.min_z)


# ---- recorded --------------------------------------------------------------------------------------------------------

CASES = {case["name"]: case for case in recorded.cases("quantized")}
NORMALIZED = re.compile("instance_norm")


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if c["kind"] == "graph"])
def test_recorded(name: str) -> None:
    """Integers to the last bit; of an instance norm, whose means are sums of floats, to the next one."""
    _, results, wanted = recorded.answers(CASES[name])
    for op, expected in wanted.items():
        if expected.dtype == np.uint8 and NORMALIZED.match(name):
            assert np.abs(results[op].astype(int) - expected).max(initial=0) <= 1
        else:
            recorded.assert_same(results[op], expected, 1e-6, 0)


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if c["kind"] == "session"])
def test_recorded_refusal(name: str) -> None:
    (step,) = CASES[name]["steps"]
    found = recorded.refusal(CASES[name])
    assert found.startswith(step["error"])
    assert recorded.words(step["message"]) in recorded.words(found)
