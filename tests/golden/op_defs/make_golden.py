"""Ask TensorFlow (2.15, v1 mode) for the messages of malformed nodes, and for graphs with and without default attrs.

    python make_golden.py            # in an environment with tensorflow-cpu 2.15

Writes messages.json: for bad_nodes.txt, a NodeDef a line, what import_graph_def raises; summaries.json: of every op the
first 12 hex digits of the SHA-256 of its signature as messages print it; full.pbtxt and stripped.pbtxt: one graph.
"""

import hashlib
import json
import pathlib
import re

import tensorflow.compat.v1 as tf
from google.protobuf import text_format
from tensorflow.core.framework import attr_value_pb2
from tensorflow.python.framework import function, meta_graph, op_def_registry

HERE = pathlib.Path(__file__).parent
OP_DEFS = HERE.parents[2] / "nbtf" / "wire" / "op_defs.txt"


def import_error(graph_def):
    with tf.Graph().as_default():
        try:
            tf.import_graph_def(graph_def, name="")
        except Exception as error:
            return str(error)
    return ""


def summary(op_type):
    """What stands between Op< and > in an error about a node of this op with no valid attribute; None without error."""
    node = tf.NodeDef(name="n", op=op_type)
    for attr in op_def_registry.get(op_type).attr:
        if attr.HasField("default_value"):
            node.attr[attr.name].CopyFrom(attr_value_pb2.AttrValue(func=attr_value_pb2.NameAttrList(name="f")))
            break
    message = import_error(tf.GraphDef(node=[node]))
    found = re.search(r"Op<.*>(?=$|; NodeDef: )", message, re.DOTALL)
    return found[0] if found else None


def graph():
    with tf.Graph().as_default() as built:
        image = tf.placeholder(tf.float32, [None, 8, 8, 3], name="image")
        kernel = tf.constant(0.5, shape=[3, 3, 3, 4], name="kernel")
        tf.nn.conv2d(image, kernel, [1, 1, 1, 1], "SAME", name="plain")
        tf.nn.conv2d(image, kernel, [1, 1, 1, 1], "SAME", dilations=[1, 2, 2, 1], name="dilated")
        tf.nn.max_pool(image, 2, 2, "VALID", name="pool")
        tf.strided_slice(image, [0, 0], [1, 2], begin_mask=1, name="slice")
        tf.matmul(image[0, 0], image[0, 0], transpose_b=True, name="product")
        tf.reduce_sum(image, [1, 2], keepdims=True, name="sum")
        tf.summary.image("picture", image)
        tf.random_uniform([2], seed=3, name="noise")
        tf.Variable(1.0, name="weight", use_resource=False)
        tf.Variable(1.0, name="weight_resource", use_resource=True)
        tf.string_split(["a b"], name="words")
        tf.placeholder(tf.float32, name="anything")

        @function.Defun(tf.float32)
        def twice(x):
            return tf.nn.leaky_relu(x) + tf.nn.leaky_relu(x, alpha=0.5)

        twice(image)
        return built.as_graph_def()


def text(message):
    return text_format.MessageToString(message, float_format="")  # as write_graph does


def main():
    tf.disable_v2_behavior()
    nodes = (HERE / "bad_nodes.txt").read_text(encoding="utf-8").splitlines()
    messages = {node: import_error(text_format.Parse(f"node {{ {node} }}", tf.GraphDef())) for node in nodes}
    (HERE / "messages.json").write_text(json.dumps(messages, indent=0) + "\n", encoding="utf-8")
    summaries = {}
    for line in OP_DEFS.read_text(encoding="utf-8").splitlines():
        op_type = line.partition("\t")[0]
        if op_def_registry.get(op_type) is not None and (found := summary(op_type)):
            summaries[op_type] = hashlib.sha256(found.encode()).hexdigest()[:12]
    (HERE / "summaries.json").write_text(json.dumps(summaries, indent=0) + "\n", encoding="utf-8")
    graph_def = graph()
    (HERE / "full.pbtxt").write_text(text(graph_def), encoding="utf-8")
    stripped = tf.MetaGraphDef(graph_def=graph_def)
    meta_graph.strip_graph_default_valued_attrs(stripped)
    (HERE / "stripped.pbtxt").write_text(text(stripped.graph_def), encoding="utf-8")


main()
