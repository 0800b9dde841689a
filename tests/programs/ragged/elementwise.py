"""Functions of each element of RaggedTensors, operators, reductions of rows, and gathering."""


def build(tf):
    ragged = tf.RaggedTensor
    values, splits = tf.placeholder(tf.float32, [None], "values"), tf.placeholder(tf.int64, [None], "splits")
    outer = tf.placeholder(tf.int64, [None], "outer")
    ids = tf.placeholder(tf.int32, [None], "ids")
    x = ragged.from_row_splits(values, splits, validate=False)
    nested = ragged.from_row_splits(x, outer, validate=False)
    numbers = x.with_values(ids)
    positive = x > 1.5
    made = {
        "plus": x + 1.0,
        "1 minus": 1.0 - x,
        "times": x * tf.reduce_max(values),
        "over": 1 / (x + 10.0),
        "integers over": numbers / 2,
        "floor": x // 2.0,
        "mod": numbers % 3,
        "power": x**2.0,
        "minus": -nested,
        "absolute": abs(x),
        "of two": x * x.with_values(tf.exp(values)),
        "nested of two": nested - nested,
        "less": x <= 2.0,
        "logical": (positive & ~positive) | (positive ^ True),
        "tf.add": tf.add(1.0, nested, name="added"),
        "tf.divide": tf.divide(x, 2.0),
        "tf.pow": tf.pow(x, 2.0),
        "tf.sqrt": tf.sqrt(nested + 10.0, name="root"),
        "tf.maximum": tf.maximum(x, 0.0),
        "tf.equal": tf.equal(numbers, 2),
        "tf.nn.relu": tf.nn.relu(x),
        "tf.cast": tf.cast(nested, tf.int32, name="whole"),
        "sums": tf.reduce_sum(x, axis=1),
        "means": tf.reduce_mean(x, axis=-1, keepdims=True),
        "largest": tf.reduce_max(x, 1, name="largest"),
        "smallest": tf.reduce_min(x, [1]),
        "products": tf.reduce_prod(nested, axis=2),
        "any": tf.reduce_any(positive, 1),
        "all": tf.reduce_all(positive, axis=1),
        "all of it": [tf.reduce_sum(nested), tf.reduce_mean(x), tf.reduce_max(x)],
        "rows": tf.gather(nested, [1, 0, 1]),
        "by ids": tf.gather(tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), numbers),
        "rows by ids": tf.gather(x, numbers, name="chosen"),
        "embedded": tf.nn.embedding_lookup(tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), numbers),
    }
    loss = tf.reduce_sum(tf.reduce_mean(x * x, axis=1) + tf.reduce_sum(tf.gather(x, [2, 0, 2]), axis=1))
    made["gradient"] = tf.convert_to_tensor(tf.gradients(loss, values)[0])
    fetches = {"facts": tf.constant([str(getattr(one, "shape", "")) for one in made.values()])}
    for label, value in made.items():
        for i, part in enumerate(tf.nest.flatten(value, expand_composites=True)):
            fetches[f"{label} {i}"] = part
    return fetches


FEEDS = {
    "values:0": [1, 2, 3, -4, 0.5],
    "splits:0": [0, 2, 3, 5],
    "outer:0": [0, 2, 3],
    "ids:0": [0, 2, 1, 2, 0],
}
