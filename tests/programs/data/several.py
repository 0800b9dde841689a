"""Datasets put together from several ones, as tf.data.experimental has them."""

import numpy as np


def build(tf):
    data, experimental = tf.data.Dataset, tf.data.experimental
    made = {}

    def add(label, dataset):
        iterator = tf.data.make_initializable_iterator(dataset)
        made[f"{label} init"] = iterator.initializer
        made[label] = iterator.get_next()

    def interleave(*args, **kwargs):
        repeated = lambda n: data.from_tensors(n).repeat(n)
        return lengths.apply(experimental.parallel_interleave(repeated, *args, **kwargs))

    lengths = data.from_tensor_slices(np.int64([3, 1, 4, 1, 5, 2, 6, 3]))
    add("in turns", interleave(1))
    add("in turns 2", interleave(2))
    add("in turns 3 2", interleave(cycle_length=3, block_length=2))
    add("in turns 4 1", interleave(4, prefetch_input_elements=1, buffer_output_elements=1))
    add("in turns 4 3", interleave(4, 3, sloppy=None, prefetch_input_elements=0))
    add("in turns 20", interleave(20).map(lambda x: x + 1))
    sizes = tf.constant(2, tf.int64)
    add("sloppy", interleave(sizes, sizes, True, sizes, sizes))

    parts = [data.range(3), data.range(10, 14), data.range(20, 21)]
    choices = data.from_tensor_slices(np.int64([1, 0, 2, 2, 1, 0, 1, 2, 0, 0, 1]))
    add("chosen", experimental.choose_from_datasets(parts, choices).map(lambda x: -x))
    add("chosen stop", experimental.choose_from_datasets(parts, choices, True))
    add("chosen shapes", data.choose_from_datasets([part.batch(i + 2) for i, part in enumerate(parts)], choices))
    add("sampled", experimental.sample_from_datasets(parts, seed=7).map(lambda x: -x))
    add("sampled weights", experimental.sample_from_datasets(parts, [0.5, 0.25, 0.25], 3))
    add("sampled stop", experimental.sample_from_datasets(parts, [0.1, 0.6, 0.3], 4, stop_on_empty_dataset=True))
    add("sampled zero", experimental.sample_from_datasets(parts, [0.5, 0.0, 0.5], 5))
    add("sampled one", experimental.sample_from_datasets(parts, [0.0, 1.0, 0.0], 6))
    add("sampled tensor", experimental.sample_from_datasets(parts, tf.constant([0.2, 0.2, 0.6], tf.float64), 7))
    weights = data.from_tensors([0.3, 0.5, 0.2]).repeat()
    add("sampled varying", experimental.sample_from_datasets(parts, weights, 8))
    add("counter", experimental.Counter(3, 2).map(lambda x: x * x).take(3))
    add("counter type", experimental.Counter(dtype=tf.int32).take(2))
    add("random", experimental.RandomDataset(5).map(lambda x: x // 2).take(3))
    add("random each time", data.random(5, rerandomize_each_iteration=True).take(3).repeat(2))
    again = data.sample_from_datasets(parts, seed=7, rerandomize_each_iteration=True).take(4).repeat(2)
    add("sampled each time", again)
    return made


def run(tf, session, fetches):
    found = {}
    for label, initializer in fetches.items():
        if not label.endswith(" init"):
            continue
        name = label.removesuffix(" init")
        session.run(initializer)
        values = []
        try:
            while True:
                values.append(session.run(fetches[name]))
        except tf.errors.OutOfRangeError:
            same = len({np.shape(value) for value in values}) <= 1
            values = sorted(values) if name == "sloppy" else values  # in any order
            found[name] = np.array(values) if same else np.concatenate(values)
    return found


def errors(tf):
    data, experimental = tf.data.Dataset, tf.data.experimental

    def run_one(dataset):
        iterator = tf.data.make_initializable_iterator(dataset)
        element = iterator.get_next()
        with tf.Session() as session:
            session.run(iterator.initializer)
            session.run(element)

    def turns(*args, **kwargs):
        return lambda: run_one(data.range(3).apply(experimental.parallel_interleave(data.range, *args, **kwargs)))

    def choose(*args):
        return lambda: experimental.choose_from_datasets(*args)

    def sample(*args):
        return lambda: experimental.sample_from_datasets(*args)

    one = data.range(1)
    return {
        "cycle": (turns(0), "`cycle_length` must be > 0"),
        "block": (turns(1, 0, buffer_output_elements=1), "`block_length` must be > 0"),
        "buffer": (turns(1, 1, buffer_output_elements=0), "`buffer_output_elements` must be > 0"),
        "prefetch": (turns(1, 1, prefetch_input_elements=-1), "`prefetch_input_elements` must be >= 0"),
        "no datasets": (choose([], one), "should not be empty"),
        "no choices": (choose([one], [1]), "should be a `tf.data.Dataset`"),
        "choices": (choose([one], data.from_tensors(1.0)), "must be scalar `tf.int64`"),
        "kinds": (choose([one, data.from_tensors(1.0)], one), "must have compatible element specs"),
        "range": (
            lambda: run_one(experimental.choose_from_datasets([data.range(1)], data.range(3, 5))),
            "Selector index",
        ),
        "sample none": (sample([]), "should not be empty"),
        "sample weights": (sample([one, one], [1.0]), "should have the same length"),
        "sample shape": (sample([one, one], tf.constant([1.0])), "should be compatible with"),
        "sample type": (sample([one, one], [1, 2]), "must be either `tf.float32` or `tf.float64`"),
    }
