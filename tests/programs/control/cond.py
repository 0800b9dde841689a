"""cond: outer tensors, constants, structures, nesting, operations, references, and its gradients."""

from programs.control_contexts import run_with


def build(tf):
    p = tf.placeholder(tf.bool, [], name="p")
    q = tf.placeholder(tf.bool, [], name="q")
    x = tf.placeholder(tf.float32, [3], name="x")
    y = tf.placeholder(tf.float32, None, name="y")
    c = tf.constant([1.0, 2.0, 3.0])
    fetches = {
        "outer": tf.cond(p, lambda: tf.square(x), lambda: c),
        "constants": tf.cond(p, lambda: 1, lambda: 2, name="choice"),
        "old names": tf.cond(p, fn1=lambda: x + 1.0, fn2=lambda: x - 1.0),
        "strict": tf.cond(p, lambda: [x], lambda: [c], strict=True)[0],
        "op": tf.cond(p, lambda: tf.group(tf.negative(x)), lambda: tf.no_op()),
        "unknown": tf.cond(p, lambda: tf.exp(y), lambda: y),
    }
    pair = tf.cond(p, lambda: {"b": x, "a": (c, 1.0)}, lambda: {"b": -x, "a": (x, 2.0)})
    fetches["pair b"], fetches["pair a"] = pair["b"], pair["a"][1]

    def inner():
        return tf.cond(q, lambda: tf.multiply(x, c), lambda: tf.negative(tf.add(x, tf.constant(1.0))))

    nested = tf.cond(p, inner, lambda: tf.cond(q, lambda: x, lambda: y * x), name="outer")
    fetches["nested"] = nested
    with tf.control_dependencies([tf.no_op(name="before")]), tf.device("/cpu:0"):
        fetches["controlled"] = tf.cond(p, lambda: x, lambda: tf.constant([2.0, 2.0, 2.0]))
    for name, (target, sources) in {
        "outer": (fetches["outer"], [x]), "unknown": (fetches["unknown"], [y]), "nested": (nested, [x, y]),
        "pair": (list(pair["a"]), [x, c]),
    }.items():  # fmt: skip
        for i, gradient in enumerate(tf.gradients(target, sources)):
            if gradient is not None:
                fetches[f"gradient {name} {i}"] = gradient
    z = tf.cond(p, lambda: x * x * x, lambda: tf.tanh(x))
    fetches["second order"] = tf.gradients(tf.gradients(z, x), x)[0]
    slices = tf.cond(
        p,
        lambda: tf.IndexedSlices(x, tf.constant([0, 1, 2])),
        lambda: tf.IndexedSlices(tf.negative(x), tf.constant([2, 1, 0])),
    )
    fetches["slices"] = slices.values
    return fetches


run = run_with(
    {
        f"{p} {q}": {"p:0": p, "q:0": q, "x:0": [1.0, 2.0, 3.0], "y:0": [0.5, 1.5, 2.5]}
        for p in (False, True)
        for q in (False, True)
    }
)


def errors(tf):
    def pred():
        return tf.placeholder(tf.bool, [], name="p")

    return {
        "python bool": (lambda: tf.cond(True, lambda: 1, lambda: 2), "must not be a Python bool"),
        "not callable": (lambda: tf.cond(pred(), 1, lambda: 2), "'true_fn' must be callable"),
        "no true_fn": (lambda: tf.cond(pred(), None, lambda: 2), "'true_fn' argument required"),
        "no false_fn": (lambda: tf.cond(pred(), lambda: 2), "'false_fn' argument required"),
        "both names": (lambda: tf.cond(pred(), lambda: 1, lambda: 1, fn1=lambda: 1), "may not be set simultaneously"),
        "nothing returned": (lambda: tf.cond(pred(), lambda: None, lambda: 1), "'true_fn' must have a return value"),
        "nothing returned 2": (lambda: tf.cond(pred(), lambda: 1, lambda: None), "'false_fn' must have a return value"),
        "empty": (lambda: tf.cond(pred(), list, list), "at least one result"),
        "dtypes": (lambda: tf.cond(pred(), lambda: 1.0, lambda: 1), "must have the same type"),
        "lengths": (lambda: tf.cond(pred(), lambda: [1.0, 2.0], lambda: 1.0), "same nested structure"),
        "types": (lambda: tf.cond(pred(), lambda: (1.0, 2), lambda: [1.0, 2]), "same sequence type"),
        "keys": (lambda: tf.cond(pred(), lambda: {"a": 1.0}, lambda: {"b": 1.0}), "same set of keys"),
        "strict": (lambda: tf.cond(pred(), lambda: [1.0], lambda: 1.0, strict=True), "same nested structure"),
        "float": (lambda: tf.cond(tf.placeholder(tf.float32, []), lambda: 1, lambda: 1), "type float32"),
        "vector": (lambda: tf.cond(tf.placeholder(tf.bool, [2]), lambda: 1, lambda: 1), "must be rank 0"),
    }
