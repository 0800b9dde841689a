"""Variables where tensors are wanted: operators, functions, lists, slices; one read a ref variable, one a use of others."""

import numpy as np


def build(tf):
    made = {}
    for kind, use_resource in (("ref", False), ("resource", True)):
        v = tf.Variable([[1.0, -2.0], [3.0, 4.0]], name=kind, use_resource=use_resource)
        i = tf.Variable([5, 7], name=f"{kind}_int", use_resource=use_resource)
        b = tf.Variable([True, False], name=f"{kind}_bool", use_resource=use_resource)
        with tf.name_scope(f"of_{kind}"):
            found = [
                v + 1.0, 1.0 + v, v - v, 2.0 - v, v * v, 2.0 * v, v / 2.0, 1.0 / v, v // 2.0, 7.0 // v, v % 2.0, 5.0 % v,
                v**2.0, 2.0**v, v @ v, np.ones([2, 2], np.float32) @ v, np.float32(2.0) * v, -v, abs(v), v < 1.0,
                v <= v, v > 0.0, v >= v, i + 1, i // 2, i % 4, b & b, b | b, b ^ b, ~b, True & b,
                v[0], v[..., 1], v[:, tf.newaxis, 0], v[tf.constant(1)], tf.constant([1.0, 2.0]) + v,
            ]  # fmt: skip
            found += [
                tf.add(v, 1.0),
                tf.matmul(v, v),
                tf.concat([v, v], 0),
                tf.stack([v, tf.constant([[1.0, 2.0], [3.0, 4.0]])]),
                tf.identity(v),
                tf.convert_to_tensor(v),
                tf.convert_to_tensor([v[0, 0], 2.0]),
                tf.cast(i, tf.float32),
                tf.reduce_sum(v),
                tf.shape(v),
                tf.reshape(v, [-1]),
                tf.gather(v, [1, 0, 1]),
                tf.gather(v, 0, axis=1),
                tf.gather_nd(v, [[0, 1]]),
                tf.where(b, v, v + 1.0),
                tf.split(v, 2)[1],
                tf.transpose(v),
                tf.zeros_like(v),
                tf.ones_like(i),
                tf.add_n([v, v]),
            ]
        for number, tensor in enumerate(found):
            made[f"{kind}/{number}"] = tensor
        assert v == v and v in [v] and v != i and hash(v) == hash(v)
        assert v.ref() == v.ref() and v.ref().deref() is v
    return made


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    return session.run(fetches)


def errors(tf):
    return {
        "two dtypes": (lambda: tf.Variable(1.0) + tf.Variable(1), "type int32 that does not match"),
        "two dtypes of resources": (
            lambda: tf.Variable(1.0, use_resource=True) + tf.Variable(1, use_resource=True),
            "type int32 that does not match",
        ),
        "conversion": (lambda: tf.convert_to_tensor(tf.Variable(1.0), dtype=tf.int32), "Incompatible type conversion"),
        "shapes": (lambda: tf.Variable([1.0, 2.0]) + tf.Variable([1.0, 2.0, 3.0]), "Dimensions must be equal"),
    }
