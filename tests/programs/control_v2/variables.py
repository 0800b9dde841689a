"""Variables that branches and loops make and use: resource variables outside of them."""

from programs.control_flow_v2 import with_functions


@with_functions
def build(tf):
    p = tf.placeholder(tf.bool, [], name="p")

    def made():
        v = tf.get_variable("v", initializer=lambda: tf.fill([3], 2.0))
        return v * tf.Variable(3.0, name="w")

    def layer():
        return tf.layers.dense(tf.ones([3, 1]), 1, kernel_initializer=tf.ones_initializer(), name="d")[:, 0]

    fetches = {"cond": tf.cond(p, made, layer)}
    r = tf.get_variable("r", initializer=[1.0, 2.0, 3.0])
    fetches["read"] = tf.cond(p, lambda: r * 2.0, lambda: r)
    fetches["loop"] = tf.while_loop(lambda i: i[0] < 3.0, lambda i: i + r[0], [r])
    s = tf.get_variable("s", initializer=1.0, use_resource=True)
    fetches["assigned"] = tf.cond(p, lambda: s.assign_add(2.0), lambda: s.read_value())
    with tf.device("/cpu:0"):
        fetches["placed"] = tf.cond(p, lambda: tf.get_variable("t", initializer=4.0) + 1.0, lambda: 1.0)
    fetches["gradients"] = tf.gradients(fetches["cond"], tf.trainable_variables()[0])[0]
    fetches["init"] = tf.global_variables_initializer()
    return fetches


def run(tf, session, fetches):
    results = {}
    for p in (True, False):
        session.run(fetches["init"])
        found = session.run({key: one for key, one in fetches.items() if key != "init"}, {"p:0": p})
        results.update({f"{p} {key}": value for key, value in found.items()})
    return results
