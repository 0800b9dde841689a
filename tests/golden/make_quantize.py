"""Writes quantize/: what TensorFlow's quantization ops answer, mode by mode.

TF_ENABLE_ONEDNN_OPTS=0 python tests/golden/make_quantize.py
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import make_recording  # first: it sets the environment that TensorFlow reads
import numpy as np
import tensorflow.compat.v1 as tf

RAW = tf.raw_ops
VALUES = [-10, -1.3, -1, -0.5, -0.26, -0.1, 0, 0.1, 0.25, 0.4, 0.5, 0.75, 1, 1.3, 7, 200]
RANGES = [(-1.0, 1.0), (0.0, 0.0), (0.5, 2.0), (-3.0, -1.0), (-0.3, 6.1)]
PER_SLICE = (np.float32([-1, 0, -2.5]), np.float32([1, 3, 0.5]))
SLICES = np.linspace(-3, 4, 2 * 3 * 4, dtype=np.float32).reshape(2, 3, 4)
QUANTIZED = (tf.quint8, tf.qint8, tf.qint32, tf.qint16, tf.quint16)
MODES = ("MIN_COMBINED", "MIN_FIRST", "SCALED")
Make = Callable[..., Any]


def record(recorder: make_recording.Recorder, name: str, makes: list[Make], runs: list[list[Any]]) -> None:
    """One graph with the outputs of every `make`, on the same placeholders; a case for each of the runs."""
    with tf.Graph().as_default() as graph:
        # Dequantize refuses an axis where it does not know the rank
        shapes = [np.shape(v) if name.endswith("_slices") else None for v in runs[0]]
        given = enumerate(zip(runs[0], shapes, strict=True))
        inputs = [tf.placeholder(np.asarray(v).dtype, shape, f"in{i}") for i, (v, shape) in given]
        fetches = []
        for make in makes:
            made = make(*inputs)
            for output in made if isinstance(made, tuple) else [made]:
                whole = {1: tf.int8, 2: tf.int16, 4: tf.int32}
                is_quantized = output.dtype in QUANTIZED
                fetches.append(tf.bitcast(output, whole[output.dtype.size]) if is_quantized else output)
        feeds = [{p.name: np.asarray(v) for p, v in zip(inputs, run, strict=True)} for run in runs]
        recorder.graph(name, graph.as_graph_def(), [t.name for t in fetches], feeds)


def quantize(recorder: make_recording.Recorder) -> None:
    values = np.float32(VALUES)
    for dtype, mode in itertools.product(QUANTIZED, MODES):
        # a negative range of unsigned numbers is scaled to subnormal bounds, which TensorFlow flushes
        ranges = [r for r in RANGES if mode != "SCALED" or r[1] >= 0]
        runs = [[values, np.float32(low), np.float32(high)] for low, high in ranges]
        rounds = ("HALF_AWAY_FROM_ZERO", "HALF_TO_EVEN") if mode == "SCALED" else ("HALF_AWAY_FROM_ZERO",)
        makes = [
            lambda x, low, high, t=dtype, m=mode, r=r, n=n: RAW.QuantizeV2(
                input=x, min_range=low, max_range=high, T=t, mode=m, round_mode=r, narrow_range=n
            )
            for r in rounds
            for n in (False, True)
        ]
        record(recorder, f"quantize_{dtype.name}_{mode}", makes, runs)
    makes = [
        lambda x, low, high, m=m: RAW.QuantizeV2(input=x, min_range=low, max_range=high, T=tf.qint8, mode=m, axis=1)
        for m in ("MIN_COMBINED", "SCALED")
    ]
    record(recorder, "quantize_slices", makes, [[SLICES, *PER_SLICE]])
    wide = [lambda x, low, high: RAW.QuantizeV2(
        input=x, min_range=low, max_range=high, T=tf.quint8, mode="SCALED", ensure_minimum_range=0.5)]  # fmt: skip
    record(recorder, "quantize_wide", wide, [[values, np.float32(0), np.float32(0.1)]])


def dequantize(recorder: make_recording.Recorder) -> None:
    for dtype in QUANTIZED:
        plain = {
            tf.quint8: np.uint8,
            tf.qint8: np.int8,
            tf.qint32: np.int32,
            tf.qint16: np.int16,
            tf.quint16: np.uint16,
        }
        limits = np.iinfo(plain[dtype])
        highest = limits.max - (1024 if dtype == tf.qint32 else 0)  # the float of 2^31 - 1 overflows in TensorFlow
        values = np.asarray([limits.min, limits.min + 1, highest, 0, 1, 7, 100], plain[dtype])
        makes = [
            lambda x, low, high, t=dtype, m=m, n=n: RAW.Dequantize(
                input=tf.bitcast(x, t), min_range=low, max_range=high, mode=m, narrow_range=n
            )
            for m in MODES
            for n in (False, True)
        ]
        runs = [[values, np.float32(low), np.float32(high)] for low, high in RANGES]
        record(recorder, f"dequantize_{dtype.name}", makes, runs)
    slices = (np.arange(24, dtype=np.int8) * 9 - 100).reshape(2, 3, 4)
    makes = [
        lambda x, low, high, m=m: RAW.Dequantize(
            input=tf.bitcast(x, tf.qint8), min_range=low, max_range=high, mode=m, axis=1
        )
        for m in ("MIN_COMBINED", "SCALED")
    ]
    record(recorder, "dequantize_slices", makes, [[slices, *PER_SLICE]])


def both(recorder: make_recording.Recorder) -> None:
    for kind in (np.float32, np.float64):
        makes: list[Make] = []
        for signed, given, narrow, rounds in itertools.product(
            (True, False), (True, False), (True, False), ("HALF_TO_EVEN", "HALF_UP")
        ):
            common = {"signed_input": signed, "range_given": given, "narrow_range": narrow}
            makes.append(
                lambda x, low, high, c=common, r=rounds: RAW.QuantizeAndDequantizeV2(
                    input=x, input_min=low, input_max=high, num_bits=5, round_mode=r, **c
                )
            )
            makes.append(
                lambda x, low, high, c=common: RAW.QuantizeAndDequantizeV3(
                    input=x, input_min=low, input_max=high, num_bits=7, **c
                )
            )
        makes.append(lambda x, low, high: RAW.QuantizeAndDequantizeV4(input=x, input_min=low, input_max=high))
        makes.append(
            lambda x, low, high: tuple(
                RAW.QuantizeAndDequantizeV4Grad(gradients=x + 1, input=x, input_min=low, input_max=high)
            )
        )
        runs = [[np.asarray(VALUES, kind), kind(low), kind(high)] for low, high in RANGES]
        record(recorder, f"both_{np.dtype(kind).name}", makes, runs)
    makes = [
        lambda x, low, high, g=g: RAW.QuantizeAndDequantizeV2(
            input=x, input_min=low, input_max=high, range_given=g, axis=1
        )
        for g in (True, False)
    ]
    makes.append(
        lambda x, low, high: tuple(
            RAW.QuantizeAndDequantizeV4Grad(gradients=x + 1, input=x, input_min=low, input_max=high, axis=1)
        )
    )
    record(recorder, "both_slices", makes, [[SLICES, *PER_SLICE]])


def fake(recorder: make_recording.Recorder) -> None:
    values = np.float32(VALUES)
    attrs = [{"num_bits": b, "narrow_range": n} for b in (2, 8, 16) for n in (False, True)]
    makes: list[Make] = []
    for a in attrs:
        makes.append(lambda x, low, high, a=a: RAW.FakeQuantWithMinMaxVars(inputs=x, min=low, max=high, **a))
        makes.append(
            lambda x, low, high, a=a: tuple(
                RAW.FakeQuantWithMinMaxVarsGradient(gradients=x + 1, inputs=x, min=low, max=high, **a)
            )
        )
        makes.append(lambda x, low, high, a=a: RAW.FakeQuantWithMinMaxArgs(inputs=x, min=-1.5, max=0.7, **a))
        makes.append(
            lambda x, low, high, a=a: RAW.FakeQuantWithMinMaxArgsGradient(
                gradients=x + 1, inputs=x, min=-1.5, max=0.7, **a
            )
        )
    record(recorder, "fake", makes, [[values, np.float32(low), np.float32(high)] for low, high in RANGES])
    makes = [
        lambda x, low, high: RAW.FakeQuantWithMinMaxVarsPerChannel(inputs=x, min=low, max=high),
        lambda x, low, high: tuple(
            RAW.FakeQuantWithMinMaxVarsPerChannelGradient(gradients=x + 1, inputs=x, min=low, max=high)
        ),
    ]
    record(recorder, "fake_channels", makes, [[np.ascontiguousarray(SLICES.transpose(0, 2, 1)), *PER_SLICE]])


def refusals(recorder: make_recording.Recorder) -> None:
    def quantized(**attrs: Any) -> Make:
        return lambda a, b, c: RAW.QuantizeV2(input=a, min_range=b, max_range=c, T=tf.qint8, **attrs).output_min

    x, one = np.float32(VALUES), np.float32(1)
    cases: list[tuple[str, Make, list[Any]]] = [
        ("range", quantized(), [x, one, -one]),
        ("round", quantized(round_mode="HALF_TO_EVEN"), [x, -one, one]),
        ("axis", quantized(axis=0), [x, one, one]),
        (
            "both_range",
            lambda a, b, c: RAW.QuantizeAndDequantizeV2(input=a, input_min=b, input_max=c, range_given=True),
            [x, one, -one],
        ),
        (
            "both_bits",
            lambda a, b, c: RAW.QuantizeAndDequantizeV3(input=a, input_min=b, input_max=b, num_bits=c),
            [x, one, np.int32(64)],
        ),
        ("fake_rank", lambda a, b, c: RAW.FakeQuantWithMinMaxVars(inputs=a, min=b, max=c), [x, x, x]),
        ("fake_channels", lambda a, b, c: RAW.FakeQuantWithMinMaxVarsPerChannel(inputs=a, min=b, max=c), [x, x[:2], x]),
    ]  # fmt: skip
    for name, make, values in cases:
        record(recorder, f"refusal_{name}", [make], [values])


if __name__ == "__main__":
    recorder = make_recording.Recorder("quantize")
    for family in (quantize, dequantize, both, fake, refusals):
        family(recorder)
    recorder.write_manifest()
