"""case: lists, dicts, defaults, exclusive branches, structures, and gradients."""

from programs.control_contexts import contexts


def build(tf):
    x = tf.placeholder(tf.int32, [], name="x")
    a = tf.placeholder(tf.float32, [2], name="a")
    one, two, three = (tf.less(x, i, name=f"less_{i}") for i in (1, 2, 3))
    fetches = {
        "default": tf.case([(one, lambda: a), (two, lambda: a + 1.0)], default=lambda: a * 2.0),
        "exclusive": tf.case(
            {tf.equal(x, 0): lambda: a, tf.equal(x, 1): lambda: -a}, default=lambda: a + 2.0, exclusive=True
        ),
        "single": tf.case([(three, lambda: a)]),
        "single default": tf.case([(one, lambda: a)], default=lambda: a + 1.0, name="one"),
        "strict": tf.case([(one, lambda: [a]), (two, lambda: [a + 1.0])], default=lambda: [a], strict=True)[0],
    }
    pair = tf.case([(one, lambda: (a, 1)), (two, lambda: (-a, 2))], default=lambda: (a * a, 3))
    fetches.update(first=pair[0], second=pair[1])
    fetches["gradient"] = tf.gradients(fetches["default"], a)[0]
    fetches["none holds"] = tf.case([(one, lambda: a), (two, lambda: a + 1.0), (three, lambda: a + 3.0)], name="cc")
    fetches["both hold"] = tf.case([(one, lambda: a), (two, lambda: a)], lambda: a, exclusive=True, name="dd")
    return fetches


def run(tf, session, fetches):
    results = contexts(session.graph)
    for x in (0, 1, 2):
        for name, fetch in fetches.items():
            if not (name == "both hold" and x == 0):
                results[f"{x} {name}"] = session.run(fetch, {"x:0": x, "a:0": [1.0, -2.0]})
    return results


def errors(tf):
    def pred():
        return tf.placeholder(tf.bool, [], name="p")

    def fetch(value):
        with tf.Session() as session:
            return session.run(value)

    def none_holds():
        return fetch(
            tf.case([(tf.constant(False), lambda: tf.constant(1)), (tf.constant(False), lambda: tf.constant(2))])
        )

    def both_hold():
        pairs = [(tf.constant(True), lambda: tf.constant(1)), (tf.constant(True), lambda: tf.constant(2))]
        return fetch(tf.case(pairs, lambda: tf.constant(3), exclusive=True))

    return {
        "no list": (lambda: tf.case(1), "must be a list, tuple, or dict"),
        "no pair": (lambda: tf.case([1]), "must be a 2-tuple"),
        "no tensor": (lambda: tf.case([(1, lambda: 1)]), "pred must be a Tensor"),
        "no bool": (lambda: tf.case([(tf.constant(1), lambda: 1)]), "pred must be Tensor of type bool"),
        "not callable": (lambda: tf.case([(pred(), 1)]), "must be callable"),
        "default": (lambda: tf.case([(pred(), lambda: 1)], default=1), "must be callable"),
        "none holds": (none_holds, "None of conditions evaluated as True"),
        "both hold": (both_hold, "more than 1 conditions"),
    }
