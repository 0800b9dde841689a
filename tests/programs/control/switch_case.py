"""switch_case: lists, dicts, defaults, captured tensors and variables, loops, and gradients."""


def build(tf):
    i = tf.placeholder(tf.int32, [], name="i")
    x = tf.placeholder(tf.float32, [2], name="x")
    c = tf.constant(2.0)
    v = tf.get_variable("v", initializer=tf.constant([1.0, 2.0]), use_resource=True)
    y = tf.switch_case(i, [lambda: x * c, lambda: tf.tanh(x) * v, lambda: x], name="sw")
    pair = tf.switch_case(i, {1: lambda: (x, 1), 0: lambda: (-x, 2)}, default=lambda: (x, 3))
    fetches = {"y": y, "first": pair[0], "second": pair[1]}
    for name, gradient in zip("xcv", tf.gradients(y, [x, c, v]), strict=True):
        fetches[f"gradient {name}"] = gradient

    def body(k, s):
        return k + 1, s * tf.switch_case(k, [lambda: s * x, lambda: x])

    fetches["loop"] = tf.while_loop(lambda k, s: k < 3, body, (0, x))[1]
    fetches["init"] = tf.global_variables_initializer()
    return fetches


def run(tf, session, fetches):
    session.run(fetches.pop("init"))
    results = {}
    for i in (-1, 0, 1, 2, 5):
        found = session.run(fetches, {"i:0": i, "x:0": [1.0, 2.0]})
        results.update({f"{i} {name}": value for name, value in found.items()})
    return results


def errors(tf):
    def index(dtype=None):
        return tf.placeholder(dtype or tf.int32, [])

    def one():
        return 1

    return {
        "number": (lambda: tf.switch_case(1, [one]), "'branch_index' must be a Tensor"),
        "bool": (lambda: tf.switch_case(index(tf.bool), [one]), "must be an integer Tensor"),
        "int64": (lambda: tf.switch_case(index(tf.int64), [one]), "int64"),
        "nothing": (lambda: tf.switch_case(index(), []), "at least one item"),
        "no list": (lambda: tf.switch_case(index(), 5), "must be a list, tuple, or dict"),
        "no pair": (lambda: tf.switch_case(index(), [one, 2]), "must be a 2-tuple"),
        "no function": (lambda: tf.switch_case(index(), [(0, 1)]), "must be callable"),
        "keys": (lambda: tf.switch_case(index(), {"a": one}), "must be a Python `int`"),
        "gaps": (lambda: tf.switch_case(index(), {0: one, 2: one}), r"contiguous range of \[0 to 2\) but found {0,2}"),
        "dtypes": (lambda: tf.switch_case(index(), [one, lambda: 1.0]), "have different types|are different types"),
    }
