"""tf.train.do_quantize_training_on_graphdef: the nodes that it adds, in their order, and what they compute."""

import os
import tempfile

import numpy as np

W = np.linspace(-1, 2, 12).reshape(4, 3).astype(np.float32)
X = np.linspace(-2, 3, 8).reshape(2, 4).astype(np.float32)


def _rewritten(tf, build, change=None, num_bits=8):
    graph = tf.Graph()
    with graph.as_default():
        build(tf)
    graph_def = graph.as_graph_def()
    if change:
        change(graph_def)
    return tf.train.do_quantize_training_on_graphdef(graph_def, num_bits)


def _model(tf):
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    weights = tf.Variable(W, name="weights", use_resource=False)
    hidden = tf.nn.relu(tf.matmul(x, weights), name="hidden")
    logits = tf.matmul(tf.nn.relu6(hidden), tf.constant(W[:3, :2]), name="logits")
    tf.gradients(logits, weights)
    with tf.name_scope("saving"):
        tf.train.Saver()


def _activations(tf):
    x = tf.nn.relu(tf.placeholder(tf.float32, [1, 4, 4, 2], name="x"), name="r")
    pooled = tf.nn.max_pool(tf.sigmoid(x, name="s"), [1, 2, 2, 1], [1, 1, 1, 1], "SAME")
    tf.nn.conv2d(pooled, tf.tanh(tf.ones([2, 2, 2, 3])), [1, 1, 1, 1], "SAME", name="c")
    tf.nn.depthwise_conv2d_native(x, tf.ones([2, 2, 2, 3]), [1, 1, 1, 1], "SAME")
    rows = tf.reshape(tf.concat([tf.nn.relu6(x), x], 3), [32, 2])
    with tf.device("/cpu:0"):
        parts = tf.split(tf.identity(rows), 2)
        tf.matmul(parts[1], parts[0], transpose_a=True, name="m")


def _untidy(graph_def):
    nodes = list(graph_def.node)
    for node in nodes:
        if node.name == "m":
            node.input[0] = "split:0"
            node.input.extend(["^r", "^c", "^r"])
            del node.attr["transpose_b"]
    del graph_def.node[:]
    graph_def.node.extend(nodes[::-1])


def _sharded(tf):
    weights = tf.Variable(W, name="w", use_resource=False)
    tf.matmul(tf.tanh(weights, name="t"), weights, transpose_a=True, name="m")
    tf.train.Saver(sharded=True)


def _without_products(tf):
    tf.Variable(W, use_resource=False)
    tf.train.Saver()


def _controlled(graph_def):
    for node in graph_def.node:
        if node.op == "SaveV2":
            node.input.extend(["^w/Assign"])
            node.device = "/cpu:0"


def build(tf):
    cases = {
        "model": (_model,),
        "untidy": (_activations, _untidy),
        "sharded": (_sharded, _controlled, 63),
        "none": (_without_products, None, 1),
    }
    for name, case in cases.items():
        rewritten = _rewritten(tf, *case)
        tf.constant([node.name for node in rewritten.node], name=f"order_of_{name}")
        tf.import_graph_def(rewritten, name=name)
    return {}


def run(tf, session, fetches):
    def range_of(name):
        return session.run([f"model/{name}/{end}/Variable:0" for end in ("Min", "Max")])

    session.run("model/weights/Assign")
    values = {
        f"logits/{i}": session.run("model/logits:0", {"model/x:0": X * scale}) for i, scale in enumerate((1, 4, -2))
    }
    values.update({name: range_of(name) for name in ("x", "weights/read", "Const")})
    with tempfile.TemporaryDirectory() as folder:
        feeds = {"model/saving/save/Const:0": os.path.join(folder, "saved")}
        session.run("model/saving/save/control_dependency:0", feeds)
        session.run(["model/logits:0", "model/weights/Assign"], {"model/x:0": X * 100})
        values["moved"] = range_of("x")
        session.run("model/saving/save/restore_all", feeds)
    values["restored"] = range_of("x")
    return values


def errors(tf):
    def products(dtype=tf.float32, operand=tf.identity, more=0):
        def model(tf):
            x = tf.placeholder(dtype, [3, 3], name="x")
            tf.matmul(operand(x), tf.abs(x))
            for _ in range(more):
                tf.matmul(operand(x), tf.abs(x))

        return lambda: _rewritten(tf, model)

    def savers(tf):
        tf.Variable(W, use_resource=False)
        tf.train.Saver()
        tf.train.Saver()

    def renamed(graph_def):
        for node in graph_def.node:
            node.name = node.name.replace("restore_all", "restore_none")

    def unknown(graph_def):
        graph_def.node[-1].op = "Nope"

    def lost(graph_def):
        graph_def.node[-1].input[0] = "nobody"

    return {
        "no bits": (lambda: _rewritten(tf, _model, None, 0), r"num_bits should be in range \[1, 63\] but is: 0"),
        "many bits": (lambda: _rewritten(tf, _model, None, 64), "but is: 64"),
        "inputs": (products(more=2), "Found an unknown op: Abs_2 with type: Abs; Unknown ops are"),
        "double": (
            products(tf.float64),
            "DT_FLOAT vs. DT_DOUBLE while building NodeDef 'Identity/Min/EMA/ValueDiff'",
        ),
        "double activation": (
            products(tf.float64, tf.nn.sigmoid),
            "2 errors while building NodeDef 'Sigmoid/Quantize",
        ),
        "savers": (lambda: _rewritten(tf, savers), "Input graph has multiple SaveV2 ops"),
        "no restore": (lambda: _rewritten(tf, _without_products, renamed), "graph has SaveOp, but no restore_all NoOp"),
        "unknown": (lambda: _rewritten(tf, _model, unknown), "Op type not registered 'Nope'"),
        "lost": (lambda: _rewritten(tf, _model, lost), "Unknown input node 'nobody'"),
    }
