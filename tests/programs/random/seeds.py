"""Seeds of the graph and of operations, and the streams they give, run after run, bit by bit."""

RTOL = 0


def build(tf):
    made, notes = {"own": tf.random_uniform([3], seed=7)}, [str(tf.get_seed(None)), str(tf.get_seed(0))]
    for seed in (1234, 0, -1, 2**31 - 1, 2**40 + 3):
        tf.set_random_seed(seed)
        notes += [str(tf.get_seed(None)), str(tf.random.get_seed(5)), str(tf.get_seed(0)), str(tf.get_seed(-3))]
        made[f"graph {seed}"] = tf.random_uniform([3])
        made[f"both {seed}"] = tf.random_uniform([3], seed=7)
        made[f"next {seed}"] = tf.random_normal([3])
    with tf.Graph().as_default():
        tf.random.set_random_seed(4)
        notes += [str(tf.get_seed(None)), str(tf.get_seed(None)), str(tf.get_seed(2))]
        tf.set_random_seed(None)
        notes.append(str(tf.get_seed(None)))
    tf.constant(notes, name="notes")
    return made


def run(tf, session, fetches):
    values = {}
    for i in range(3):
        values.update({f"{label} {i}": value for label, value in session.run(fetches).items()})
    with tf.Session(graph=session.graph) as other:
        values["other session"] = other.run(fetches["own"])
    values["notes"] = session.run("notes:0")
    return values
