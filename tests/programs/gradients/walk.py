"""tf.gradients itself: names, sums, gates, stops, what is given for the targets and what is unconnected."""

import contextlib

import numpy as np


def register(tf):
    """Gradients under names of their own; a process may register each only once."""

    def doubled(op, dy):
        return 2.0 * dy

    def wrong_number(op, dy):
        return [dy, dy]

    def wrong_shape(op, dy):
        return tf.constant([1.0, 2.0, 3.0])

    for name, function in {"Doubled": doubled, "WrongNumber": wrong_number, "WrongShape": wrong_shape}.items():
        with contextlib.suppress(KeyError):
            tf.RegisterGradient(f"Program{name}")(function)


def overridden(tf, name):
    register(tf)
    x = tf.constant([1.0, 2.0], name="x")
    with tf.get_default_graph().gradient_override_map({"Square": name}):
        return x, tf.raw_ops.Square(x=x, name="y")


def build(tf):
    x = tf.placeholder_with_default(np.float32([[1, 2], [3, 4], [5, 6]]), [None, 2], name="x")
    w = tf.constant([2.0, -1.0], name="w")
    n = tf.constant([1, 2], name="n")
    unused = tf.constant([7.0, 8.0], name="unused")
    square = tf.raw_ops.Square(x=x, name="square")
    product = tf.raw_ops.Mul(x=square, y=w, name="product")
    total = tf.raw_ops.Sum(input=product, axis=[0, 1], name="total")
    row = tf.raw_ops.GatherV2(params=x, indices=[2, 0], axis=0, name="row")
    both = tf.raw_ops.AddV2(x=tf.raw_ops.Exp(x=row), y=row, name="both")
    rows = tf.gradients(both, x, name="rows")[0]
    with tf.device("/cpu:0"):
        elsewhere = tf.raw_ops.Mul(x=w, y=w, name="elsewhere")
    with tf.name_scope("inside"):
        inside = tf.gradients(total, [w])[0]
    found = {
        "plain": tf.gradients(total, [x, w]),
        "again": tf.gradients(total, x),
        "several": tf.gradients([total, product, x], [x, w]),
        "given": tf.gradients([total, product], [w], grad_ys=[3.0, product]),
        "colocated": tf.gradients(total, [x, w], colocate_gradients_with_ops=True, name="colocated"),
        "gated": tf.gradients(product, [x, w], gate_gradients=True, name="gated"),
        "tree": tf.gradients([total, product, square], x, aggregation_method=1, name="tree"),
        "stopped": tf.gradients(total, [square, w], stop_gradients=[square], name="stopped"),
        "zero": tf.gradients(total, [unused, w], unconnected_gradients="zero", name="zero"),
        "devices": tf.gradients([elsewhere, product], w, name="devices"),
        "through": tf.gradients(total, [square, x], name="through"),
        "inside": [inside],
        "rows": [rows.values, rows.indices, rows.dense_shape],
        "dense": [tf.convert_to_tensor(rows)],
        "mixed": tf.gradients([both, square], x, name="mixed"),
        "rows_twice": [tf.gradients([both, row], x, name="twice")[0].values],
        "second": tf.gradients(tf.gradients(total, x, name="inner")[0], x, name="outer"),
    }
    nothing = [*tf.gradients(total, [unused, n]), *tf.gradients(tf.stop_gradient(total), x)]
    assert nothing == [None, None, None]
    y = overridden(tf, "ProgramDoubled")[1]
    found["overridden"] = tf.gradients(y, y.op.inputs[0], name="overridden")
    fetches = {f"{label}/{i}": one for label, some in found.items() for i, one in enumerate(some)}
    return {"slices": rows, **fetches}


def run(tf, session, fetches):
    values = session.run(fetches)
    slices = values.pop("slices")
    assert isinstance(slices, tf.IndexedSlicesValue if hasattr(tf, "IndexedSlicesValue") else tuple)
    return {"slices/values": slices.values, "slices/indices": slices.indices, **values}


def errors(tf):
    def ints():
        return tf.constant([1.0], name="x")

    def length():
        x = ints()
        tf.gradients([x, x], x, grad_ys=[1.0])

    def complex_target():
        x = tf.constant([1 + 2j])
        tf.gradients(tf.raw_ops.Square(x=x), x)

    def no_gradient():
        x = ints()
        tf.gradients(tf.raw_ops.SoftsignGrad(gradients=x, features=x), x)

    def prevented():
        x = ints()
        tf.gradients(tf.raw_ops.PreventGradient(input=x, message="why"), x)

    def override(name):
        x, y = overridden(tf, name)
        return lambda: tf.gradients(y, x)

    def registered_twice():
        tf.RegisterGradient("Mul")(None)

    def kind_of_given():
        x = ints()
        tf.gradients(tf.raw_ops.Square(x=x), x, grad_ys=[tf.constant([1 + 2j])])

    return {
        "length": (length, "."),
        "complex target": (complex_target, "must set grad_ys"),
        "no gradient": (no_gradient, "No gradient defined for operation"),
        "prevented": (prevented, "Gradient explicitly disabled"),
        "number": (lambda: override("ProgramWrongNumber")(), "Num gradients 2"),
        "shape": (lambda: override("ProgramWrongShape")(), "Incompatible shapes between op input and calculated"),
        "unknown override": (lambda: override("ProgramUnknown")(), "No gradient defined for operation"),
        "unconnected": (lambda: tf.gradients(ints(), ints(), unconnected_gradients="nope"), "Unknown value"),
        "registered twice": (registered_twice, "Registering two gradient"),
        "no string": (lambda: tf.RegisterGradient(3), "op_type must be a string"),
        "given of another kind": (kind_of_given, "must be real"),
        "not differentiable twice": (lambda: tf.NotDifferentiable("Mul"), "Registering two gradient"),
    }
