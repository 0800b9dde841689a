"""Graphs of which a profile is recorded; each is built with whatever library it is given."""

import numpy as np


def training(tf):
    """A small network, its gradients and its optimizer."""
    x = tf.placeholder(tf.float32, [8, 12, 12, 1], name="x")
    with tf.variable_scope("conv"):
        w, b = tf.get_variable("w", [5, 5, 1, 4]), tf.get_variable("b", [4])
        h = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, w, [1, 1, 1, 1], "SAME"), b))
        h = tf.nn.max_pool(h, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
    with tf.variable_scope("dense"):
        y = tf.matmul(tf.reshape(h, [8, -1]), tf.get_variable("w", [144, 10], use_resource=True))
    tf.get_variable("frozen", [3], trainable=False)
    tf.get_variable("steps", [], dtype=tf.int64, trainable=False, initializer=tf.zeros_initializer())
    labels = tf.one_hot([1] * 8, 10)
    loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=y))
    tf.train.GradientDescentOptimizer(0.1).minimize(loss)


def shapes(tf):
    """Outputs of several shapes, and shapes that are not known."""
    x = tf.placeholder(tf.float32, [2, 6])
    a, b, c = tf.split(x, [1, 2, 3], 1)
    tf.negative(b, name="n")
    tf.add(b[:, :1], c, name="z")
    tf.concat([a, b, c], 1, name="q")
    tf.square(tf.placeholder(tf.float32, [None, 6]), name="v")
    tf.negative(tf.placeholder(tf.float32), name="unknown")


def counted(tf):
    """Every op that the profiler counts."""
    raw = tf.raw_ops

    def fed(*dims):
        return tf.placeholder(tf.float32, list(dims))

    a, b, m = fed(3, 4), fed(4), fed(4, 5)
    variable = tf.Variable(np.zeros([3, 4], np.float32))
    binary = [
        "Add",
        "AddV2",
        "Sub",
        "Mul",
        "RealDiv",
        "Maximum",
        "Minimum",
        "Pow",
        "GreaterEqual",
        "Greater",
        "LessEqual",
        "Less",
        "SquaredDifference",
    ]
    for name in binary:
        getattr(raw, name)(x=a, y=b)
    raw.Equal(x=a, y=b)
    raw.NotEqual(x=a, y=b)
    raw.RsqrtGrad(y=a, dy=a)
    for name in ["Reciprocal", "Square", "Log", "Neg", "Rsqrt"]:
        getattr(raw, name)(x=a)
    raw.Softmax(logits=a)
    raw.L2Loss(t=a)
    raw.AddN(inputs=[a, a, a])
    tf.assign_add(variable, a)
    tf.assign_sub(variable, a)
    raw.Mean(input=a, axis=[1])
    raw.Sum(input=a, axis=[1])
    raw.ArgMax(input=a, dimension=1)
    raw.ArgMin(input=a, dimension=0)
    raw.BiasAdd(value=a, bias=b)
    raw.BiasAdd(value=fed(2, 4, 3, 3), bias=b, data_format="NCHW")
    raw.BiasAddGrad(out_backprop=a)
    raw.MatMul(a=a, b=m)
    raw.MatMul(a=fed(4, 3), b=m, transpose_a=True)
    raw.BatchMatMul(x=fed(2, 3, 4), y=fed(2, 4, 5))
    raw.BatchMatMulV2(x=fed(2, 4, 3), y=fed(4, 5), adj_x=True)
    raw.BatchMatMulV3(x=fed(2, 3, 4), y=fed(2, 5, 4), adj_y=True, Tout=tf.float32)
    x, w = fed(2, 8, 9, 3), fed(3, 2, 3, 5)
    y = raw.Conv2D(input=x, filter=w, strides=[1, 2, 3, 1], padding="SAME")
    raw.Conv2D(input=fed(2, 3, 8, 9), filter=w, strides=[1, 1, 1, 1], padding="SAME", data_format="NCHW")
    with_strides = {"out_backprop": y, "strides": [1, 2, 3, 1], "padding": "SAME"}
    raw.Conv2DBackpropInput(input_sizes=[2, 8, 9, 3], filter=w, **with_strides)
    raw.Conv2DBackpropFilter(input=x, filter_sizes=[3, 2, 3, 5], **with_strides)
    raw.Conv3D(input=fed(1, 4, 5, 6, 2), filter=fed(2, 3, 2, 2, 7), strides=[1] * 5, padding="VALID")
    raw.DepthwiseConv2dNative(input=x, filter=fed(3, 2, 3, 2), strides=[1] * 4, padding="SAME")
    raw.Dilation2D(input=x, filter=fed(3, 2, 3), strides=[1] * 4, rates=[1] * 4, padding="SAME")
    window = {"ksize": [1, 2, 3, 1], "strides": [1, 2, 2, 1], "padding": "VALID"}
    most, mean = raw.MaxPool(input=x, **window), raw.AvgPool(value=x, **window)
    raw.MaxPoolGrad(orig_input=x, orig_output=most, grad=most, **window)
    raw.AvgPoolGrad(orig_input_shape=[2, 8, 9, 3], grad=mean, **window)
    first = {"ksize": [1, 1, 2, 3], "strides": [1, 1, 2, 2], "padding": "VALID", "data_format": "NCHW"}
    raw.MaxPool(input=fed(2, 3, 8, 9), **first)
    raw.Neg(x=tf.placeholder(tf.float32))


GRAPHS = {"training": training, "shapes": shapes, "counted": counted}
ALL = [".*"]
CASES = {
    # label: graph, cmd, options to start from, calls of the builder
    "parameters": ("training", "scope", "trainable_variables_parameter", {}),
    "parameters by flow": ("training", "graph", "trainable_variables_parameter", {}),
    "parameters by type": ("training", "op", "trainable_variables_parameter", {}),
    "float_ops": ("training", "scope", "float_operation", {}),
    "float_ops by flow": ("training", "graph", "float_operation", {}),
    "float_ops by type": ("training", "op", "float_operation", {}),
    "all parameters": ("training", "scope", "trainable_variables_parameter", {"with_accounted_types": [ALL]}),
    "one type": ("training", "scope", "trainable_variables_parameter", {"with_accounted_types": [["VariableV2"]]}),
    "most first": ("training", "scope", "trainable_variables_parameter", {"order_by": ["params"]}),
    "shallow": ("training", "scope", "trainable_variables_parameter", {"with_max_depth": [2]}),
    "shown": ("training", "scope", "trainable_variables_parameter", {"with_node_names": [ALL, ["conv.*"], [], []]}),
    "hidden": ("training", "scope", "float_operation", {"with_node_names": [ALL, ALL, ["gradients/.*"], []]}),
    "trimmed": ("training", "scope", "float_operation", {"with_node_names": [ALL, ALL, [], [".*Initializer"]]}),
    "totals": (
        "training",
        "scope",
        "float_operation",
        {"account_displayed_op_only": [False], "with_node_names": [ALL, ["dense.*"], [], []]},
    ),
    "enough": ("training", "scope", "float_operation", {"with_min_float_operations": [1000]}),
    "attributes": ("shapes", "scope", None, {"select": [["input_shapes", "op_types", "occurrence", "params"]]}),
    "attributes of types": ("shapes", "op", None, {"select": [["op_types", "occurrence", "params"]]}),
    "every op": ("counted", "scope", "float_operation", {"order_by": ["name"]}),
}


MEASURED = ["bytes", "peak_bytes", "residual_bytes", "output_bytes", "micros", "accelerator_micros", "cpu_micros"]
TIMED = {
    # cases of a traced run of the graph `training`
    f"{cmd} of a run": ("training", cmd, "time_and_memory", {
        "select": [[*MEASURED, "params", "float_ops", "device", "op_types", "occurrence", "input_shapes"]],
        "order_by": ["name"],
        "with_min_execution_time": [0],
        "with_min_memory": [0],
    })
    for cmd in ("scope", "graph", "op")
}  # fmt: skip


def table(tf, graph, case, path, run_meta=None):
    """The message and the lines of the table of a case."""
    _, cmd, base, calls = case
    builder = tf.profiler.ProfileOptionBuilder
    made = builder(getattr(builder, base)() if base else None).with_file_output(path)
    for name, arguments in calls.items():
        getattr(made, name)(*arguments)
    message = tf.profiler.profile(graph, run_meta, options=made.build(), cmd=cmd)
    with open(path, encoding="utf-8") as file:
        lines = file.read().partition("Profile:\n")[2].strip().splitlines()
    return message, lines
