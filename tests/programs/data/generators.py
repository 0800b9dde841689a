"""Datasets that Python generators yield, and functions of elements that call Python."""


def counted(count):
    for i in range(count):
        yield i, [float(i)] * i


def records():
    yield {"id": 3, "text": "drei"}
    yield {"id": 4, "text": b"vier"}


class Squares:
    """Iterable, and callable."""

    def __call__(self):
        return (i * i for i in range(3))


def build(tf):
    data = tf.data.Dataset
    made = {}

    def add(label, dataset):
        iterator = tf.data.make_initializable_iterator(dataset)
        made[f"{label} init"] = iterator.initializer
        for i, tensor in enumerate(tf.nest.flatten(iterator.get_next())):
            made[f"{label} {i}"] = tensor

    add("counted", data.from_generator(counted, (tf.int32, tf.float32), ([], [None]), args=(3,)))
    add("records", data.from_generator(records, {"id": tf.int64, "text": tf.string}, {"id": [], "text": []}))
    add("squares", data.from_generator(Squares(), tf.int64).repeat(2))
    signature = (tf.TensorSpec([], tf.int32), tf.TensorSpec([None], tf.float32))
    add("signature", data.from_generator(counted, output_signature=signature, args=[tf.constant(2)]))
    double = data.range(3).map(lambda x: tf.py_func(lambda one: one * 2, [x], tf.int64))
    add("python function", double)
    return made


def run(tf, session, fetches):
    found = {}
    groups = {}
    for label, fetch in fetches.items():
        groups.setdefault(label.rpartition(" ")[0], {})[label] = fetch
    for name, group in groups.items():
        initializer = group.pop(f"{name} init")
        for pass_ in range(2):
            session.run(initializer)
            for step in range(10):
                try:
                    values = session.run(group)
                except tf.errors.OutOfRangeError:
                    found[f"{name} ends {pass_}"] = step
                    break
                found.update({f"{label} step {pass_} {step}": value for label, value in values.items()})
    return found


def errors(tf):
    from_generator = tf.data.Dataset.from_generator

    def run_one(values, types, shapes=None):
        iterator = from_generator(lambda: iter(values), types, shapes).make_initializable_iterator()
        element = iterator.get_next()
        with tf.Session() as session:
            session.run(iterator.initializer)
            session.run(element)

    def fails():
        def oops():
            raise ValueError("oops")
            yield 1

        iterator = from_generator(oops, tf.int32).make_initializable_iterator()
        element = iterator.get_next()
        with tf.Session() as session:
            session.run(iterator.initializer)
            session.run(element)

    return {
        "callable": (lambda: from_generator([1], tf.int32), "must be a Python callable"),
        "no types": (lambda: from_generator(records), "you need to provide either"),
        "both": (lambda: from_generator(records, tf.int32, output_signature=tf.TensorSpec([])), "output_signature"),
        "one shot": (
            lambda: from_generator(records, tf.int32, args=(tf.placeholder(tf.int32),)).make_one_shot_iterator(),
            "Cannot capture a placeholder",
        ),
        "kind": (lambda: run_one(["a"], tf.int32), "did not match the expected structure|could not be converted"),
        "shape": (lambda: run_one([[1, 2]], tf.int32, [3]), "of shape \\(2,\\) where an element of shape \\(3,\\)"),
        "structure": (
            lambda: run_one([(1, 2)], (tf.int32, tf.int32, tf.int32)),
            "did not match the expected structure",
        ),
        "raises": (fails, "ValueError: oops"),
    }
