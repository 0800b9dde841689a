"""SparseTensors of parsed Examples, fed, captured and computed, in datasets that are joined, interleaved and taken apart."""

import numpy as np


def _example(tf, *numbers):
    feature = tf.train.Feature(int64_list=tf.train.Int64List(value=numbers))
    words = tf.train.Feature(bytes_list=tf.train.BytesList(value=[str(n).encode() for n in numbers]))
    example = tf.train.Example(features=tf.train.Features(feature={"n": feature, "w": words}))
    return example.SerializeToString(deterministic=True)


def build(tf):
    dataset = tf.data.Dataset
    features = {"n": tf.VarLenFeature(tf.int64), "w": tf.VarLenFeature(tf.string)}
    texts = dataset.from_tensor_slices([_example(tf, 1), _example(tf, 2, 3), _example(tf), _example(tf, 4, 5, 6)])
    parsed = texts.map(lambda text: tf.parse_single_example(text, features))
    matrix = tf.SparseTensor([[0, 1], [1, 0], [1, 2]], [1.0, 2.0, 3.0], [2, 3])
    fed = tf.sparse_placeholder(tf.float32, [2, None], "fed")
    diagonal = dataset.range(6).map(lambda i: (tf.SparseTensor([[i]], [i * 10], [6]), i))
    datasets = {
        "fed": dataset.from_tensors({"a": fed}).repeat(2),
        "parsed": parsed,
        "batches": parsed.batch(3),
        "parsed batches": texts.batch(2).map(lambda text: tf.parse_example(text, features)["n"]),
        "mapped": dataset.from_tensors(matrix).map(lambda s: (tf.sparse.transpose(s), tf.sparse.reduce_sum(s))),
        "arranged": diagonal.shuffle(4, seed=1).skip(1).cache().prefetch(2).batch(2, drop_remainder=True),
        "filtered": parsed.filter(lambda x: tf.size(x["n"].values) > 1).take(1),
        "taken apart": diagonal.batch(4).unbatch(),
        "joined": dataset.from_tensors(matrix).concatenate(dataset.from_tensors(matrix).map(lambda s: s * 2.0)),
        "interleaved": dataset.range(2).interleave(lambda i: diagonal.skip(i * 4), cycle_length=2),
        "captured": dataset.range(2).map(
            lambda i: tf.SparseTensor(matrix.indices, matrix.values + tf.cast(i, tf.float32), [2, 3])
        ),
    }
    fetches, build.initializers = {}, {}
    for label, one in datasets.items():
        iterator = tf.data.make_initializable_iterator(one)
        build.initializers[label] = iterator.initializer
        fetches[label] = iterator.get_next()
    structure = tf.data.Iterator.from_structure(tf.float32, tf.TensorShape([2, 3]), output_classes=tf.SparseTensor)
    build.initializers["structure"] = structure.make_initializer(datasets["joined"])
    fetches["structure"] = structure.get_next()
    facts = [str((one.output_types, one.output_shapes)) for one in datasets.values()]
    fetches["facts"] = tf.constant(facts)
    return fetches


def run(tf, session, fetches):
    fed = tf.SparseTensorValue([[0, 0], [1, 3]], [1.0, 2.0], [2, 4])
    placeholder = {f"fed/{part}:0": value for part, value in zip(("indices", "values", "shape"), fed, strict=False)}
    values = {}
    for label, initializer in build.initializers.items():
        session.run(initializer, placeholder if label == "fed" else None)
        for i in range(8):
            try:
                element = session.run(fetches[label])
            except tf.errors.OutOfRangeError:
                break
            for k, part in enumerate(tf.nest.flatten(element, expand_composites=True)):
                for m, array in enumerate(part if isinstance(part, tf.SparseTensorValue) else [part]):
                    values[f"{label}/{i}/{k}/{m}"] = np.asarray(array)
        values[f"{label} count"] = np.array(i)
    return values


def errors(tf):
    def padded():
        return tf.data.Dataset.from_tensors(tf.SparseTensor([[0, 1]], [1.0], [2, 3])).padded_batch(2)

    def vector():
        return tf.data.Dataset.from_tensor_slices(tf.SparseTensor(np.zeros([0, 0], np.int64), np.zeros([0]), []))

    return {
        "padded": (padded, "only supported for datasets that produce tensor elements"),
        "scalar": (vector, "(?i)rank"),
    }
