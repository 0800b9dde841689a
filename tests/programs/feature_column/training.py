"""tf.feature_column: a linear and an embedding model trained on Examples of a TFRecord, and a table from a checkpoint."""

import os
import tempfile

ROWS = [
    (22.0, [b"cook"], [1, 0], b"oslo", 1),
    (35.0, [b"cook", b"sailor"], [2], b"rome", 0),
    (41.0, [], [0], b"oslo", 1),
    (58.0, [b"pilot"], [2, 2, 1], b"lima", 0),
    (19.0, [b"sailor"], [1], b"rome", 1),
    (64.0, [b"pilot", b"cook"], [0, 1], b"lima", 0),
]


def _columns(tf):
    columns = tf.feature_column
    age = columns.numeric_column("age", normalizer_fn=lambda x: x / 50.0)
    jobs = columns.categorical_column_with_hash_bucket("jobs", 8)
    places = columns.categorical_column_with_identity("places", 3)
    town = columns.categorical_column_with_vocabulary_list("town", ["oslo", "rome", "lima"])
    decades = columns.bucketized_column(columns.numeric_column("age"), [20.0, 40.0, 60.0])
    return {
        "age": age,
        "jobs": jobs,
        "places": places,
        "town": town,
        "decades": decades,
        "crossed": columns.crossed_column([decades, "town"], 12),
    }


def _wide(tf, features, given):
    """A logit a row, from all columns linearly."""
    wide = [given[name] for name in ("age", "jobs", "places", "town", "decades", "crossed")]
    return tf.feature_column.linear_model(features, wide)


def _deep(tf, features, given):
    """A logit a row, from embeddings and a hidden layer."""
    columns = tf.feature_column
    start = tf.constant_initializer(0.25)
    deep = [
        given["age"],
        columns.embedding_column(given["jobs"], 3, initializer=start),
        columns.embedding_column(given["crossed"], 2, "sum", initializer=start),
        columns.indicator_column(given["town"]),
        *columns.shared_embedding_columns([given["places"]], 2, initializer=start),
    ]
    inputs = columns.input_layer(features, deep)
    shape = [inputs.shape[1].value, 4]
    weights = tf.get_variable("hidden", initializer=tf.reshape(tf.linspace(-0.5, 0.5, shape[0] * shape[1]), shape))
    last = tf.get_variable("last", [4, 1], initializer=tf.constant_initializer(0.5))
    return tf.matmul(tf.tanh(tf.matmul(inputs, weights)), last)


def build(tf):
    given = _columns(tf)
    spec = tf.feature_column.make_parse_example_spec(list(given.values()))
    spec["label"] = tf.FixedLenFeature([1], tf.int64)
    serialized = tf.placeholder(tf.string, [None], name="serialized")
    features = tf.parse_example(serialized, spec)
    labels = tf.cast(features.pop("label"), tf.float32)
    with tf.variable_scope("wide"):
        wide = _wide(tf, features, given)
    with tf.variable_scope("deep"):
        deep = _deep(tf, features, given)
    losses = {}
    steps = {}
    for name, logits in (("wide", wide), ("deep", deep), ("both", wide + deep)):
        losses[name] = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))
    steps["wide"] = tf.train.FtrlOptimizer(0.5).minimize(losses["wide"], var_list=tf.trainable_variables("wide"))
    steps["deep"] = tf.train.AdagradOptimizer(0.3).minimize(losses["deep"], var_list=tf.trainable_variables("deep"))
    tf.tables_initializer()
    tf.global_variables_initializer()
    return {
        **{f"{name} loss": loss for name, loss in losses.items()},
        "wide": wide,
        "deep": deep,
        "steps": tf.group(*steps.values()),
    }


def run(tf, session, fetches):
    with tempfile.TemporaryDirectory() as folder:
        examples = _written_and_read(tf, os.path.join(folder, "rows.tfrecord"))
        graph = session.graph
        session.run([graph.get_operation_by_name(name) for name in ("init", "init_all_tables")])
        found = {"losses": []}
        for _ in range(5):
            _, loss, other = session.run(
                [fetches["steps"], fetches["wide loss"], fetches["deep loss"]], {"serialized:0": examples}
            )
            found["losses"].append([loss, other])
        found.update(session.run({k: v for k, v in fetches.items() if k != "steps"}, {"serialized:0": examples}))
        found["table"] = _restored(tf, session, folder)
        return found


def _written_and_read(tf, path):
    with tf.python_io.TFRecordWriter(path) as writer:
        for age, jobs, places, town, label in ROWS:
            values = {
                "age": tf.train.Feature(float_list=tf.train.FloatList(value=[age])),
                "jobs": tf.train.Feature(bytes_list=tf.train.BytesList(value=jobs)),
                "places": tf.train.Feature(int64_list=tf.train.Int64List(value=places)),
                "town": tf.train.Feature(bytes_list=tf.train.BytesList(value=[town])),
                "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[label])),
            }
            example = tf.train.Example(features=tf.train.Features(feature=values))
            writer.write(example.SerializeToString())
    return list(tf.python_io.tf_record_iterator(path))


def _restored(tf, session, folder):
    """What a table starts from that names a tensor of a checkpoint."""
    columns = tf.feature_column
    name = "deep/input_layer/jobs_embedding/embedding_weights"
    tables = [variable for variable in tf.global_variables() if variable.op.name == name]
    path = tf.train.Saver(tables).save(session, os.path.join(folder, "model"))
    with tf.Graph().as_default(), tf.Session() as other:
        jobs = columns.categorical_column_with_hash_bucket("jobs", 8)
        restored = columns.embedding_column(jobs, 3, ckpt_to_load_from=path, tensor_name_in_ckpt=name)
        shared = columns.shared_embedding_columns([jobs], 3, ckpt_to_load_from=path, tensor_name_in_ckpt=name)
        rows = columns.input_layer({"jobs": [["cook"], ["pilot"]]}, [restored, *shared])
        other.run(tf.global_variables_initializer())
        return other.run(rows)
