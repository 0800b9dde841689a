"""Elements by key or class: group_by_reducer, and rejection_resample, which leaves out elements of classes that come too often."""

import numpy as np


def build(tf):
    data, experimental = tf.data.Dataset, tf.data.experimental
    made = {}

    def add(label, dataset):
        iterator = tf.data.make_initializable_iterator(dataset)
        made[f"{label} init"] = iterator.initializer
        for i, part in enumerate(tf.nest.flatten(iterator.get_next())):
            made[f"{label} {i}"] = part

    numbers = data.range(20)
    scale = tf.constant(10, tf.int64)
    total = experimental.Reducer(lambda key: -key, lambda state, x: state + x, lambda state: state * scale)
    add("sums", numbers.apply(experimental.group_by_reducer(lambda x: -(x % 3), total)).map(lambda x: x + 1))
    growing = experimental.Reducer(
        lambda key: (tf.zeros([0], tf.float32), key),
        lambda state, x: (tf.concat([state[0], x["value"][None]], 0), state[1]),
        lambda values, key: {"all": values, "key": key},
    )
    rows = data.from_tensor_slices({"key": np.int64([2, 1, 2, 5, 1]), "value": np.float32([1, 2, 3, 4, 5])})
    add("grown", rows.apply(experimental.group_by_reducer(lambda x: x["key"], growing)))
    pairs = data.zip((numbers, numbers.map(lambda x: x * x)))
    counting = experimental.Reducer(lambda key: 0, lambda state, x: state + 1, lambda state: state)
    add("counted", pairs.apply(experimental.group_by_reducer(lambda x, y: y % 4, counting)))

    classes = data.from_tensor_slices(np.int32([0, 0, 1, 0, 0, 2, 0, 1, 0, 0])).repeat(4)
    resample = experimental.rejection_resample
    add("resampled", classes.apply(resample(lambda x: x, [0.3, 0.3, 0.4], [0.7, 0.2, 0.1], seed=3)))
    add("estimated", classes.apply(resample(lambda x: x, [0.3, 0.3, 0.4], seed=5)))
    pairs = data.zip((classes, data.range(40)))
    add("in pairs", pairs.apply(resample(lambda x, number: x, np.float64([0.5, 0.5, 0.0]), [0.7, 0.2, 0.1], seed=7)))
    add("as it is", classes.apply(resample(lambda x: x, [0.5, 0.25, 0.25], [0.5, 0.25, 0.25], seed=8)).take(5))
    fed = tf.placeholder_with_default([0.3, 0.3, 0.4], [None])
    add("fed", pairs.rejection_resample(lambda x, number: x, fed, tf.placeholder_with_default([0.7, 0.2, 0.1], [3]), 9))
    return made


def run(tf, session, fetches):
    found = {}
    names = [label.removesuffix(" init") for label in fetches if label.endswith(" init")]
    for name in names:
        session.run(fetches[f"{name} init"])
        parts = {label: fetch for label, fetch in fetches.items() if label.rpartition(" ")[0] == name}
        parts.pop(f"{name} init")
        values = {label: [] for label in parts}
        try:
            while True:
                for label, value in session.run(parts).items():
                    values[label].append(value)
        except tf.errors.OutOfRangeError:
            for label, several in values.items():
                found[label] = np.concatenate(several) if label == "grown 0" else np.array(several)
    return found


def errors(tf):
    experimental = tf.data.experimental
    reducer = experimental.Reducer(lambda key: 0, lambda state, x: state + 1, lambda state: state)

    def grouping(key_func, reducer=reducer):
        return lambda: tf.data.Dataset.range(3).apply(experimental.group_by_reducer(key_func, reducer))

    other = experimental.Reducer(lambda key: 0, lambda state, x: x, lambda state: state)
    return {
        "key": (grouping(lambda x: tf.cast(x, tf.int32)), "Expected `key_func` to return a scalar tf.int64"),
        "state": (grouping(lambda x: x, other), "do not match the element types of the old state"),
    }
