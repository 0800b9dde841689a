"""Variables made and used inside cond and while_loop: their initializers stay outside."""


def build(tf):
    made = {}
    p = tf.placeholder(tf.bool, [], name="p")
    for kind, use_resource in (("ref", False), ("resource", True)):
        with tf.variable_scope(kind, use_resource=use_resource):
            w = tf.get_variable("w", [2], initializer=tf.ones_initializer())

            def branch(w=w):
                inner = tf.get_variable("inner", [2], initializer=tf.constant_initializer(3.0))
                return w * inner

            def other(w=w):
                return tf.assign_add(w, [1.0, 1.0]) + 0.0

            made[f"{kind}/cond"] = tf.cond(p, branch, other)

            def body(i, x, w=w):
                scale = tf.get_variable("scale", [], initializer=tf.constant_initializer(2.0))
                return i + 1, x * scale + w

            made[f"{kind}/loop"] = tf.while_loop(lambda i, x: i < 3, body, [0, tf.zeros([2])])[1]
            made[f"{kind}/initialized"] = w.initialized_value() if not use_resource else w.read_value()
    return made


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    values = {}
    for p in (True, False):
        for label, fetch in fetches.items():
            values[f"{label} {p}"] = session.run(fetch, {"p:0": p})
    return values


def errors(tf):
    def inside(**kwargs):
        return tf.cond(tf.constant(True), lambda: tf.Variable(tf.constant(1.0) * 2.0, **kwargs) + 0.0, lambda: 1.0)

    return {
        "initial value": (lambda: inside(), "control-flow +construct"),
        "resource's initial value": (lambda: inside(use_resource=True), "control-flow +construct"),
    }
