"""tf.lookup tables without a name. TensorFlow forgets them after a run; within one they are filled and asked."""


def build(tf):
    experimental = tf.lookup.experimental
    pairs = tf.lookup.KeyValueTensorInitializer(["a", "b"], [1, 2])
    static = tf.lookup.StaticHashTable(pairs, -1, experimental_is_anonymous=True)
    mutable = experimental.MutableHashTable(tf.string, tf.int64, -1, experimental_is_anonymous=True)
    vectors = experimental.MutableHashTable(tf.string, tf.float32, [0.0, 0.5], experimental_is_anonymous=True)
    marks = {"empty_key": -2, "deleted_key": -3}
    dense = experimental.DenseHashTable(tf.int64, tf.int64, -1, **marks, experimental_is_anonymous=True)
    keys, wanted = tf.constant(["a", "b"]), tf.constant([["b", "c"]])
    filled = [
        static.initializer,
        mutable.insert(keys, tf.constant([10, 20], tf.int64)),
        vectors.insert(keys, [[1.0, 2.0], [3.0, 4.0]]),
        dense.insert(tf.constant([5], tf.int64), tf.constant([50], tf.int64)),
    ]
    with tf.control_dependencies(filled):
        return {
            "static": static.lookup(wanted),
            "mutable": mutable.lookup(wanted),
            "vectors": vectors.lookup(wanted),
            "dense": dense.lookup(tf.constant([5, 6], tf.int64)),
            "size": static.size() + mutable.size() + vectors.size() + dense.size(),
        }
