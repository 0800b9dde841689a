"""Transformations of tf.data.experimental."""

import numpy as np


def build(tf):
    data, experimental = tf.data.Dataset, tf.data.experimental
    made = {}

    def add(label, dataset):
        iterator = tf.data.make_initializable_iterator(dataset)
        made[f"{label} init"] = iterator.initializer
        made[label] = iterator.get_next()

    numbers = data.range(7)
    add("shuffle and repeat", numbers.apply(experimental.shuffle_and_repeat(4, 3, seed=5)))
    add("map and batch", numbers.apply(experimental.map_and_batch(lambda x: x * 2, 3)))
    batches = experimental.map_and_batch(lambda x: -x, 3, drop_remainder=True, num_parallel_calls=experimental.AUTOTUNE)
    add("map and batch drop", numbers.apply(batches))
    add("scan", numbers.apply(experimental.scan(np.int64(0), lambda state, x: (state + x, state))))
    add("take while", numbers.apply(experimental.take_while(lambda x: x < 3)))
    add("unbatch", numbers.batch(2).apply(experimental.unbatch()))
    add("unique", numbers.map(lambda x: x % 3).apply(experimental.unique()))
    add("ignore errors", numbers.apply(experimental.ignore_errors()))
    group = experimental.group_by_window(lambda x: x % 2, lambda key, window: window.batch(4), window_size=3)
    add("group", numbers.apply(group))
    add("enumerate", numbers.apply(experimental.enumerate_dataset(2)).map(lambda i, x: i * 10 + x))
    add("interleave", numbers.apply(experimental.parallel_interleave(lambda x: data.range(x, x + 3), 2)))
    sloppy = experimental.parallel_interleave(lambda x: data.range(x), 3, 2, True, 4, prefetch_input_elements=1)
    add("interleave sloppy", numbers.apply(sloppy).take(2))
    pair, choice = [data.range(2), data.range(10, 13)], data.from_tensor_slices(np.int64([1, 0, 0, 0, 1]))
    add("choose", experimental.choose_from_datasets(pair, choice))
    add("choose until one ends", experimental.choose_from_datasets(pair, choice, stop_on_empty_dataset=True))
    add("sample", experimental.sample_from_datasets(pair, [0.3, 0.7], seed=3))
    add("counter", experimental.Counter(3, 2, tf.int32).take(2))
    add("random", experimental.RandomDataset(seed=4).take(2))
    made["iterators"] = tf.constant([handle.name for handle in tf.get_collection("iterators")])
    made["count"] = experimental.cardinality(numbers)
    made["single"] = experimental.get_single_element(numbers.take(1))
    made["constants"] = tf.constant([experimental.INFINITE_CARDINALITY, experimental.UNKNOWN_CARDINALITY])
    return made


def run(tf, session, fetches):
    found = {label: session.run(fetches[label]) for label in ("count", "single", "constants", "iterators")}
    for label, initializer in fetches.items():
        if not label.endswith(" init"):
            continue
        name = label.removesuffix(" init")
        session.run(initializer)
        for step in range(30):
            try:
                found[f"{name} {step}"] = session.run(fetches[name])
            except tf.errors.OutOfRangeError:
                found[f"{name} ends"] = step
                break
    return found


def errors(tf):
    both = {"num_parallel_batches": 2, "num_parallel_calls": 2}
    return {
        "parallel": (lambda: tf.data.experimental.map_and_batch(lambda x: x, 2, **both), "allows only one of"),
    }
