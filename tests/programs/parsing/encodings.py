"""CSV, JSON, compressed and raw strings, serialized sparse tensors; and the names that tf.io shares with others."""

import gzip
import zlib


def build(tf):
    records = tf.placeholder_with_default(["1,a,2.5", "3,,", '-7,"x,y",1e3'], [None])
    columns = tf.decode_csv(records, [[0], ["none"], [0.5]])
    wanted = tf.io.decode_csv(
        [["1;2;NA"], ["4;5;6"]], [tf.constant([], tf.int64), [9.0]], field_delim=";", na_value="NA", select_cols=[0, 2]
    )
    bare = tf.decode_csv(['a"b|c'], ["", ""], "|", use_quote_delim=False, name="bare")
    json = tf.decode_json_example(
        [
            '{"features": {"feature": {"a": {"floatList": {"value": [1.5, 2]}}, "b": {"bytesList": {"value": ["YWJj"]}}}}}',
            "{}",
        ]
    )
    text = b"hello" * 20
    zipped = tf.decode_compressed([zlib.compress(text), zlib.compress(text)[:10], b""], "ZLIB")
    gzipped = tf.io.decode_compressed([[gzip.compress(text, mtime=0) * 2]], compression_type="GZIP", name="gzipped")
    sparse = tf.SparseTensor([[0, 1], [2, 0], [2, 3]], [1.5, 2.5, -1.0], [3, 4])
    words = tf.SparseTensor([[0, 0, 1], [1, 1, 0]], ["a", "long word"], [2, 2, 2])
    vector = tf.SparseTensor([[1]], tf.constant([7], tf.int64), [5])
    strings, many = tf.serialize_sparse(sparse), tf.serialize_many_sparse(sparse, name="many")
    back = tf.deserialize_many_sparse(many, tf.float32, rank=2)
    wider = tf.io.deserialize_many_sparse(
        tf.stack([tf.io.serialize_sparse(vector), tf.serialize_sparse(tf.SparseTensor([[8]], [tf.int64.max], [9]))]),
        tf.int64,
    )
    other = tf.raw_ops.DeserializeSparse(serialized_sparse=strings, dtype=tf.float32)
    nested = tf.raw_ops.DeserializeSparse(
        serialized_sparse=tf.reshape(tf.tile(strings, [4]), [2, 2, 3]), dtype=tf.float32
    )
    read_words = tf.deserialize_many_sparse(tf.io.serialize_many_sparse(words), tf.string)
    same = [
        tf.io.FixedLenFeature is tf.FixedLenFeature, tf.io.VarLenFeature is tf.VarLenFeature,
        tf.io.SparseFeature is tf.SparseFeature, tf.io.QueueBase is tf.QueueBase,
        tf.io.PaddingFIFOQueue is tf.PaddingFIFOQueue, tf.io.PriorityQueue is tf.PriorityQueue,
        tf.io.RandomShuffleQueue is tf.RandomShuffleQueue, tf.io.parse_example is tf.parse_example,
        tf.io.FixedLenSequenceFeature is tf.FixedLenSequenceFeature, tf.io.decode_raw is tf.decode_raw,
        tf.io.match_filenames_once is tf.train.match_filenames_once,
        tf.io.parse_single_example is tf.parse_single_example,
        tf.io.parse_single_sequence_example is tf.parse_single_sequence_example,
    ]  # fmt: skip
    of_json = tf.parse_example(json, {"a": tf.VarLenFeature(tf.float32), "b": tf.FixedLenFeature([], tf.string, "")})
    fetches = {"json_a": of_json["a"].values, "json_b": of_json["b"], "zipped": zipped, "gzipped": gzipped}
    fetches |= {
        "strings": strings,
        "many": many,
        "same": tf.constant(same),
        "raw": tf.decode_raw(["\x01\x00\x02\x00"], tf.int16),
    }
    for label, several in (("csv", columns), ("wanted", wanted), ("bare", bare), ("other", other), ("nested", nested)):
        fetches |= {f"{label}_{i}": value for i, value in enumerate(several)}
    for label, one in (("back", back), ("wider", wider), ("words", read_words)):
        fetches |= {f"{label}_indices": one.indices, f"{label}_values": one.values, f"{label}_shape": one.dense_shape}
    return fetches


def errors(tf):
    def run(make):
        def fetched():
            with tf.Session() as session:
                session.run(make())

        return fetched

    def sparse(indices, shape):
        return tf.SparseTensor(indices, [1.0] * len(indices), shape)

    csv = tf.decode_csv
    return {
        "no columns": (lambda: csv(["a"], []), "minimum"),
        "order": (lambda: csv(["a"], [["a"]], select_cols=[1, 0]), "strictly increasing"),
        "negative": (lambda: csv(["a"], [["a"]], select_cols=[-1]), "negative"),
        "count": (lambda: csv(["a"], [["a"]], select_cols=[1, 2]), "do not match"),
        "two defaults": (lambda: csv(["a"], [[1, 2]]), "length-0 or length-1"),
        "matrix": (lambda: csv(["a"], [tf.constant([[1]])]), "at most rank 1"),
        "bools": (lambda: csv(["a"], [tf.constant([True])]), "not in list of allowed"),
        "no list": (lambda: csv(["a"], 3), "list"),
        "run fields": (run(lambda: csv(["a,b"], [["a"]])), "Expect 1 fields but have 2"),
        "run number": (run(lambda: csv(["a"], [[1]])), "is not a valid int32"),
        "run missing": (run(lambda: csv([",a"], [tf.constant([], tf.int32), ""])), "is required but missing"),
        "run quote": (run(lambda: csv(['"a'], [[""]])), "Quoted field"),
        "json": (run(lambda: tf.decode_json_example(["bad"])), "Error while parsing JSON"),
        "json field": (run(lambda: tf.decode_json_example(['{"x": 1}'])), "Error while parsing JSON"),
        "no zlib": (run(lambda: tf.decode_compressed(["abc"], "ZLIB")), "incorrect header check"),
        "no gzip": (run(lambda: tf.decode_compressed(["abc"], "GZIP")), "incorrect header check"),
        "compression": (run(lambda: tf.decode_compressed(["abc"], "LZ")), "GZIP or NONE"),
        "rank 1": (run(lambda: tf.serialize_many_sparse(sparse([[0]], [3]))), "saw rank: 1"),
        "out of order": (run(lambda: tf.serialize_many_sparse(sparse([[2, 1], [0, 3]], [3, 4]))), "out of order"),
        "out of bounds": (run(lambda: tf.serialize_many_sparse(sparse([[5, 1]], [3, 4]))), "out of bounds"),
        "no sparse": (lambda: tf.serialize_sparse([1.0]), "must be a SparseTensor"),
        "columns": (lambda: tf.deserialize_many_sparse(tf.constant([["a", "b"]]), tf.float32), "must be 3"),
        "vector": (lambda: tf.deserialize_many_sparse(tf.constant(["a", "b"]), tf.float32), "rank 2"),
        "junk": (run(lambda: tf.deserialize_many_sparse([["a", "b", "c"]], tf.float32)), "Could not parse"),
        "dtype": (
            run(lambda: tf.deserialize_many_sparse(tf.serialize_many_sparse(sparse([[0, 1]], [1, 2])), tf.int32)),
            "Requested SparseTensor of type int32",
        ),
    }  # fmt: skip
