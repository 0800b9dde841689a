"""Batches of elements of about the same length."""

import numpy as np

LENGTHS = [3, 1, 6, 2, 9, 4, 4, 7, 1, 12, 5, 2]


def build(tf):
    made = {}
    rows = tf.data.Dataset.from_tensor_slices(np.int64(LENGTHS)).map(lambda n: tf.range(n))

    def add(label, dataset):
        iterator = tf.data.make_initializable_iterator(dataset)
        made[f"{label} init"] = iterator.initializer
        made[label] = iterator.get_next()

    def length(row):
        return tf.shape(row)[0]

    add("padded", rows.bucket_by_sequence_length(length, [3, 6], [4, 2, 3]))
    bucketed = tf.data.experimental.bucket_by_sequence_length
    add("applied", rows.apply(bucketed(length, [4], [3, 2], padding_values=np.int64(-1), drop_remainder=True)))
    to_boundary = bucketed(length, [5, 13], [3, 2, 1], pad_to_bucket_boundary=True)
    add("to boundary", rows.apply(to_boundary))
    same = tf.data.Dataset.from_tensor_slices(np.int32(LENGTHS)).map(lambda n: (tf.stack([n, -n]), n))
    add(
        "unpadded",
        same.apply(bucketed(lambda pair, n: n, [3, 6], [2, 2, 2], no_padding=True)).map(lambda pair, n: pair),
    )
    pairs = same.map(lambda pair, n: {"pair": pair, "row": tf.range(n)})
    shaped = bucketed(lambda one: tf.shape(one["row"])[0], [6], [2, 3], padded_shapes={"pair": [3], "row": [None]})
    add("structure", pairs.apply(shaped).map(lambda one: tf.concat([one["pair"], one["row"]], 1)))
    return made


def run(tf, session, fetches):
    found = {}
    for label, initializer in fetches.items():
        if not label.endswith(" init"):
            continue
        name = label.removesuffix(" init")
        session.run(initializer)
        for step in range(20):
            try:
                found[f"{name} {step}"] = session.run(fetches[name])
            except tf.errors.OutOfRangeError:
                found[f"{name} ends"] = step
                break
    return found


def errors(tf):
    numbers = tf.data.Dataset.range(9)
    bucketed = tf.data.experimental.bucket_by_sequence_length

    def beyond():
        rows = tf.data.Dataset.range(3, 9).map(lambda n: tf.range(n))
        boundary = bucketed(lambda row: tf.shape(row)[0], [3], [9, 9], pad_to_bucket_boundary=True)
        iterator = tf.data.make_initializable_iterator(rows.apply(boundary))
        batch = iterator.get_next()
        with tf.Session() as session:
            session.run(iterator.initializer)
            session.run(batch)

    return {
        "sizes": (lambda: numbers.apply(bucketed(lambda n: n, [1, 2], [3, 4])), "must equal `len"),
        "beyond": (beyond, r"elements must have length < max\(bucket_boundaries\)"),
    }
