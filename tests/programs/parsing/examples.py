"""parse_example and parse_single_example: every kind of feature, defaults, padding, and what is refused."""


def feature(tf, *values):
    if isinstance(values[0], bytes):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))
    if isinstance(values[0], int):
        return tf.train.Feature(int64_list=tf.train.Int64List(value=values))
    return tf.train.Feature(float_list=tf.train.FloatList(value=values))


def example(tf, **features):
    made = {key: feature(tf, *values) if values else tf.train.Feature() for key, values in features.items()}
    return tf.train.Example(features=tf.train.Features(feature=made)).SerializeToString()


def build(tf):
    fixed, rows, varied = tf.FixedLenFeature, tf.FixedLenSequenceFeature, tf.VarLenFeature
    sparse, ragged = tf.SparseFeature, tf.io.RaggedFeature
    batch = tf.placeholder(tf.string, [None], name="batch")
    one = tf.placeholder(tf.string, [], name="one")
    unknown = tf.placeholder(tf.string, name="unknown")
    kinds = {
        "a": fixed([], tf.float32),
        "b c": fixed([2, 1], tf.int64, [[3], [4]]),
        "d": fixed([], tf.string, "none"),
        "v": varied(tf.string),
        "s": sparse("ix", "val", tf.float32, 10),
        "f": rows([2], tf.float32, allow_missing=True),
        "g": rows([], tf.int64, allow_missing=True, default_value=7),
        "t": rows([], tf.string, allow_missing=True),
    }
    many = tf.parse_example(batch, kinds)
    grid = tf.parse_example(
        batch,
        {"grid": sparse(["ix", "iy"], "val", tf.float32, [10, 5], already_sorted=True), "ix": varied(tf.int64)},
        name="grid",
        example_names=tf.placeholder_with_default(["first", "second"], [None]),
    )
    lists = tf.parse_example(
        batch,
        {"r": ragged(tf.int64), "v": ragged(tf.string, row_splits_dtype=tf.int64), "w": ragged(tf.float32, "val")},
    )
    single = tf.parse_single_example(one, kinds)
    named = tf.parse_single_example(
        unknown, {"a": fixed([1], tf.float32), "r": ragged(tf.int64)}, name="named", example_names="me"
    )
    cut = tf.parse_single_example(
        one,
        {
            "lengths": ragged(tf.float32, "val", [ragged.RowLengths("len")]),
            "limits": ragged(tf.float32, "val", [ragged.ValueRowIds("rows"), ragged.RowLimits("limits")]),
            "splits": ragged(tf.float32, "val", [ragged.RowSplits("splits")]),
            "starts": ragged(tf.float32, "val", [ragged.RowStarts("starts")]),
        },
        name="cut",
    )
    raw = tf.raw_ops.ParseExample(
        serialized=batch, names=[], sparse_keys=["v"], dense_keys=["a", "z"], dense_defaults=[0.5, [1.0, 2.0]],
        sparse_types=[tf.string], dense_shapes=[[], [2]],
    )  # fmt: skip
    raw_single = tf.raw_ops.ParseSingleExample(
        serialized=one, sparse_keys=["v"], dense_keys=["a"], dense_defaults=[0.5], num_sparse=1,
        sparse_types=[tf.string], dense_shapes=[[]],
    )  # fmt: skip
    fetches = {f"many_{key}": value for key, value in many.items()}
    fetches["order"] = tf.constant(list(many), name="order")
    fetches |= {f"single_{key}": value for key, value in single.items()}
    fetches |= {f"raw_{i}": value for i, value in enumerate(tf.nest.flatten(raw))}
    fetches |= {f"raw_single_{i}": value for i, value in enumerate(tf.nest.flatten(raw_single))}
    fetches |= {"grid": grid["grid"], "ix": grid["ix"], "named_a": named["a"], "named_r": named["r"]}
    for key, value in lists.items():
        fetches |= {f"{key}_values": value.values, f"{key}_splits": value.row_splits}
    for key, value in cut.items():
        fetches |= {f"cut_{key}_{i}": part for i, part in enumerate([value.flat_values, *value.nested_row_splits])}
    parts = {}
    for label, value in fetches.items():
        if isinstance(value, tf.SparseTensor):
            parts |= {f"{label}_{i}": part for i, part in enumerate([value.indices, value.values, value.dense_shape])}
        else:
            parts[label] = value
    return parts


def run(tf, session, fetches):
    first = example(
        tf, a=[1.5], v=[b"x", b"y"], ix=[5, 1, 2], iy=[0, 1, 1], val=[1.0, 2.0, 3.0], f=[1.0, 2.0, 3.0, 4.0],
        g=[9, 8, -7], r=[1, -2], t=[b"t"], d=[b"\xff\x00"], len=[1, 2], rows=[0, 2], limits=[2, 3], splits=[0, 3],
        starts=[0, 1],
    )  # fmt: skip
    second = example(
        tf, **{"a": [2.5], "b c": [-1, 2**62], "val": [0.5], "ix": [3], "iy": [4], "d": [], "other": [b"o"]}
    )
    return session.run(fetches, {"batch:0": [first, second], "one:0": first, "unknown:0": first})


def errors(tf):
    fixed, rows, varied = tf.FixedLenFeature, tf.FixedLenSequenceFeature, tf.VarLenFeature
    sparse, ragged = tf.SparseFeature, tf.io.RaggedFeature

    def build(**features):
        return lambda: tf.parse_example(["x"], features)

    def run(serialized, parse=tf.parse_example, **features):
        def parsed():
            with tf.Session() as session:
                session.run(parse(serialized, features))

        return parsed

    good = example(tf, a=[1.0, 2.0], i=[4])
    single = tf.parse_single_example
    return {
        "nothing": (build(), "cannot be None"),
        "no feature": (build(a=3), "Unsupported int"),
        "no dtype": (build(a=varied(None)), "Missing type"),
        "no fixed dtype": (build(a=fixed([], None)), "Missing type"),
        "no shape": (build(a=fixed(None, tf.float32)), "Missing shape"),
        "float64": (build(a=fixed([], tf.float64)), "not in list of allowed"),
        "int32": (build(a=varied(tf.int32)), "not in list of allowed"),
        "first dim": (build(a=fixed([None, 2], tf.float32)), "First dimension"),
        "second dim": (build(a=fixed([2, None], tf.float32)), "need to be known"),
        "not allowed": (build(a=rows([], tf.float32)), "allow_missing"),
        "padding": (build(a=rows([], tf.float32, True, [1.0, 2.0])), "reshape"),
        "default": (build(a=fixed([2], tf.float32, [1.0, 2.0, 3.0])), "reshape"),
        "default dtype": (build(a=fixed([2], tf.float32, ["a", "b"])), "Expected float32"),
        "sizes": (build(a=sparse("i", "v", tf.float32, [1, 2])), "vocab_size"),
        "size": (build(a=sparse(["i", "j"], "v", tf.float32, 3)), "vocab_size"),
        "no size": (build(a=sparse("i", "v", tf.float32, None)), "vocab_size"),
        "no index": (build(a=sparse("", "v", tf.float32, 3)), "index_key"),
        "no value": (build(a=sparse("i", "", tf.float32, 3)), "value_key"),
        "no sparse dtype": (build(a=sparse("i", "v", None, 3)), "Missing type"),
        "two dtypes": (build(a=sparse("v", "v", tf.float32, 4)), "Conflicting type"),
        "index dtype": (build(a=varied(tf.float32), b=sparse("a", "v", tf.float32, 4)), "Conflicting type"),
        "dense and sparse": (build(a=fixed([], tf.float32), b=sparse("a", "v", tf.float32, 4)), "intersect"),
        "partitions": (lambda: ragged(tf.float32, partitions=[3]), "partition objects"),
        "ragged dtype": (lambda: ragged(tf.int32), "must be int64"),
        "no single": (lambda: single("x", None), "cannot be None"),
        "vector": (lambda: single(["x"], {"a": varied(tf.int64)}), "must be a scalar"),
        "matrix": (lambda: tf.parse_example([["x"]], {"a": varied(tf.int64)}), "at most rank 1"),
        "unknown rank": (
            lambda: tf.parse_example(tf.placeholder(tf.string), {"a": ragged(tf.int64)}), "statically-known rank",
        ),
        "run missing": (run([good], b=fixed([], tf.float32)), "required but could not be found"),
        "run count": (run([good], a=fixed([], tf.float32)), "Number of float values"),
        "run dtype": (run([good], a=fixed([2], tf.int64)), "Data types don't match"),
        "run sparse dtype": (run([good], i=varied(tf.float32)), "Data types don't match"),
        "run stride": (run([good], a=rows([3], tf.float32, True)), "stride length"),
        "run ragged dtype": (run([good], i=ragged(tf.string)), "Data types don't match"),
        "run single missing": (run(good, single, b=fixed([], tf.float32)), "required but could not be found"),
        "run single count": (run(good, single, a=fixed([], tf.float32)), "parse serialized Example"),
        "run matrix": (
            lambda: run(tf.placeholder_with_default([[good]], None), a=varied(tf.float32))(), "be a scalar or vector",
        ),
    }  # fmt: skip
