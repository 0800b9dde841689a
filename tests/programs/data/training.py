"""A small network trained and tested on datasets through one iterator."""

import numpy as np

RTOL = 1e-4


def examples(count, seed):
    random = np.random.RandomState(seed)
    features = random.uniform(-1, 1, [count, 3]).astype(np.float32)
    return {"features": features, "label": (features.sum(1) > 0).astype(np.int64)}


def build(tf):
    tf.set_random_seed(7)
    data = tf.data.Dataset
    train = data.from_tensor_slices(examples(40, 1)).shuffle(15, seed=3).repeat()
    train = train.map(lambda one: {**one, "features": one["features"] * 2.0}, num_parallel_calls=2).batch(8).prefetch(1)
    test = data.from_tensor_slices(examples(12, 2)).batch(5)
    iterator = tf.data.Iterator.from_structure(train.output_types, train.output_shapes)
    batch = iterator.get_next()
    weights = tf.get_variable("weights", [3, 2], initializer=tf.zeros_initializer(), use_resource=True)
    logits = tf.matmul(batch["features"], weights)
    loss = tf.losses.sparse_softmax_cross_entropy(batch["label"], logits)
    hits = tf.reduce_sum(tf.cast(tf.equal(tf.argmax(logits, 1), batch["label"]), tf.int32))
    return {
        "train init": iterator.make_initializer(train),
        "test init": iterator.make_initializer(test),
        "loss": loss,
        "hits": hits,
        "step": tf.train.GradientDescentOptimizer(0.5).minimize(loss),
        "weights": weights,
        "features": batch["features"],
    }


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    session.run(fetches["train init"])
    found = {}
    for step in range(25):
        loss, features, _ = session.run([fetches["loss"], fetches["features"], fetches["step"]])
        if step % 8 == 0:
            found[f"loss {step}"], found[f"features {step}"] = loss, features
    found["weights"] = session.run(fetches["weights"])
    session.run(fetches["test init"])
    hits = []
    while True:
        try:
            hits.append(session.run(fetches["hits"]))
        except tf.errors.OutOfRangeError:
            break
    return {**found, "hits": np.array(hits)}
