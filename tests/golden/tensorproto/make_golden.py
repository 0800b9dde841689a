"""Ask TensorFlow (2.15, v1 mode) what make_tensor_proto does with every call of calls.txt; write golden.json.

    python make_golden.py            # in an environment with tensorflow-cpu 2.15

A line of calls.txt is the arguments of one call. An answer is {"proto": hex} or {"error": class, "message": text}.
"""

import json
import pathlib

import numpy as np
import tensorflow.compat.v1
from tensorflow.python.framework import dtypes as tf

HERE = pathlib.Path(__file__).parent


def answer(call: str) -> dict[str, str]:
    try:
        proto = eval(f"make({call})", {"make": tensorflow.compat.v1.make_tensor_proto, "np": np, "tf": tf})
    except Exception as error:
        return {"error": type(error).__name__, "message": str(error)}
    return {"proto": proto.SerializeToString(deterministic=True).hex()}


calls = (HERE / "calls.txt").read_text(encoding="utf-8").splitlines()
golden = {call: answer(call) for call in calls}
(HERE / "golden.json").write_text(json.dumps(golden, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
