"""tf.estimator.inputs.numpy_input_fn: queues, the batches they give, and what is refused."""

import numpy as np
from programs.estimator_runs import X, Y

N = np.arange(6, dtype=np.int64)


def build(tf):
    make = tf.estimator.inputs.numpy_input_fn
    one = make({"x": X, "n": N}, Y, batch_size=4, num_epochs=2, shuffle=False)()
    endless = make(N, {"l": N * 2, "k": Y}, batch_size=5, num_epochs=None, shuffle=False, queue_capacity=30)()
    shuffled = make({"n": N}, batch_size=4, num_epochs=1, shuffle=True, num_threads=2, queue_capacity=50)()
    return {"x": one[0]["x"], "n": one[0]["n"], "y": one[1], "endless": endless[0], "l": endless[1]["l"],
            "k": endless[1]["k"], "shuffled": shuffled["n"]}  # fmt: skip


def run(tf, session, fetches):
    coord = tf.train.Coordinator()
    threads = tf.train.start_queue_runners(session, coord)
    found = {}
    for i in range(3):
        values = session.run({label: fetches[label] for label in ("x", "n", "y")})
        found.update({f"{label} {i}": value for label, value in values.items()})
        values = session.run({label: fetches[label] for label in ("endless", "l", "k")})
        found.update({f"{label} {i}": value for label, value in values.items()})
    found["shuffled"] = np.sort(np.concatenate([session.run(fetches["shuffled"]) for _ in range(3)]))
    for label in ("x", "shuffled"):
        try:
            session.run(fetches[label])
        except tf.errors.OutOfRangeError:
            found[f"end of {label}"] = True
    coord.request_stop()
    coord.join(threads)
    return found


def errors(tf):
    def made(*args, **kwargs):
        return lambda: tf.estimator.inputs.numpy_input_fn(*args, **kwargs)()

    return {
        "shuffle": (made({"a": N}, N), "shuffle must be provided"),
        "lengths": (made({"a": N}, N[:2], shuffle=False), "is mismatched"),
        "empty": (made({}, N, shuffle=False), "empty dict"),
        "type": (made("a", N, shuffle=False), "must be a dict or array; got str"),
        "no labels": (made({"a": N}, {}, shuffle=False), "use None instead"),
        "twice": (made({"a": N}, {"a": N}, shuffle=False), "1 duplicate keys"),
    }
