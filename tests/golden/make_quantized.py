"""Writes quantized/: what TensorFlow's layers of narrow integers answer, and whole nets of them.

TF_ENABLE_ONEDNN_OPTS=0 python tests/golden/make_quantized.py
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import make_recording  # first: it sets the environment that TensorFlow reads
import numpy as np
import tensorflow.compat.v1 as tf

RAW = tf.raw_ops
WIDE = {tf.quint8: tf.uint8, tf.qint8: tf.int8, tf.qint32: tf.int32}
OF = {plain.as_numpy_dtype: narrow for narrow, plain in WIDE.items()}
RANGES = [(-1.0, 2.0), (0.0, 6.0), (-0.3, 0.1), (-900.0, 1100.0)]
f = np.float32


def numbers(seed: int, *dims: int, dtype: Any = np.uint8) -> np.ndarray:
    limits = np.iinfo(dtype)
    return np.random.RandomState(seed).randint(limits.min, limits.max + 1, dims).astype(dtype)


def record(recorder: make_recording.Recorder, name: str, make: Callable[..., Any], runs: list[list[Any]]) -> None:
    """make gets a placeholder for each array, integers as the quantized dtype of their size, int64 as int32."""
    with tf.Graph().as_default() as graph:
        given, inputs = [], []
        for i, value in enumerate(runs[0]):
            array = np.asarray(value)
            given.append(tf.placeholder(tf.int32 if array.dtype == np.int64 else array.dtype, name=f"in{i}"))
            inputs.append(tf.bitcast(given[-1], OF[array.dtype.type]) if array.dtype.type in OF else given[-1])
        made = make(*inputs)
        flat = [
            t
            for one in (made if isinstance(made, list) else [made])
            for t in (one if isinstance(one, tuple) else [one])
        ]
        fetches = [tf.bitcast(t, WIDE[t.dtype]) if t.dtype in WIDE else t for t in flat]
        feeds = [{p.name: np.asarray(v) for p, v in zip(given, run, strict=True)} for run in runs]
        recorder.graph(name, graph.as_graph_def(), [t.name for t in fetches], feeds)


def products(recorder: make_recording.Recorder) -> None:
    def matmul(ta: bool, tb: bool) -> Callable[..., Any]:
        return lambda a, b, *r: RAW.QuantizedMatMul(
            a=a, b=b, min_a=r[0], max_a=r[1], min_b=r[2], max_b=r[3], transpose_a=ta, transpose_b=tb
        )

    for ta, tb in itertools.product((False, True), repeat=2):
        a, b = numbers(1, 3, 5), numbers(2, 5, 4)
        operands = [a.T if ta else a, b.T if tb else b]
        runs = [[*operands, f(lo), f(hi), f(-0.5), f(0.7)] for lo, hi in RANGES]
        empty = [operands[0][:0], operands[1], f(0), f(1), f(0), f(1)]
        if not ta:
            runs.append(empty)
        if not ta and not tb:
            runs.append([a[:, :0], b[:0], f(0), f(1), f(0), f(1)])
            runs.append([a, b[:, :0], f(0), f(1), f(0), f(1)])
        record(recorder, f"matmul_{ta}_{tb}", matmul(ta, tb), runs)
    long = [numbers(3, 1, 50000) | 255, numbers(4, 50000, 1) | 255, f(-1), f(9), f(-1), f(9)]
    record(recorder, "matmul_overflow", matmul(False, False), [long])
    bad = [[a, b, f(1), f(1), f(0), f(1)], [a, b, f(0), f(1), f(1), f(0)]]
    bad += [[a, b[:2], f(0), f(1), f(0), f(1)], [a[0], b, f(0), f(1), f(0), f(1)], [a, b[0], f(0), f(1), f(0), f(1)]]
    record(recorder, "bad_matmul", matmul(False, False), bad)


def sums(recorder: make_recording.Recorder) -> None:
    def bias_add(x: Any, b: Any, *r: Any) -> Any:
        return RAW.QuantizedBiasAdd(
            input=x, bias=b, min_input=r[0], max_input=r[1], min_bias=r[2], max_bias=r[3], out_type=tf.qint32
        )

    for dtype in (np.uint8, np.int8):
        x, b = numbers(5, 2, 3, 4, dtype=dtype), numbers(6, 4, dtype=dtype)
        runs = [[x, b, f(lo), f(hi), f(l2), f(h2)] for (lo, hi), (l2, h2) in itertools.product(RANGES, RANGES[:3])]
        runs += [[x, b, f(1), f(1), f(0), f(0)], [x, b, f(0), f(0), f(0), f(0)], [x[:0], b, f(0), f(1), f(0), f(1)]]
        record(recorder, f"bias_add_{np.dtype(dtype).name}", bias_add, runs)
    one = [f(0), f(1), f(0), f(1)]
    x, b = numbers(5, 2, 3), numbers(6, 3)
    bad = [[x, b[:2], *one], [x, x, *one], [b, b, *one], [x[:, :0], b[:0], *one], [x, b, x.astype(f), f(1), f(0), f(1)]]
    record(recorder, "bad_bias_add", bias_add, bad)

    for name in ("QuantizedAdd", "QuantizedMul"):

        def both(x: Any, y: Any, *r: Any, name: str = name) -> Any:
            return getattr(RAW, name)(x=x, y=y, min_x=r[0], max_x=r[1], min_y=r[2], max_y=r[3])

        x = numbers(7, 2, 3, 4)
        others = [numbers(8, 2, 3, 4), numbers(9, 3, 4), numbers(10, 4), numbers(11), numbers(12, 1, 1, 4)]
        runs = [[x, y, f(lo), f(hi), f(-0.5), f(0.7)] for y, (lo, hi) in itertools.product(others, RANGES)]
        runs += [[y, x, f(-1), f(2), f(-0.5), f(0.7)] for y in others]
        runs += [[x[:0], x[:0], f(0), f(1), f(0), f(1)], [numbers(1), numbers(2), f(0), f(1), f(0), f(1)]]
        record(recorder, name, both, runs)
        bad = [[x[:0], x[0], *one], [x, x, f(1), f(1), f(0), f(1)], [x, x, f(0), f(1), f(1), f(1)]]
        bad += [[x, x[:, :2], *one], [numbers(1, 2, 3, 2, 3), numbers(2, 3, 1, 3), *one]]
        record(recorder, f"bad_{name}", both, bad)


def normalizations(recorder: make_recording.Recorder) -> None:
    names = [f"{n}{end}" for n in ("t", "m", "v", "beta", "gamma") for end in ("", "_min", "_max")]

    def batch_norm(scale: bool) -> Callable[..., Any]:
        return lambda *inputs: RAW.QuantizedBatchNormWithGlobalNormalization(
            **dict(zip(names, inputs, strict=True)),
            out_type=tf.qint32,
            variance_epsilon=0.001,
            scale_after_normalization=scale,
        )

    t, channels = numbers(20, 2, 3, 2, 4), [numbers(21 + i, 4) for i in range(4)]
    spans = [(-1, 1), (-0.5, 0.5), (0, 2), (-1, 1), (0, 1.5)]

    def values(t: np.ndarray, parts: list[np.ndarray], spans: list[tuple[float, float]]) -> list[Any]:
        return [v for part, (lo, hi) in zip([t, *parts], spans, strict=True) for v in (part, f(lo), f(hi))]

    runs = [values(t, channels, [span, *spans[1:]]) for span in RANGES]
    runs += [values(t, channels, [(-1000, 3000), (-5, 5), (0, 0.001), (-9, 9), (0, 30)])]  # products of over 32 bits
    runs += [values(t[:0], channels, spans)]
    for scale in (True, False):
        record(recorder, f"batch_norm_{scale}", batch_norm(scale), runs)
    short = [numbers(30, 3), *channels[1:]]
    bad = [values(t[0], channels, spans), values(t, short, spans), values(t[..., :0], [c[:0] for c in channels], spans)]
    record(recorder, "bad_batch_norm", batch_norm(True), bad)

    def instance_norm(**attrs: Any) -> Callable[..., Any]:
        return lambda x, lo, hi: RAW.QuantizedInstanceNorm(x=x, x_min=lo, x_max=hi, **attrs)

    x = numbers(31, 2, 5, 4, 3)
    runs = [[x, f(lo), f(hi)] for lo, hi in RANGES] + [[x * 0, f(-1), f(1)], [x[:0], f(0), f(1)]]
    record(recorder, "instance_norm", instance_norm(), runs)
    given = {"output_range_given": True, "given_y_min": -1.0, "given_y_max": 1.5}
    record(recorder, "instance_norm_given", instance_norm(**given), runs)
    record(recorder, "instance_norm_apart", instance_norm(min_separation=9.0, variance_epsilon=0.5), runs)
    record(recorder, "bad_instance_norm", instance_norm(), [[x, f(1), f(1)], [x, x.astype(f), f(1)]])


def narrowing(recorder: make_recording.Recorder) -> None:
    def shrink(x: Any, lo: Any, hi: Any) -> Any:
        return RAW.QuantizeDownAndShrinkRange(input=x, input_min=lo, input_max=hi, out_type=tf.quint8)

    x = numbers(40, 2, 20, dtype=np.int32)
    inputs = [x, x // 1000, -abs(x // 99) - 5, x[:0]]
    runs = [[x, f(lo), f(hi)] for x, (lo, hi) in itertools.product(inputs, [*RANGES, (0, 0)])]
    record(recorder, "shrink", shrink, runs)
    record(recorder, "range", lambda x, lo, hi: RAW.RequantizationRange(input=x, input_min=lo, input_max=hi), runs)

    names = ("input_min", "input_max", "requested_output_min", "requested_output_max")

    def requantize(x: Any, *r: Any) -> Any:
        given = dict(zip(names, r, strict=True))
        return [RAW.Requantize(input=x, **given, out_type=t) for t in (tf.quint8, tf.qint8)]

    wanted = [(-1.0, 1.0), (0.0, 0.5), (-0.001, 0.004), (-2000.0, 0.0), (0.0, 0.0)]
    runs = [
        [x, f(lo), f(hi), f(l2), f(h2)]
        for x, (lo, hi), (l2, h2) in itertools.product([x, x // 1000], RANGES[1:], wanted)
    ]
    record(recorder, "requantize", requantize, runs)
    bad = [[x, f(0), f(1), f(0.5), f(1)], [x, f(0), f(1), f(-0.5), f(-1)], [x, f([0]), f(1), f(0), f(1)]]
    record(recorder, "bad_requantize", requantize, bad)

    def range_of_channels(x: Any, lo: Any, hi: Any) -> Any:
        given = {"input": x, "input_min": lo, "input_max": hi}
        return [RAW.RequantizationRangePerChannel(**given, clip_value_max=c) for c in (100.0, 0.2)]

    def each_channel(x: Any, *r: Any) -> Any:
        given = dict(zip(names, r, strict=True))
        return [RAW.RequantizePerChannel(input=x, **given, out_type=t) for t in (tf.quint8, tf.qint8)]

    x, spans = numbers(41, 2, 3, 2, 3, dtype=np.int32), (f([-1, -0.5, -2]), f([1, 0.7, 1]))
    inputs = [x, abs(x // 2), x // 100]
    record(recorder, "range_of_channels", range_of_channels, [[x, *spans] for x in inputs])
    runs = [[x, *spans, f(lo), f(hi)] for x, (lo, hi) in itertools.product(inputs, [(-1, 0.5), (-0.2, 0.7), (-9, 0)])]
    record(recorder, "each_channel", each_channel, runs)
    bad = [[x, spans[0][:2], spans[1]], [x[:0], *spans], [x[0], *spans]]
    record(recorder, "bad_range_of_channels", range_of_channels, bad)
    bad = [[x, *spans, f(0), f(1)], [x, spans[0], spans[1][:2], f(-1), f(1)], [x[0], *spans, f(-1), f(1)]]
    record(recorder, "bad_each_channel", each_channel, bad)


def other_layers(recorder: make_recording.Recorder) -> None:
    def concat(axis: Any, *v: Any) -> Any:
        return RAW.QuantizedConcat(concat_dim=axis, values=v[:3], input_mins=v[3:6], input_maxes=v[6:])

    for dtype in (np.uint8, np.int32):
        parts = [numbers(50 + i, 2, 3, 2, dtype=dtype) for i in range(3)]
        spans = [[f(-1), f(0), f(-0.5)], [f(1), f(6), f(0.7)]]
        apart = [[f(0.5), f(0.1), f(0.5)], [f(1), f(6), f(0.7)]]
        alike = [[f(-1)] * 3, [f(1)] * 3]
        runs = [[np.int64(axis), *parts, *lo, *hi] for axis in range(3) for lo, hi in (spans, apart, alike)]
        runs += [[np.int64(0), *parts[:2], parts[2][:0], *spans[0], *spans[1]]]
        runs += [[np.int64(1), *[p[:, :0] for p in parts], *spans[0], *spans[1]]]
        record(recorder, f"concat_{np.dtype(dtype).name}", concat, runs)
    bad = [[np.int64(axis), *parts, *spans[0], *spans[1]] for axis in (3, -1)]
    bad += [[np.int64(0), parts[0], parts[1][:, :1], parts[2], *spans[0], *spans[1]]]
    bad += [[np.int64([0]), *parts, *spans[0], *spans[1]], [np.int64(0), parts[0][0], *parts[1:], *spans[0], *spans[1]]]
    record(recorder, "bad_concat", concat, bad)

    def reshape(x: Any, shape: Any, lo: Any, hi: Any) -> Any:
        return RAW.QuantizedReshape(tensor=x, shape=shape, input_min=lo, input_max=hi)

    x = numbers(60, 2, 6)
    runs = [[x, np.int64(s), f(-1), f(2)] for s in ([3, -1], [12], [2, 2, 3])] + [[x[:0], np.int64([0, 4]), f(0), f(1)]]
    record(recorder, "reshape", reshape, runs)
    record(recorder, "bad_reshape", reshape, [[x, np.int64([5, -1]), f(0), f(1)], [x, np.int64([5]), f(0), f(1)]])

    def resize(**attrs: Any) -> Callable[..., Any]:
        return lambda x, size, lo, hi: RAW.QuantizedResizeBilinear(images=x, size=size, min=lo, max=hi, **attrs)

    sizes = ([7, 9], [3, 2], [4, 5], [1, 1], [4, 9])
    for dtype, plan in itertools.product((np.uint8, np.int32, np.float32), ("", "align_corners", "half_pixel_centers")):
        x = numbers(61, 2, 4, 5, 3, dtype=np.uint8 if dtype == np.float32 else dtype).astype(dtype)
        runs = [[x, np.int64(size), f(-1), f(2)] for size in sizes]
        record(recorder, f"resize_{np.dtype(dtype).name}_{plan}", resize(**({plan: True} if plan else {})), runs)
    x, size = numbers(62, 1, 4, 5, 3), np.int64([2, 2])
    bad = [[x[0], size, f(0), f(1)], [x, np.int64([2]), f(0), f(1)], [x, np.int64([0, 2]), f(0), f(1)]]
    bad += [[x[:, :0], size, f(0), f(1)], [x[..., :0], size, f(0), f(1)]]
    record(recorder, "bad_resize", resize(), bad)


def net(recorder: make_recording.Recorder) -> None:
    """As the Graph Transform Tool writes them: weights as quint8 constants with their bounds, the range of each image
    found by Min and Max, every wide result narrowed in the range that it takes up."""

    def constant(seed: int, *dims: int) -> tuple[Any, Any, Any]:
        weights = np.random.RandomState(seed).randn(*dims).astype(f) * 0.4
        low, high = float(weights.min()), float(weights.max())
        levels = np.rint((weights - low) / (high - low) * 255).astype(np.uint8)
        return tf.bitcast(tf.constant(levels), tf.quint8), tf.constant(low), tf.constant(high)

    def narrowed(x: Any, low: Any, high: Any, shrink: bool) -> tuple[Any, Any, Any]:
        if shrink:
            return tuple(RAW.QuantizeDownAndShrinkRange(input=x, input_min=low, input_max=high, out_type=tf.quint8))
        least, most = RAW.RequantizationRange(input=x, input_min=low, input_max=high)
        return tuple(
            RAW.Requantize(
                input=x, input_min=low, input_max=high, requested_output_min=least, requested_output_max=most,
                out_type=tf.quint8,
            )
        )  # fmt: skip

    def conv(x: tuple[Any, Any, Any], seed: int, dims: tuple[int, ...], stride: int, shrink: bool) -> Any:
        w, b = constant(seed, *dims), constant(seed + 1, dims[-1])
        if len(dims) == 4:
            wide = RAW.QuantizedConv2D(
                input=x[0], filter=w[0], min_input=x[1], max_input=x[2], min_filter=w[1], max_filter=w[2],
                strides=[1, stride, stride, 1], padding="SAME",
            )  # fmt: skip
        else:
            wide = RAW.QuantizedMatMul(a=x[0], b=w[0], min_a=x[1], max_a=x[2], min_b=w[1], max_b=w[2])
        y = narrowed(*wide, shrink)
        added = RAW.QuantizedBiasAdd(
            input=y[0], bias=b[0], min_input=y[1], max_input=y[2], min_bias=b[1], max_bias=b[2], out_type=tf.qint32
        )
        return narrowed(*added, shrink)

    def built(image: Any, shrink: bool) -> list[Any]:
        flat = tf.reshape(image, [-1])
        low, high = tf.reduce_min(flat, [0]), tf.reduce_max(flat, [0])
        x = RAW.QuantizeV2(input=image, min_range=low, max_range=high, T=tf.quint8, mode="MIN_FIRST")
        x = conv(tuple(x), 70, (3, 3, 3, 8), 1, shrink)
        x = RAW.QuantizedRelu(features=x[0], min_features=x[1], max_features=x[2], out_type=tf.quint8)
        x = RAW.QuantizedMaxPool(input=x[0], min_input=x[1], max_input=x[2], ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")  # fmt: skip
        left = RAW.QuantizedRelu6(features=(a := conv(tuple(x), 80, (3, 3, 8, 4), 2, shrink))[0], min_features=a[1], max_features=a[2], out_type=tf.quint8)  # fmt: skip
        right = conv(tuple(x), 90, (1, 1, 8, 6), 2, shrink)
        x = RAW.QuantizedConcat(concat_dim=3, values=[left[0], right[0]], input_mins=[left[1], right[1]], input_maxes=[left[2], right[2]])  # fmt: skip
        x = RAW.QuantizedAvgPool(input=x[0], min_input=x[1], max_input=x[2], ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="VALID")  # fmt: skip
        x = RAW.QuantizedReshape(tensor=x[0], shape=[-1, 40], input_min=x[1], input_max=x[2])
        x = conv(tuple(x), 100, (40, 5), 1, shrink)
        y = RAW.Dequantize(input=x[0], min_range=x[1], max_range=x[2], mode="MIN_FIRST")
        return [y, tf.nn.softmax(y), x[0]]

    images = [np.random.RandomState(seed).rand(2, 16, 16, 3).astype(f) * scale for seed, scale in ((1, 1), (2, 255))]
    for shrink in (False, True):
        record(recorder, f"net_{shrink}", lambda x, shrink=shrink: built(x, shrink), [[image] for image in images])


if __name__ == "__main__":
    recorder = make_recording.Recorder("quantized")
    for family in (products, sums, normalizations, narrowing, other_layers, net):
        family(recorder)
    recorder.write_manifest()
