"""Record what TensorFlow's optimizer ops make of variables and slots: training/steps.npz, one array a variable or slot.

python tests/golden/make_training.py
"""

import sys
from pathlib import Path

import make_recording  # sets the environment that TensorFlow reads
import numpy as np
import tensorflow.compat.v1 as tf

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "ops"))

import training_cases


def step(case: training_cases.Case) -> dict[str, np.ndarray]:
    dtype = tf.as_dtype(case.dtype)
    with tf.Graph().as_default(), tf.Session() as session:
        values = dict(zip(("var", *case.slots), (training_cases.VAR, *training_cases.SLOTS), strict=False))
        held = {
            name: tf.Variable(np.asarray(value).astype(dtype.as_numpy_dtype), use_resource=not case.is_ref, name=name)
            for name, value in values.items()
        }
        given = {name: v._ref() if case.is_ref else v.handle for name, v in held.items()}
        for name in case.scalars:
            value, kind = case.scalar(name)
            given[name] = np.asarray(value).astype(tf.as_dtype(kind).as_numpy_dtype)
        given[case.gradient] = case.grad.astype(dtype.as_numpy_dtype)
        if case.sparse:
            given["indices"] = training_cases.ROWS
        made = getattr(tf.raw_ops, case.op)(**given, **case.attrs)
        session.run(tf.global_variables_initializer())
        session.run(made.op if case.is_ref else made)
        return {name: make_recording.storable(session.run(variable)) for name, variable in held.items()}


def main() -> None:
    answers = {f"{case.key}-{name}": value for case in training_cases.cases() for name, value in step(case).items()}
    (HERE / "training").mkdir(exist_ok=True)
    np.savez_compressed(HERE / "training" / "steps.npz", **answers)
    print(f"{len(answers)} arrays")


if __name__ == "__main__":
    main()
