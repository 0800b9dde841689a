"""Writes import_errors.json: malformed GraphDefs and what TensorFlow 2.15 says of each. Needs TensorFlow.

python tests/graph/make_import_errors.py
"""

import json
import os
from pathlib import Path

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0", CUDA_VISIBLE_DEVICES="-1")

FLOAT = 'attr{key:"T" value{type:DT_FLOAT}}'
X = 'node{name:"x" op:"Placeholder" attr{key:"dtype" value{type:DT_FLOAT}}}\n'
CONST = (
    'node{name:"c" op:"Const" attr{key:"dtype" value{type:DT_FLOAT}} '
    'attr{key:"value" value{tensor{dtype:DT_FLOAT tensor_shape{%s} float_val:1}}}}'
)


def node(op: str, *inputs: str, attrs: str = FLOAT, name: str = "q") -> str:
    listed = " ".join(f'input:"{text}"' for text in inputs)
    return f'node{{name:"{name}" op:"{op}" {listed} {attrs}}}\n'


def integer(key: str, value: int) -> str:
    return f'attr{{key:"{key}" value{{i:{value}}}}}'


def pool(window: str, padding: str) -> str:
    strides = 'attr{key:"strides" value{list{i:1 i:1 i:1 i:1}}}'
    attrs = f'attr{{key:"ksize" value{{list{{{window}}}}}}} attr{{key:"padding" value{{s:"{padding}"}}}}'
    return X + node("AvgPool", "x", attrs=FLOAT + attrs + strides)


CASES = {
    "cycle": node("Identity", "b", name="a") + node("Identity", "a", name="b"),
    "cycle of one": node("Identity", "q"),
    "cycle through a Merge without NextIteration": X
    + node("Merge", "x", "i", attrs=FLOAT + integer("N", 2), name="m")
    + node("Identity", "m", name="i"),
    "cycle of control inputs": node("NoOp", "^b", attrs="", name="a") + node("NoOp", "^a", attrs="", name="b"),
    "unknown input": node("Identity", "missing"),
    "unknown control input": node("NoOp", "^missing", attrs=""),
    "output past the last": X + node("Identity", "x:1"),
    "negative output": X + node("Identity", "x:-1"),
    "output that is no number": X + node("Identity", "x:foo"),
    "empty input": X + node("Identity", ""),
    "duplicate name": X + X,
    "name with a space": X.replace('"x"', '"a b"'),
    "empty name": X.replace('"x"', '""'),
    "name with a leading underscore": X.replace('"x"', '"_x"'),
    "control input before a data input": X + node("NoOp", attrs="", name="n") + node("Identity", "^n", "x"),
    "other dtype": X + node("Identity", "x", attrs='attr{key:"T" value{type:DT_INT32}}'),
    "value where a reference is wanted": X + node("Assign", "x", "x"),
    "too few inputs": node("Identity"),
    "too many inputs": X + node("Identity", "x", "x"),
    "fewer inputs than N": X + node("AddN", "x", "x", attrs=FLOAT + integer("N", 3)),
    "attribute of another type": X + node("Identity", "x", attrs=integer("T", 3)),
    "missing attribute": X + node("Identity", "x", attrs=""),
    "missing attributes": X + node("Conv2D", "x", "x", attrs=""),
    "string that is not allowed": pool("i:1 i:1 i:1 i:1", "FOO"),
    "type that is not allowed": X.replace("DT_FLOAT", "DT_STRING")
    + node("Sqrt", "x", attrs='attr{key:"T" value{type:DT_STRING}}'),
    "int below its minimum": X + node("AddN", attrs=FLOAT + integer("N", 0)),
    "list below its minimum": pool("i:1 i:1", "SAME"),
    "undeclared attribute": X + node("Identity", "x", attrs=FLOAT + integer("foo", 3)),
    "node without an op": 'node{name:"q"}',
    "const of negative size": CONST % "dim{size:-2}",
    "const of unknown size": CONST % "dim{size:-1}",
    "const of huge size": CONST % "dim{size:4611686018427387904}dim{size:8}",
    "const of unknown rank": CONST % "unknown_rank:true",
    "placeholder of negative size": X.replace("}}}", '}} attr{key:"shape" value{shape{dim{size:-5}}}}}'),
    "placeholder of huge size": X.replace(
        "}}}", '}} attr{key:"shape" value{shape{dim{size:4611686018427387904}dim{size:4611686018427387904}}}}}'
    ),
    "invalid dtype": X.replace("DT_FLOAT", "DT_INVALID"),
    "dtype out of range": X.replace("DT_FLOAT", "99"),
    "colocated with an unknown node": X
    + node("Identity", "x", attrs=FLOAT + 'attr{key:"_class" value{list{s:"loc:@zz"}}}'),
    "unknown part of a device": X.replace("op:", 'device:"/foo:bar" op:'),
    "needs a newer consumer": "versions{producer:20 min_consumer:9999}" + X,
    "refuses this consumer": "versions{producer:1645 bad_consumers:1482 bad_consumers:1645}" + X,
    "output shapes that contradict": CONST.replace(
        "attr{key:", 'attr{key:"_output_shapes" value{list{shape{}}}} attr{key:', 1
    )
    % "dim{size:3}",
}


def main() -> None:
    import tensorflow.compat.v1 as tf
    from google.protobuf import text_format

    tf.disable_v2_behavior()
    answers = {}
    for name, text in CASES.items():
        with tf.Graph().as_default():
            try:
                tf.import_graph_def(text_format.Parse(text, tf.GraphDef()), name="")
                answers[name] = {"graph": text, "error": None}
            except Exception as error:  # noqa: BLE001 - whatever TensorFlow raises is the fact
                answers[name] = {"graph": text, "error": type(error).__name__, "message": str(error)}
    Path(__file__).with_name("import_errors.json").write_text(json.dumps(answers, indent=1) + "\n")


if __name__ == "__main__":
    main()
