"""Writes elementwise/: what TensorFlow's elementwise ops answer where numbers are special.

    TF_ENABLE_ONEDNN_OPTS=0 python tests/golden/make_elementwise.py

One graph a family and dtype, every op of the family in it. Subnormal numbers are left out: TensorFlow flushes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import make_recording  # first: it sets the environment that TensorFlow reads
import numpy as np
import tensorflow.compat.v1 as tf
from tensorflow.python.framework import op_def_registry

RAW = tf.raw_ops
NAN, INF = float("nan"), float("inf")
FLOATS = [
    *(NAN, INF, -INF, 0.0, -0.0, 0.25, 0.5, -0.5, 1.5, 2.5, -1.5, -2.5, 1.0, -1.0, 0.999, -0.75, 2.0, -2.0, 3.0, -3.0),
    *(3.7, -3.7, 6.0, 7.5, 12.0, -12.0, 30.0, -30.0, 100.0, -100.0, 1e-4, -1e-4),
]
PAIRED = [NAN, INF, -INF, 0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -3.0, 7.5]
WHOLE = [-128, -127, -7, -3, -2, -1, 0, 1, 2, 3, 6, 7, 100, 127]
REAL_TYPES = (tf.float32, tf.float64, tf.half, tf.bfloat16)
WHOLE_TYPES = (tf.int8, tf.int16, tf.int32, tf.int64, tf.uint8, tf.uint16, tf.uint32, tf.uint64)

UNARY = [
    "Abs",
    "Neg",
    "Sign",
    "Square",
    "Sqrt",
    "Rsqrt",
    "Reciprocal",
    "Inv",
    "Exp",
    "Expm1",
    "Log",
    "Log1p",
    "Sin",
    "Cos",
    "Tan",
    "Asin",
    "Acos",
    "Atan",
    "Sinh",
    "Cosh",
    "Tanh",
    "Asinh",
    "Acosh",
    "Atanh",
    "Ceil",
    "Floor",
    "Round",
    "Rint",
    "Sigmoid",
    "Softplus",
    "Softsign",
    "Elu",
    "Selu",
    "Relu",
    "Relu6",
    "LeakyRelu",
    "IsNan",
    "IsInf",
    "IsFinite",
    "ZerosLike",
    "OnesLike",
    "Invert",
    "PopulationCount",
    "Real",
    "Imag",
    "Conj",
    "ComplexAbs",
    "Angle",
]
BINARY = [
    "Add",
    "AddV2",
    "Sub",
    "Mul",
    "RealDiv",
    "Div",
    "FloorDiv",
    "FloorMod",
    "TruncateDiv",
    "TruncateMod",
    "Mod",
    "DivNoNan",
    "MulNoNan",
    "Xdivy",
    "Xlogy",
    "Xlog1py",
    "Pow",
    "SquaredDifference",
    "Maximum",
    "Minimum",
    "Atan2",
    "NextAfter",
    "Equal",
    "NotEqual",
    "ApproximateEqual",
    "Less",
    "LessEqual",
    "Greater",
    "GreaterEqual",
    "BitwiseAnd",
    "BitwiseOr",
    "BitwiseXor",
    "LeftShift",
    "RightShift",
]
GRADIENTS = {
    "ReluGrad": "gradients features", "Relu6Grad": "gradients features", "LeakyReluGrad": "gradients features",
    "EluGrad": "gradients outputs", "SeluGrad": "gradients outputs", "SoftplusGrad": "gradients features",
    "SoftsignGrad": "gradients features", "SigmoidGrad": "y dy", "TanhGrad": "y dy", "SqrtGrad": "y dy",
    "RsqrtGrad": "y dy", "ReciprocalGrad": "y dy", "InvGrad": "y dy",
}  # fmt: skip
DIVISIONS = ("Div", "FloorDiv", "FloorMod", "TruncateDiv", "TruncateMod", "Mod")
Inputs = Sequence[tuple[tf.DType, Any]]


def argument_names(op: str) -> list[str]:
    return [argument.name for argument in op_def_registry.get(op).input_arg]


def has_kernel(op: str, dtype: tf.DType) -> bool:
    """Whether the op runs in this dtype: told by running it."""
    with tf.Graph().as_default(), tf.Session() as session:
        try:
            one = tf.zeros([1], dtype) if dtype.is_complex else tf.cast(tf.ones([1]), dtype)
            session.run(apply(op, [one] * len(argument_names(op))))
        except (TypeError, ValueError, tf.errors.InvalidArgumentError, tf.errors.UnimplementedError):
            return False
    return True


def apply(op: str, inputs: Sequence[tf.Tensor], **attrs: Any) -> tf.Tensor:
    if op in ("Real", "Imag", "ComplexAbs", "Angle"):
        attrs["Tout"] = inputs[0].dtype.real_dtype
    arguments = dict(zip(argument_names(op), inputs, strict=True))
    if op == "Select":  # tf.raw_ops names its arguments otherwise
        return RAW.Select(condition=inputs[0], x=inputs[1], y=inputs[2], name=op)
    return getattr(RAW, op)(name=op, **arguments, **attrs)


def record(
    recorder: make_recording.Recorder, name: str, ops: Sequence[str], inputs: Inputs, attrs: Mapping[str, Any]
) -> None:
    """One graph with every op of the list that has a kernel for the dtype of the first input."""
    found = [op for op in ops if has_kernel(op, inputs[0][0])]
    if not found:
        return
    with tf.Graph().as_default() as graph:
        placeholders = [tf.placeholder(dtype, name=f"in{i}") for i, (dtype, _) in enumerate(inputs)]
        made = [apply(op, placeholders[: len(argument_names(op))], **attrs.get(op, {})) for op in found]
        feeds = {p.name: np.asarray(v, p.dtype.as_numpy_dtype) for p, (_, v) in zip(placeholders, inputs, strict=True)}
        recorder.graph(name, graph.as_graph_def(), [t.name for t in made], [feeds])


def extremes(dtype: tf.DType) -> list[int]:
    """Small whole numbers of the dtype and its limits."""
    low, high = dtype.min, dtype.max
    return sorted({int(low), int(low) + 1, int(high), *(v for v in WHOLE if low <= v <= high)})


def complex_grid(values: Sequence[float]) -> np.ndarray:
    return np.array([complex(a, b) for a in values for b in values])


def grid(values: Sequence[Any], others: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    pairs = [(a, b) for a in values for b in others]
    return [a for a, _ in pairs], [b for _, b in pairs]


def unary(recorder: make_recording.Recorder) -> None:
    for dtype in REAL_TYPES:
        record(recorder, f"unary_{dtype.name}", UNARY, [(dtype, FLOATS)], {})
    for dtype in (tf.complex64, tf.complex128):
        record(recorder, f"unary_{dtype.name}", UNARY, [(dtype, complex_grid([0.0, 0.5, -0.5, 2.0, -3.0]))], {})
    for dtype in WHOLE_TYPES:
        ops = [op for op in UNARY if op != "Acos"]
        record(recorder, f"unary_{dtype.name}", ops, [(dtype, extremes(dtype))], {})


def binary(recorder: make_recording.Recorder) -> None:
    approximately = {"ApproximateEqual": {"tolerance": 0.6}}
    for dtype in REAL_TYPES:
        inputs = [(dtype, v) for v in grid(PAIRED, PAIRED)]
        record(recorder, f"binary_{dtype.name}", BINARY, inputs, approximately)
        record(recorder, f"gradients_{dtype.name}", list(GRADIENTS), inputs, {})
    for dtype in (tf.complex64, tf.complex128):
        few = complex_grid([0.0, 0.5, -2.0]).tolist()
        inputs = [(dtype, v) for v in grid(few, few)]
        record(recorder, f"binary_{dtype.name}", BINARY, inputs, {})
        record(recorder, f"gradients_{dtype.name}", list(GRADIENTS), inputs, {})
    for dtype in WHOLE_TYPES:
        values = extremes(dtype)
        inputs = [(dtype, v) for v in grid(values, values)]
        ops = [op for op in BINARY if op not in (*DIVISIONS, "Pow")]
        record(recorder, f"binary_{dtype.name}", ops, inputs, {})
        # the least number over -1 traps on x86
        divisors = [v for v in values if v not in (0, -1)]
        record(recorder, f"division_{dtype.name}", DIVISIONS, [(dtype, v) for v in grid(values, divisors)], {})
        powers = [(dtype, v) for v in grid(values, [v for v in values if 0 <= v < 8])]
        record(recorder, f"power_{dtype.name}", ["Pow"], powers, {})
        record(recorder, f"gradients_{dtype.name}", ["ReluGrad", "Relu6Grad"], inputs, {})


def casts(recorder: make_recording.Recorder) -> None:
    """Every numeric dtype to every other, out of range and NaN included."""
    targets = (*REAL_TYPES, *WHOLE_TYPES, tf.complex64, tf.complex128, tf.bool)
    far = [127.9, 128.0, -129.0, 255.9, 256.0, 300.0, -300.0, 40000.0, -40000.0, 70000.0]
    farther = [2147483647.0, 2147483648.0, -2147483649.0, 4294967296.0, 5e9, -5e9, 9.3e18, -9.3e18, 2e19, 1e30, -1e30]
    for source in targets:
        if source in (tf.half, tf.bfloat16):
            values: Any = FLOATS + far[:7]
        elif source.is_floating:
            values = FLOATS + far + farther
        elif source.is_complex:
            values = [complex(v, w) for v, w in zip(FLOATS + far, [0.0, 2.0, NAN] * 20, strict=False)]
        else:
            values = [False, True] if source == tf.bool else extremes(source)
        with tf.Graph().as_default() as graph:
            x = tf.placeholder(source, name="in0")
            made = [RAW.Cast(x=x, DstT=target, name=f"to_{target.name}") for target in targets]
            if source in (tf.float64, tf.float32, tf.half, tf.bfloat16):
                cut = [t for t in REAL_TYPES if t.size < source.size]
                made += [RAW.Cast(x=x, DstT=t, Truncate=True, name=f"cut_to_{t.name}") for t in cut]
            feeds = {x.name: np.asarray(values, source.as_numpy_dtype)}
            recorder.graph(f"cast_{source.name}", graph.as_graph_def(), [t.name for t in made], [feeds])


def choices(recorder: make_recording.Recorder) -> None:
    for dtype in (tf.float32, tf.int32):
        values: list[Any] = [*FLOATS] if dtype.is_floating else [*WHOLE]
        with tf.Graph().as_default() as graph:
            x, low, high = (tf.placeholder(dtype, name=f"in{i}") for i in range(3))
            clipped = [RAW.ClipByValue(t=x, clip_value_min=low, clip_value_max=high)]
            bounds = [(-1.0, 2.0), (3.0, -2.0), (NAN, 1.0), (1.0, NAN)] if dtype.is_floating else [(-1, 2), (3, -2)]
            runs = [dict(zip([x.name, low.name, high.name], [values, *b], strict=True)) for b in bounds]
            whole = np.asarray(values, dtype.as_numpy_dtype)
            runs.append({x.name: whole, low.name: whole[::-1], high.name: np.ones_like(whole)})
            runs.append({x.name: whole, low.name: whole[:1], high.name: np.ones_like(whole)})
            runs.append({x.name: whole[0], low.name: whole, high.name: np.ones_like(whole)})
            runs.append({x.name: whole[:1], low.name: whole, high.name: np.ones_like(whole)})
            runs.append({x.name: whole[:1], low.name: whole[0], high.name: whole[None, :1]})
            feeds = [{k: np.asarray(v, dtype.as_numpy_dtype) for k, v in run.items()} for run in runs]
            recorder.graph(f"clip_{dtype.name}", graph.as_graph_def(), [t.name for t in clipped], feeds)


def fed(value: Any, feeds: dict[str, Any]) -> Any:
    """A placeholder that is fed the value; of a list, one each."""
    if isinstance(value, list):
        return [fed(v, feeds) for v in value]
    made = tf.placeholder(value.dtype)
    feeds[made.name] = value
    return made


def refusals(recorder: make_recording.Recorder) -> None:
    """Inputs that TensorFlow refuses while it runs."""
    i32, f32 = np.int32, np.float32
    two, three = f32([1, 2]), f32([1, 2, 3])
    cases: list[tuple[str, list[Any], dict[str, Any]]] = [
        *((op, [i32([1]), i32([0])], {}) for op in DIVISIONS if not op.startswith("Truncate")),
        ("Pow", [i32([2]), i32([-1])], {}),
        ("Add", [two, three], {}),
        ("ReluGrad", [two, three], {}),
        ("ReluGrad", [f32(1), two], {}),
        ("LeakyReluGrad", [two, three], {}),
        ("EluGrad", [two, three], {}),
        ("SoftplusGrad", [two, three], {}),
        ("Equal", [two, three], {}),
        ("Equal", [two, three], {"incompatible_shape_error": False}),
        ("NotEqual", [two, three], {"incompatible_shape_error": False}),
        ("Equal", [two, f32(1)], {"incompatible_shape_error": False}),
        ("Select", [np.array([True, False]), two, three], {}),
        ("Select", [np.array([True, False]), three, three], {}),
        ("Select", [np.array([[True, False]]), two, two], {}),
        ("Select", [np.array(True), two, two], {}),
        ("Select", [np.array([True]), two, two], {}),
        ("Select", [np.array([True]), f32(1), f32(2)], {}),
        ("Select", [np.array([True, False]), np.ones((2, 3), f32), np.zeros((2, 3), f32)], {}),
        ("Complex", [two, three], {}),
        ("CheckNumerics", [f32([1, NAN])], {"message": "here"}),
        ("CheckNumerics", [f32([1, INF])], {"message": "here"}),
        ("CheckNumerics", [f32([NAN, -INF])], {"message": "here"}),
        ("CheckNumericsV2", [f32([NAN, -INF])], {"message": "here"}),
        ("CheckNumericsV2", [f32([INF, -INF])], {"message": "here"}),
        ("CheckNumericsV2", [f32([1, INF])], {"message": "here"}),
        ("CheckNumericsV2", [f32([1, -INF])], {"message": "here"}),
        ("AddN", [[two, three]], {}),
        ("AddN", [[two, f32(1)]], {}),
        ("Bitcast", [np.zeros((2, 3), np.int8)], {"type": tf.int32}),
        ("Bitcast", [np.zeros((), np.int8)], {"type": tf.int32}),
        ("Bitcast", [np.arange(8, dtype=np.int8).reshape(2, 4)], {"type": tf.int32}),
        ("Bitcast", [np.arange(8, dtype=np.int32).reshape(2, 4)], {"type": tf.int16}),
        ("Betainc", [two, three, f32(0.5)], {}),
        ("Betainc", [two, f32(1), f32(0.5)], {}),
        ("Betainc", [two[:1], two, f32(0.5)], {}),
    ]
    for number, (op, values, attrs) in enumerate(cases):
        with tf.Graph().as_default() as graph:
            feeds: dict[str, Any] = {}

            inputs = [fed(v, feeds) for v in values]
            fetch = apply(op, inputs, **attrs)
            recorder.graph(f"refusal_{number:02}_{op}", graph.as_graph_def(), [fetch.name], [feeds])


if __name__ == "__main__":
    recorder = make_recording.Recorder("elementwise")
    for family in (unary, binary, casts, choices, refusals):
        family(recorder)
    recorder.write_manifest()
