"""RaggedFeatures with partitions, of batches of Examples and SequenceExamples."""


def _features(tf, columns):
    found = {}
    for key, values in columns.items():
        if values and isinstance(values[0], float):
            found[key] = tf.train.Feature(float_list=tf.train.FloatList(value=values))
        else:
            found[key] = tf.train.Feature(int64_list=tf.train.Int64List(value=values))
    return found


def _example(tf, **columns):
    made = tf.train.Example(features=tf.train.Features(feature=_features(tf, columns)))
    return made.SerializeToString(deterministic=True)


def _sequence(tf, context, steps):
    lists = {
        key: tf.train.FeatureList(feature=[_features(tf, {"x": one})["x"] for one in values])
        for key, values in steps.items()
    }
    made = tf.train.SequenceExample(
        context=tf.train.Features(feature=_features(tf, context)),
        feature_lists=tf.train.FeatureLists(feature_list=lists),
    )
    return made.SerializeToString(deterministic=True)


def build(tf):
    ragged = tf.io.RaggedFeature
    rows, batch = tf.float32, tf.placeholder(tf.string, [None], "batch")
    partitions = {
        "splits": [ragged.RowSplits("splits")],
        "lengths": [ragged.RowLengths("lengths")],
        "starts": [ragged.RowStarts("starts")],
        "limits": [ragged.RowLimits("limits")],
        "rowids": [ragged.ValueRowIds("rowids")],
        "even": [ragged.UniformRowLength(2)],
        "two": [ragged.RowLengths("outer"), ragged.RowLengths("lengths")],
        "even outside": [ragged.UniformRowLength(2), ragged.RowLengths("pairs")],
        "even inside": [ragged.RowLengths("halves"), ragged.UniformRowLength(2)],
    }
    found = {}
    for label, one in partitions.items():
        feature = ragged(rows, value_key="values", partitions=one)
        found[label] = tf.io.parse_example(batch, {"x": feature}, name=label.replace(" ", "_"))["x"]
    long = ragged(rows, value_key="values", partitions=partitions["splits"], row_splits_dtype=tf.int64, validate=True)
    found["long"] = tf.io.parse_example(batch, {"x": long})["x"]
    steps = tf.placeholder(tf.string, [None], "steps")
    context, sequence, _ = tf.io.parse_sequence_example(
        steps,
        {"c": ragged(rows, value_key="cv", partitions=[ragged.RowLengths("cl")])},
        {"s": ragged(rows, value_key="sv", partitions=[ragged.RowLengths("sl")], validate=True)},
    )
    found |= {"context": context["c"], "sequence": sequence["s"]}
    one, several = tf.io.parse_single_sequence_example(
        steps[0],
        {"c": ragged(rows, value_key="cv", partitions=[ragged.RowLengths("cl")])},
        {"s": ragged(rows, value_key="sv", partitions=[ragged.RowLimits("sl")])},
    )
    found |= {"one context": one["c"], "one sequence": several["s"]}
    fetches = {"facts": tf.constant([str(value.shape) for value in found.values()])}
    for label, value in found.items():
        for i, part in enumerate(tf.nest.flatten(value, expand_composites=True)):
            fetches[f"{label} {i}"] = part
    build.fed = {
        batch: [
            _example(tf, values=[1.0, 2.0, 3.0, 4.0], splits=[0, 1, 4], lengths=[1, 3], starts=[0, 1], limits=[1, 4],
                     rowids=[0, 0, 0, 2], outer=[2], pairs=[1, 3], halves=[1, 1]),
            _example(tf, values=[5.0, 6.0], splits=[0, 0, 0, 2], lengths=[0, 2], starts=[0], limits=[0, 2],
                     rowids=[1, 1], outer=[0, 2], pairs=[2, 0], halves=[1, 0]),
        ],
        steps: [
            _sequence(tf, {"cv": [1.0, 2.0], "cl": [2]}, {"sv": [[1.0, 2.0], [3.0]], "sl": [[2], [1]]}),
            _sequence(tf, {"cv": [3.0], "cl": [0, 1]}, {"sv": [[4.0]], "sl": [[0, 1]]}),
        ],
    }  # fmt: skip
    return fetches


def run(tf, session, fetches):
    return session.run(dict(fetches), build.fed)
