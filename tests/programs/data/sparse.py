"""Datasets whose elements have SparseTensors: in slices, functions, batches, and what iterators give."""


def datasets(tf):
    data = tf.data.Dataset

    def sparse():
        return tf.SparseTensor([[0, 0], [1, 2]], [1.0, 2.0], [2, 3])

    def dense_and_sparse(e):
        return {"d": tf.sparse.to_dense(e["s"]), "s": e["s"]}

    def one_value(x):
        return tf.SparseTensor(tf.reshape(x, [1, 1]), [x], [4])

    text = tf.SparseTensor([[0, 1], [2, 0]], ["a", "bc"], [3, 2])
    return {
        "whole": data.from_tensors(sparse()),
        "value": data.from_tensors(tf.SparseTensorValue([[1]], [5], [3])),
        "slices": data.from_tensor_slices((sparse(), [5, 6])),
        "map": data.from_tensor_slices({"s": sparse()}).map(dense_and_sparse),
        "batch": data.from_tensor_slices(sparse()).batch(2),
        "text": data.from_tensor_slices(text).batch(2),
        "made": data.range(3).map(one_value).filter(lambda s: s.values[0] > 0),
        "repeated": data.from_tensors(sparse()).repeat(2).shuffle(2, seed=1).prefetch(1).cache(),
        "flat": data.from_tensors(sparse()).flat_map(data.from_tensor_slices),
        "unbatch": data.from_tensors((sparse(), [[1], [2]])).unbatch(),
        "dense": data.from_tensor_slices([[1, 2], [3, 4], [5, 6]]).apply(
            tf.data.experimental.dense_to_sparse_batch(2, [4])
        ),
        "ragged": data.range(3).map(lambda x: tf.fill([1, x], tf.strings.as_string(x))).sparse_batch(3, [1, None]),
        "too large": data.range(3).map(tf.range).sparse_batch(3, [1]),
        "parts": data.from_sparse_tensor_slices(text),
        "zip": data.zip((data.range(2), data.from_tensor_slices(sparse()))),
    }


def build(tf):
    fetches = {}
    for label, dataset in datasets(tf).items():
        iterator = tf.data.make_initializable_iterator(dataset)
        fetches[f"{label} initializer"] = iterator.initializer
        fetches[label] = iterator.get_next()
        facts = (iterator.output_types, iterator.output_shapes, iterator.element_spec)
        classes = [one.__name__ for one in tf.nest.flatten(iterator.output_classes)]
        fetches[f"{label} facts"] = tf.constant([repr(fact) for fact in facts] + classes)
    return fetches


def run(tf, session, fetches):
    session.run([one for label, one in fetches.items() if label.endswith("initializer")])
    found = {label: session.run(one) for label, one in fetches.items() if label.endswith("facts")}
    for label in list(fetches):
        if not label.endswith(("initializer", "facts")):
            for i in range(3):
                try:
                    parts = tf.nest.flatten(session.run(fetches[label]))
                except tf.errors.OutOfRangeError:
                    break
                except tf.errors.DataLossError as error:
                    assert "Input element had shape ([2]) that is larger than the row shape ([1])." in str(error)
                    assert label == "too large"
                    break
                found |= {f"{label} {i} {k}": part for k, part in enumerate(parts)}
    return found


def errors(tf):
    sparse = tf.SparseTensor([[0, 0]], [1.0], [2, 3])
    return {
        "padding": (lambda: tf.data.Dataset.from_tensor_slices(sparse).padded_batch(2), "padded_batch"),
        "several": (
            lambda: tf.data.Dataset.from_tensor_slices(([1], [2])).sparse_batch(2, [4]),
            "a single component",
        ),
        "no sparse tensor": (
            lambda: tf.data.Dataset.from_sparse_tensor_slices(3),
            "must be a `tf.sparse.SparseTensor`",
        ),
        "scalar": (lambda: tf.data.Dataset.from_tensor_slices((sparse, 1)), "rank >= 1"),
    }
