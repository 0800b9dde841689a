"""Where datasets come from, and the iterators over them."""

import numpy as np


def build(tf):
    data = tf.data.Dataset
    made = {}

    def add(label, dataset, one_shot=True):
        iterator = tf.data.make_one_shot_iterator(dataset) if one_shot else dataset.make_initializable_iterator()
        for i, tensor in enumerate(tf.nest.flatten(iterator.get_next())):
            made[f"{label} {i}"] = tensor
        return iterator

    add("slices", data.from_tensor_slices(np.float32([[1, 2], [3, 4], [5, 6]])))
    add(
        "structure",
        data.from_tensor_slices({"b": np.arange(3), "a": (tf.constant(list("xyz")), [[1.0], [2.0], [3.0]])}),
    )
    add("whole", data.from_tensors((np.int32([1, 2]), "text", [True, False])))
    add("range", data.range(3))
    add("range step", data.range(10, 0, -4, output_type=tf.int32))
    add("zip", data.zip((data.range(5), data.from_tensor_slices([1.5, 2.5]))))
    add("zip several", data.zip(data.range(2), {"x": data.range(3, 6)}))
    add("counter", data.counter(5, 2).take(2))
    add("named", data.range(2, name="numbers").repeat(name="again").take(3, name="first"))
    fed = tf.placeholder_with_default(np.int64([7, 8, 9]), [None], name="fed")
    made["fed init"] = add("fed", data.from_tensor_slices(fed), one_shot=False).initializer
    shared = data.range(3).make_initializable_iterator(shared_name="shared")
    made["shared init"] = shared.initializer
    made["shared 0"] = shared.get_next(name="following")
    tf.get_default_graph().seed = 5
    add("seeded", data.range(6).shuffle(6))
    add("random", data.random(seed=3).take(4))
    return made


def run(tf, session, fetches):
    found = {}
    for label in ("fed init", "shared init"):
        session.run(fetches[label])
    groups = {}
    for label, fetch in fetches.items():
        groups.setdefault(label.rpartition(" ")[0], {})[label] = fetch
    for name in ("fed", "shared"):
        groups[name].pop(f"{name} init")
    for name, group in groups.items():
        for step in range(9):
            try:
                values = session.run(group)
            except tf.errors.OutOfRangeError as error:
                found[f"{name} ends"] = step
                assert "End of sequence" in str(error)
                break
            found.update({f"{label} step {step}": value for label, value in values.items()})
    session.run(fetches["fed init"], {"fed:0": [1]})
    found["fed again"] = session.run(fetches["fed 0"])
    session.run(fetches["shared init"])
    found["shared again"] = session.run(fetches["shared 0"])
    return found


def errors(tf):
    data = tf.data.Dataset

    def run_one(dataset):
        iterator = dataset.make_initializable_iterator()
        element = iterator.get_next()
        with tf.Session() as session:
            session.run(iterator.initializer)
            session.run(element)

    def uninitialized():
        element = data.range(3).make_initializable_iterator().get_next()
        with tf.Session() as session:
            session.run(element)

    def one_shot_of(make):
        return lambda: make().make_one_shot_iterator()

    return {
        "rows": (lambda: data.from_tensor_slices(([1, 2], [1, 2, 3])), "Dimensions 2 and 3 are not compatible"),
        "scalar": (lambda: data.from_tensor_slices(1), "only supported for rank >= 1"),
        "step": (lambda: run_one(data.range(0, 5, 0)), "step must be a non-zero integer"),
        "range arguments": (lambda: data.range(1, 2, 3, 4), "should be between 1 and 3"),
        "zip": (lambda: data.zip(), "Must pass at least one dataset"),
        "zip what": (lambda: data.zip((data.range(1), 3)), "structures of `tf.data.Dataset`"),
        "uninitialized": (uninitialized, "the iterator has not been initialized"),
        "placeholder": (
            one_shot_of(lambda: data.from_tensors(tf.placeholder(tf.float32, []))),
            "Cannot capture a placeholder",
        ),
        "variable": (
            one_shot_of(lambda: data.from_tensors(tf.Variable(1.0, use_resource=True))),
            "Cannot capture a stateful node",
        ),
        "no initializer": (lambda: data.range(1).make_one_shot_iterator().initializer, "does not have an initializer"),
        "iteration": (lambda: list(data.range(1)), "only supports Python-style iteration"),
        "length": (lambda: len(data.range(1)), "Use `tf.data.Dataset.cardinality\\(\\)`"),
        "numpy": (lambda: data.range(1).as_numpy_iterator(), "only supported in eager mode"),
    }
