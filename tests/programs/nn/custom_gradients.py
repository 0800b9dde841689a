"""tf.custom_gradient and tf.nn.swish, which is made with it."""


def build(tf):
    x = tf.placeholder(tf.float32, [None], "x")
    half = tf.placeholder(tf.float16, [2], "half")
    beta = tf.placeholder(tf.float32, [], "beta")

    @tf.custom_gradient
    def clipped(a, b):
        product = a * b
        return [product, a], lambda d_product, d_a: (d_product * 10.0 + d_a, product * d_product)

    @tf.custom_gradient
    def same(a):
        return a, lambda d: -d

    with tf.variable_scope("own", use_resource=True):
        v = tf.get_variable("v", [2], initializer=tf.ones_initializer())

        @tf.custom_gradient
        def scaled(a):
            def gradient(d, variables=None):
                return d * 7.0, [d * 9.0 for _ in variables]

            return {"z": a * v, "y": tf.tanh(a)}["z"], gradient

        scaled_x = scaled(x)
    first, second = clipped(x, tf.constant([2.0, 3.0]))
    swish, warm, cold = tf.nn.swish(x), tf.nn.silu(x, beta=beta), tf.nn.swish(half, 2.0)
    d_warm, d_beta = tf.gradients(warm, [x, beta])
    return {
        "swish": swish,
        "d_swish": tf.gradients(swish, x)[0],
        "warm": warm,
        "d_warm": d_warm,
        "d_beta": d_beta,
        "dd_warm": tf.gradients(d_warm, x)[0],
        "cold": cold,
        "d_cold": tf.gradients(cold, half)[0],
        "integer": tf.nn.swish([1.0, 2.0], beta=2),
        "first": first,
        "second": second,
        "d_first": tf.gradients(first + second, x)[0],
        "same": same(3.0),
        "d_same": tf.gradients(same(beta), beta)[0],
        "scaled": scaled_x,
        "d_scaled": tf.gradients(scaled_x, [x, v]),
    }


FEEDS = {"x:0": [1.5, -2.0], "half:0": [0.5, -3.0], "beta:0": 0.7}
RTOL = 2e-3  # of half precision


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    results = session.run(fetches, FEEDS)
    results["d_scaled_x"], results["d_scaled_v"] = results.pop("d_scaled")
    return results


def errors(tf):
    def broken():
        f = tf.custom_gradient(lambda a: (a, lambda d: (d, d)))
        x = tf.constant(1.0)
        return tf.gradients(f(x), x)

    return {
        "keywords": (lambda: tf.custom_gradient(lambda a: (a, None))(a=1.0), "supports keywords"),
        "count": (broken, "to return 1 gradients|do not match num inputs"),
        "integers": (lambda: tf.nn.swish([1, 2]), ""),
    }
