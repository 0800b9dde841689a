"""Initializers that draw numbers: of each distribution, in variables and by themselves, bit by bit."""

RTOL = 0


def build(tf):
    made = {}
    initializers = {
        "uniform": tf.random_uniform_initializer(-1.0, 2.0, seed=1),
        "unit": tf.initializers.random_uniform(seed=2),
        "ints": tf.random_uniform_initializer(1, 7, seed=3, dtype=tf.int32),
        "normal": tf.random_normal_initializer(1.0, 0.5, seed=4),
        "truncated": tf.truncated_normal_initializer(0.0, 2.0, seed=5),
        "double": tf.initializers.truncated_normal(seed=5, dtype=tf.float64),
        "unit scaling": tf.uniform_unit_scaling_initializer(1.5, seed=6),
        "scaling": tf.variance_scaling_initializer(seed=7),
        "scaling out": tf.variance_scaling_initializer(2.0, "fan_out", "untruncated_normal", seed=8),
        "scaling average": tf.initializers.variance_scaling(0.5, "fan_avg", "uniform", seed=9),
        "scaling normal": tf.initializers.variance_scaling(0.5, "fan_avg", "NORMAL", seed=9),
        "glorot uniform": tf.glorot_uniform_initializer(10),
        "glorot normal": tf.initializers.glorot_normal(11),
        "he normal": tf.initializers.he_normal(12),
        "he uniform": tf.initializers.he_uniform(13),
        "lecun normal": tf.initializers.lecun_normal(14),
        "lecun uniform": tf.initializers.lecun_uniform(15),
    }
    for label, initializer in initializers.items():
        made[label] = initializer([2, 3])
    for label in ("scaling", "glorot uniform", "unit scaling", "he normal"):
        for shape in ([], [3], [2, 3, 4], [1, 2, 3, 4]):
            made[f"{label} {shape}"] = initializers[label](shape)
    tf.set_random_seed(5)
    with tf.variable_scope("scope", initializer=tf.random_normal_initializer(0.0, 0.1)):
        made["a"], made["b"] = tf.get_variable("a", [2, 3]), tf.get_variable("b", [2, 3], use_resource=True)
    made["default"] = tf.get_variable("default", [3, 3])
    made["parts"] = tf.identity(tf.get_variable("parts", [4, 3], partitioner=tf.fixed_size_partitioner(2)))
    notes = []
    for initializer in initializers.values():
        config = initializer.get_config()
        again = type(initializer).from_config(config)
        notes.append(f"{sorted(config.items())} {again.get_config() == config}")
    tf.constant(notes, name="notes")
    return made


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    values = session.run(fetches)
    values["notes"] = session.run("notes:0")
    return values


def errors(tf):
    return {
        "scale": (lambda: tf.variance_scaling_initializer(0.0), "positive"),
        "mode": (lambda: tf.variance_scaling_initializer(mode="fan"), "mode"),
        "distribution": (lambda: tf.variance_scaling_initializer(distribution="cauchy"), "distribution"),
        "dtype": (lambda: tf.truncated_normal_initializer(dtype=tf.int32), "floating point"),
        "no upper bound": (lambda: tf.random_uniform_initializer(dtype=tf.int32)([2]), ""),
    }
