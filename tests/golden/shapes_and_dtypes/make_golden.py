"""Ask TensorFlow (2.15, v1 mode) for the value or error of every expression of expressions.txt; write golden.json.

    python make_golden.py            # in an environment with tensorflow-cpu 2.15

In an expression S is TensorShape, D is Dimension, ts and dt the modules of shapes and dtypes, np numpy.
"""

import json
import pathlib

import numpy as np
import tensorflow.compat.v1 as tf
from tensorflow.python.framework import dtypes, tensor_shape

HERE = pathlib.Path(__file__).parent


def answer(expression: str) -> str:
    names = {"S": tf.TensorShape, "D": tf.Dimension, "ts": tensor_shape, "dt": dtypes, "np": np}
    try:
        value = eval(expression, names)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if isinstance(value, type):  # numpy's versions print its classes in different ways
        value = np.dtype(value)
    return repr(value.item() if isinstance(value, np.generic) else value)


tf.disable_v2_behavior()
expressions = (HERE / "expressions.txt").read_text(encoding="utf-8").splitlines()
golden = {expression: answer(expression) for expression in expressions}
(HERE / "golden.json").write_text(json.dumps(golden, indent=0) + "\n", encoding="utf-8")
