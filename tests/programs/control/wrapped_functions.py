"""tf.wrap_function: functions with variables of their own, called, differentiated and cut down."""


def _wrapped(tf):
    def model(x, y):
        w = tf.get_variable("w", initializer=2.0)
        b = tf.Variable([1.0, 0.5], name="b")
        return {"z": tf.add(tf.multiply(x, w, name="product"), y, name="total") + b, "w": w, "none": None}

    return tf.wrap_function(model, [tf.TensorSpec([2], tf.float32), tf.TensorSpec([], tf.float32)])


def build(tf):
    wrapped = _wrapped(tf)
    first = wrapped(tf.constant([1.0, 2.0]), tf.constant(3.0))
    outside = tf.constant(5.0)
    specs = [tf.placeholder(tf.float32, []), tf.TensorSpec([], tf.float32)]
    captured = tf.wrap_function(lambda a, b: (a + b * outside, None), specs)
    return {
        "z": first["z"],
        "w": first["w"],
        "captured": captured(tf.constant(1.0), tf.constant(2.0))[0],
        "variables": tf.constant([variable.op.name for variable in wrapped.variables]),
        "inside": tf.constant([tensor.name for tensor in wrapped.inputs[:2]]),
        "results": tf.constant([tensor.name for tensor in wrapped.outputs]),
    }


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    found = session.run(fetches)
    with tf.Graph().as_default(), tf.Session() as other:
        wrapped = _wrapped(tf)
        x = tf.constant([4.0, 5.0])
        z = wrapped(x, tf.constant(1.0))["z"]
        product = wrapped.prune(wrapped.inputs[0], "product:0")
        total = wrapped.prune(["product:0", wrapped.inputs[1].name], {"sum": "total:0"})
        parts = {
            "gradient": tf.gradients(z, x)[0],
            "gradients of variables": tf.concat([tf.reshape(g, [-1]) for g in tf.gradients(z, wrapped.variables)], 0),
            "product": product(tf.constant([5.0, 6.0])),
            "total": total(tf.constant([1.0, 1.0]), tf.constant(4.0))["sum"],
        }
        other.run(tf.global_variables_initializer())
        found.update(other.run(parts))
    return found


def errors(tf):
    def wrapped():
        return tf.wrap_function(lambda x, y: tf.add(x, y, name="total"), [tf.TensorSpec([2], tf.float32)] * 2)

    return {
        "shape": (lambda: wrapped()(tf.ones([3]), tf.ones([2])), ""),
        "count": (lambda: wrapped()(tf.ones([2])), ""),
        "name": (lambda: wrapped().prune("missing:0", "total:0"), "missing"),
    }
