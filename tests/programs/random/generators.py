"""tf.random.Generator and the operations below it: equal states give equal numbers, bit by bit."""

RTOL = 0


def build(tf):
    random, ops = tf.random, tf.raw_ops
    generator = random.Generator.from_seed(1234)
    other = random.Generator.from_state([-1, 5, 7], alg="philox")
    threefry = random.Generator.from_seed([1, 2], alg="threefry")
    keyed = random.Generator.from_key_counter(key=5, counter=[1, 2], alg=random.Algorithm.PHILOX)
    anywhere = random.Generator.from_non_deterministic_state()
    random.Generator(copy_from=keyed)
    again = random.Generator.from_seed(1)
    again.reset_from_seed(2**70 + 3)
    again.reset([1, 2, 3])
    again.reset_from_key_counter(3, [4, 5])
    random.set_global_generator(keyed)
    shape = tf.placeholder(tf.int32, [1], name="shape")
    handle = other.state.handle
    return {
        "init": tf.global_variables_initializer(),
        "normal": generator.normal([3]),
        "normal bounds": generator.normal(shape, 1.0, 2.0, name="named"),
        "uniform": generator.uniform([5], 1.0, 3.0),
        "uniform double": generator.uniform([3], dtype=tf.float64),
        "uniform int": generator.uniform([5], 1, 30, tf.int32),
        "all integers": generator.uniform([3], None, None, tf.int64),
        "full int": generator.uniform_full_int([2, 2]),
        "truncated": generator.truncated_normal([7]),
        "binomial": generator.binomial([4, 3], [10.0, 5.0, 1000.0], [0.3, 0.9, 0.5]),
        "seeds": generator.make_seeds(2),
        "key": generator.key,
        "state": generator.state,
        "global": random.get_global_generator().uniform([2]),
        "threefry": threefry.state,
        "anywhere": tf.shape(anywhere.state),
        "skipped": other.skip(5),
        "other state": other.state,
        "big seed": random.create_rng_state(2**70 + 3, "philox"),
        "negative seed": random.create_rng_state(-3, "philox"),
        "two seeds": random.create_rng_state([1, 2], "philox"),
        "four seeds": random.create_rng_state([[1, 2], [3, 4]], "philox"),
        "op uniform": ops.StatefulUniform(resource=handle, algorithm=1, shape=[5]),
        "op normal": ops.StatefulStandardNormalV2(resource=handle, algorithm=1, shape=[3]),
        "op truncated": ops.StatefulTruncatedNormal(resource=handle, algorithm=1, shape=[3]),
        "op full int": ops.StatefulUniformFullInt(resource=handle, algorithm=1, shape=[3]),
        "op int": ops.StatefulUniformInt(resource=handle, algorithm=1, shape=[3], minval=1, maxval=9),
        "op skip": ops.RngSkip(resource=handle, algorithm=1, delta=4),
        "op ints": ops.NonDeterministicInts(shape=[2, 2], dtype=tf.int32),
        "op binomial": ops.StatelessRandomBinomial(shape=[2, 2], seed=[1, 2], counts=[3.0, 70.0], probs=0.7),
        "op algorithm": ops.StatelessRandomGetAlg(),
        "op key": ops.StatelessRandomGetKeyCounterAlg(seed=[1, 2]).key,
        "bad algorithm": ops.StatefulUniform(resource=handle, algorithm=9, shape=[5]),
        "no threefry": threefry.normal([2]),
    }


def run(tf, session, fetches):
    for variable in tf.global_variables():  # in this order: the copy is initialized from another one
        session.run(variable.initializer)
    found = {}
    for round_ in range(2):
        for label, fetch in fetches.items():  # one after the other: nothing else orders them
            if label in ("init", "op ints", "bad algorithm", "no threefry"):
                continue
            value = session.run(fetch, {"shape:0": [2]})
            found[f"{label} {round_}"] = "done" if value is None else value
    found["op ints"] = session.run(fetches["op ints"]).shape
    for label in ("bad algorithm", "no threefry"):
        try:
            session.run(fetches[label])
        except tf.errors.OpError as error:
            found[label] = type(error).__name__
    return found


def errors(tf):
    generator = tf.random.Generator

    def drawn(method, *args, **kwargs):
        return lambda: getattr(generator.from_seed(1), method)(*args, **kwargs)

    return {
        "algorithm": (lambda: generator.from_seed(1, alg="mersenne"), "unsupported value mersenne"),
        "state": (lambda: generator.from_state([1, 2], alg="philox"), "incompatible"),
        "counter": (lambda: generator.from_key_counter(1, [1], alg="philox"), "incompatible"),
        "nothing": (generator, ""),
        "one bound": (drawn("uniform", [2], None, 3, tf.int32), "both `None`"),
        "dtype": (drawn("normal", [2], dtype=tf.int32), "int32"),
        "reset": (drawn("reset", [1, 2]), "incompatible"),
        "split": (drawn("split", 2), ""),
        "state's algorithm": (lambda: tf.random.create_rng_state(1, "x"), "unsupported value x"),
    }
