"""Writes random_ops/: numbers that seeded ops give in two runs of a session, and what they refuse.

python make_random.py
"""

from __future__ import annotations

from make_recording import Builders, Recorder, Step, tf

# isort: split
import numpy as np

case = Builders()
ops = tf.raw_ops
F32 = np.float32
SEEDS = {"seed": 1234, "seed2": -7}


def twice(*tensors: tf.Tensor) -> list[Step]:
    """16-bit numbers are recorded as float32."""
    names = [tf.cast(t, tf.float32).name if t.dtype == tf.bfloat16 else t.name for t in tensors]
    return [Step(names), Step(names)]


def given(value: object) -> tf.Tensor:
    return tf.placeholder_with_default(tf.constant(value), None)


REALS = (tf.float16, tf.bfloat16, tf.float32, tf.float64)


@case
def stateful_reals() -> list[Step]:
    found = [
        op(shape=[3, 7], dtype=dtype, **SEEDS)
        for op in (ops.RandomUniform, ops.RandomStandardNormal, ops.TruncatedNormal)
        for dtype in REALS
    ]
    return twice(*found, ops.RandomUniform(shape=np.int64([0, 2]), dtype=tf.float32, **SEEDS))


@case
def stateful_others() -> list[Step]:
    logits = F32([[0.1, 1.2, -0.5], [-np.inf, 2.0, 2.0], [5.0, -30.0, np.nan]])
    return twice(
        ops.RandomUniformInt(shape=[9], minval=np.int32(-(2**31)), maxval=np.int32(2**31 - 1), **SEEDS),
        ops.RandomUniformInt(shape=[9], minval=np.int64(-(2**63)), maxval=np.int64(2**63 - 1), **SEEDS),
        ops.RandomShuffle(value=np.arange(10, dtype=F32).reshape(5, 2), **SEEDS),
        ops.RandomShuffle(value=np.array(["a", "b", "c"]), **SEEDS),
        ops.RandomShuffle(value=F32(3.0), **SEEDS),
        ops.RandomShuffle(value=np.zeros([0, 2], F32), **SEEDS),
        *(
            ops.Multinomial(logits=tf.cast(logits[:2], dtype), num_samples=5, output_dtype=to, **SEEDS)
            for dtype, to in ((tf.float32, tf.int64), (tf.float64, tf.int32), (tf.float16, tf.int64))
        ),
        *(ops.RandomGamma(shape=[2, 3], alpha=tf.constant([0.3, 1.0, 7.5], dtype), **SEEDS) for dtype in REALS[2:]),
        *(
            ops.RandomPoissonV2(shape=[4], rate=tf.constant([0.0, 3.5, 9.99, 40.0, 1e4], rate), dtype=dtype, **SEEDS)
            for rate, dtype in ((tf.float32, tf.int32), (tf.float64, tf.int64), (tf.float32, tf.float64))
        ),
    )


@case
def stateless() -> list[Step]:
    families = (ops.StatelessRandomUniform, ops.StatelessRandomNormal, ops.StatelessTruncatedNormal)
    found = [
        op(shape=[3, 5], seed=seed, dtype=dtype)
        for op in families
        for dtype in REALS
        for seed in (np.int32([3, -5]), np.int64([2**40, 17]))
    ]
    found.append(ops.StatelessRandomUniformInt(shape=[9], seed=[1, 2], minval=np.int32(-5), maxval=np.int32(100)))
    found.append(ops.StatelessRandomUniformInt(shape=[9], seed=[1, 2], minval=np.int64(-5), maxval=np.int64(2**50)))
    found.append(ops.StatelessMultinomial(logits=F32([[0.1, 1.2], [3.0, 2.0]]), num_samples=6, seed=[1, 2]))
    return twice(*found)


@case
def refusals() -> list[Step]:
    found = [
        ops.RandomUniform(shape=given([2, -1]), dtype=tf.float32),
        ops.RandomUniform(shape=given([[2]]), dtype=tf.float32),
        ops.RandomUniformInt(shape=[2], minval=given(5), maxval=given(5)),
        ops.RandomUniformInt(shape=[2], minval=given([5]), maxval=given(7)),
        ops.RandomUniformInt(shape=[0], minval=given(5), maxval=given(5)),
        ops.Multinomial(logits=given([1.0]), num_samples=given(2)),
        ops.Multinomial(logits=given([[1.0]]), num_samples=given(-2)),
        ops.Multinomial(logits=given(np.zeros([2, 0], F32)), num_samples=given(2)),
        ops.StatelessRandomUniform(shape=[2], seed=given([1]), dtype=tf.float32),
    ]
    return [Step([tensor.name]) for tensor in found]


def main() -> None:
    recorder = Recorder("random_ops")
    case.record(recorder)
    recorder.write_manifest()


if __name__ == "__main__":
    main()
