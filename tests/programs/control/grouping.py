"""group, tuple, no_op, identity_n, print and control dependencies."""


def build(tf):
    a = tf.constant(1.0)
    b = tf.constant([2.0])
    p = tf.placeholder_with_default(tf.constant(3.0), [], name="p")
    tf.group(a, b)
    tf.group(a, [b, {"x": tf.no_op()}], name="named")
    empty = tf.group()
    tf.no_op(name="hello")
    with tf.device("/cpu:0"):
        c = tf.constant(4.0)
    with tf.device("/job:localhost"):
        tf.group(c, a)
    first, second = tf.tuple([a, b])
    third, none, op = tf.tuple([a, None, tf.no_op()], name="t", control_inputs=[b])
    assert none is None
    with tf.control_dependencies([a]), tf.control_dependencies([a, p]):
        tf.group(op)
    one, two = tf.identity_n([1.0, tf.constant(2)])
    tf.Print(p, [p, 1], "message", first_n=2, summarize=3)
    prints = [
        tf.print("hello", p, [p, {"a": 1, "b": p}], summarize=4, end="!"),
        tf.print(p, 1, (1, p), sep=","),
        tf.print("only text"),
        tf.print("a{}b", p),
        tf.print([p, p], [1, 2], name="named_print"),
        tf.print(tf.constant("text")),
    ]
    return {
        "first": first, "second": second, "third": third, "one": one, "two": two, "empty": empty,
        "print": tf.tuple([a], control_inputs=prints)[0],
    }  # fmt: skip


def errors(tf):
    return {
        "tuple of None": (lambda: tf.tuple([None]), "must have at least one Tensor"),
        "tuple control": (lambda: tf.tuple([tf.constant(1)], control_inputs=[1]), "must only contain Operation"),
        "group of a number": (lambda: tf.group(1), "zero or more"),
        "group keyword": (lambda: tf.group(a=1), "Unknown keyword arguments: a"),
        "print keyword": (lambda: tf.print(1, foo=2), "Unrecognized keyword arguments"),
        "print stream": (lambda: tf.print(1, output_stream=3), "Unsupported output stream"),
        "print end": (lambda: tf.print(1, end=3), "Expected string"),
    }
