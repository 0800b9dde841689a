"""What is done with the elements of datasets."""

import numpy as np


def build(tf):
    data = tf.data.Dataset
    made = {}

    def add(label, dataset):
        iterator = tf.data.make_initializable_iterator(dataset)
        made[f"{label} init"] = iterator.initializer
        for i, tensor in enumerate(tf.nest.flatten(iterator.get_next())):
            made[f"{label} {i}"] = tensor

    offset = tf.constant(10, tf.int64)
    numbers = data.range(7)
    add("map", numbers.map(lambda x: x + offset))
    add("map structure", numbers.map(lambda x: {"a": (x, [x, 1]), "b": tf.as_string(x)}))
    add("map arguments", data.zip((numbers, numbers)).map(lambda x, y: [x + 1, x * y], num_parallel_calls=2))
    add("map random", numbers.map(lambda x: tf.random_uniform([], seed=1)).take(3).repeat(2))
    add(
        "map deterministic", numbers.map(lambda x: -x, num_parallel_calls=tf.data.AUTOTUNE, deterministic=False).take(1)
    )
    add("map condition", numbers.map(lambda x: tf.cond(x > 3, lambda: x, lambda: -x)))
    add("filter", numbers.filter(lambda x: tf.equal(x % 2, 0)))
    add("flat map", numbers.flat_map(lambda x: data.range(x).map(lambda y: y * x)))
    add("interleave", numbers.interleave(lambda x: data.from_tensors(x).repeat(x), cycle_length=2, block_length=2))
    add(
        "interleave calls",
        numbers.interleave(lambda x: data.from_tensors(x).repeat(x), 3, num_parallel_calls=2, deterministic=True),
    )
    add("shuffle", numbers.shuffle(3, seed=1))
    add("shuffle repeat", numbers.shuffle(4, seed=7).repeat(2))
    add("shuffle once", numbers.shuffle(10, seed=2, reshuffle_each_iteration=False).repeat(2))
    add("repeat shuffle", numbers.repeat(2).shuffle(5, 4))
    add("repeat none", numbers.repeat(0))
    add("batch", numbers.batch(3))
    add("batch drop", numbers.batch(3, drop_remainder=True))
    add("batch calls", numbers.batch(3, num_parallel_calls=2, deterministic=False))
    rows = data.range(1, 5).map(lambda x: (tf.fill([x], x), tf.fill([2, x], "a")))
    add("padded", rows.padded_batch(3, ([None], [None, 5]), (np.int64(-1), "z")))
    add("padded default", rows.padded_batch(2, drop_remainder=True))
    add("padded scalars", numbers.padded_batch(4, []))
    add("padded strings", rows.map(lambda x, y: (y[0, 0], tf.as_string(x[0]))).padded_batch(3, ([], []), ("", "z")))
    add("prefetch", numbers.prefetch(2).prefetch(tf.data.AUTOTUNE))
    add("take skip", numbers.take(5).skip(2).take(-1))
    add("concatenate", numbers.batch(7).concatenate(data.range(2).batch(2)))
    add("cache", numbers.map(lambda x: tf.random_uniform([], seed=3)).take(2).cache().repeat(2))
    add("enumerate", data.from_tensor_slices(["x", "y"]).enumerate(start=4))
    add("window", numbers.window(3, shift=2, stride=2, drop_remainder=True).flat_map(lambda w: w.batch(3)))
    add("window rest", data.zip((numbers, numbers)).window(3).flat_map(lambda a, b: data.zip((a.batch(3), b.batch(2)))))
    pairs = data.from_tensor_slices(np.arange(8).reshape(4, 2))
    add("window of rows", pairs.window(3).flat_map(lambda rows: rows.batch(2)))
    add("shard", numbers.shard(3, 1))
    add("unbatch", numbers.batch(2).unbatch())
    add("rebatch", numbers.batch(2).rebatch(3))
    add("unique", numbers.map(lambda x: x % 3).unique())
    add("scan", numbers.scan(np.int64(0), lambda state, x: (state + x, state * x)))
    add("take while", numbers.take_while(lambda x: x < 3))
    add("group", numbers.group_by_window(lambda x: x % 3, lambda key, w: w.batch(2), window_size=2))
    add(
        "group size",
        numbers.group_by_window(lambda x: x % 2, lambda key, w: w.batch(4), window_size_func=lambda k: k + 1),
    )
    add("apply", numbers.apply(lambda d: d.take(1)))
    add(
        "choose",
        data.choose_from_datasets([numbers, data.range(10, 12)], data.from_tensor_slices(np.int64([1, 0, 1, 1, 0]))),
    )
    pair = [data.range(5), data.range(10, 15)]
    add("sample", data.sample_from_datasets(pair, seed=2))
    add("sample weights", data.sample_from_datasets(pair, [0.2, 0.8], seed=3, stop_on_empty_dataset=True))
    failing = numbers.map(lambda x: tf.check_numerics(1.0 / tf.cast(x % 2, tf.float32), "infinite"))
    add("ignore errors", failing.ignore_errors())
    options = tf.data.Options()
    options.deterministic = False
    options.threading.private_threadpool_size = 3
    add("options", numbers.take(1).with_options(options))
    made["reduce 0"] = numbers.reduce(np.int64(1), lambda state, x: state + x)
    made["reduce pair 0"], made["reduce pair 1"] = numbers.reduce((0, 0.5), lambda s, x: (s[0] + 1, s[1] * 2.0))
    made["single 0"] = numbers.batch(10).get_single_element()
    made["count 0"] = numbers.batch(2).cardinality()
    made["count endless 0"] = numbers.repeat().cardinality()
    made["count unknown 0"] = numbers.filter(lambda x: x > 2).cardinality()
    return made


def run(tf, session, fetches):
    found = {}
    groups = {}
    for label, fetch in fetches.items():
        groups.setdefault(label.rpartition(" ")[0], {})[label] = fetch
    for name, group in groups.items():
        initializer = group.pop(f"{name} init", None)
        if initializer is None:
            found.update(session.run(group))
            continue
        for pass_ in range(2):
            session.run(initializer)
            for step in range(30):
                try:
                    values = session.run(group)
                except tf.errors.OutOfRangeError:
                    found[f"{name} ends {pass_}"] = step
                    break
                found.update({f"{label} step {pass_} {step}": value for label, value in values.items()})
    return found


def errors(tf):
    data = tf.data.Dataset
    numbers = data.range

    def run_all(dataset):
        iterator = dataset.make_initializable_iterator()
        element = iterator.get_next()
        with tf.Session() as session:
            session.run(iterator.initializer)
            while True:
                session.run(element)

    ragged = lambda: numbers(1, 4).map(lambda x: tf.fill([x], x))
    return {
        "predicate": (lambda: numbers(2).filter(lambda x: x), "must return a `tf.bool` scalar"),
        "nothing": (lambda: numbers(2).map(lambda x: None), "less than minimum 1"),
        "concatenate": (lambda: numbers(2).concatenate(data.from_tensors(1.0)), "Incompatible dataset elements"),
        "apply": (lambda: numbers(2).apply(lambda d: 1), "must return a `tf.data.Dataset`"),
        "batch": (lambda: run_all(ragged().batch(2)), "Cannot add tensor to the batch"),
        "batch size": (lambda: run_all(numbers(2).batch(0)), "Batch size must be greater than zero"),
        "padded": (lambda: run_all(ragged().padded_batch(2, [2])), "Attempted to pad to a smaller size"),
        "padded rank": (lambda: ragged().padded_batch(2, [2, 2]), "not compatible"),
        "padding type": (lambda: ragged().padded_batch(2, padding_values=1.5), "does not match type"),
        "shuffle": (lambda: run_all(numbers(2).shuffle(0)), "buffer_size must be greater than zero"),
        "shard": (lambda: run_all(numbers(2).shard(2, 2)), "Index must be between 0 and 1"),
        "window": (lambda: run_all(numbers(2).window(0)), "must be greater than zero"),
        "map": (
            lambda: run_all(numbers(2).map(lambda x: tf.check_numerics(1.0 / tf.cast(x, tf.float32), "no number"))),
            "no number",
        ),
        "sample": (lambda: data.sample_from_datasets([numbers(2)] * 2, [1.0]), "should have the same length"),
        "choose": (lambda: data.choose_from_datasets([numbers(2)], data.from_tensors(1)), "scalar `tf.int64`"),
        "state": (lambda: numbers(2).reduce(0, lambda s, x: 1.5), "must match the initial state"),
        "scan": (lambda: numbers(2).scan(0, lambda s, x: 1), "pair"),
        "windows": (lambda: numbers(2).group_by_window(lambda x: x, lambda k, w: w), "must be specified"),
    }
