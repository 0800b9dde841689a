"""tf.strings, and tf.io's functions between strings and tensors."""


def build(tf):
    words = tf.constant(["a b", "", "Cc,d  e"], name="words")
    fed = tf.placeholder(tf.string, [None], name="fed")
    made = {
        "as": tf.as_string([1.5, 2.0], precision=2),
        "bucket": tf.string_to_hash_bucket(words, 10),
        "fast": tf.strings.to_hash_bucket_fast(words, 7),
        "strong": tf.string_to_hash_bucket_strong(words, 7, [1, 2]),
        "number": tf.string_to_number(["1.5", "-2"]),
        "whole": tf.strings.to_number(["3"], tf.int64, name="whole"),
        "joined": tf.string_join(["x", words, fed], separator="-"),
        "reduced": tf.reduce_join([["a", "b"], ["c", "d"]], 1, separator=" "),
        "all": tf.strings.reduce_join([["a", "b"], ["c", "d"]]),
        "kept": tf.reduce_join([["a", "b"], ["c", "d"]], [0, 1], keep_dims=True),
        "match": tf.strings.regex_full_match(words, "[a-z ]*"),
        "match fed": tf.strings.regex_full_match(words, tf.constant("a.*")),
        "replaced": tf.regex_replace(words, "(.) ", r"<\1>"),
        "replaced once": tf.strings.regex_replace(words, tf.constant(" "), "_", replace_global=False),
        "length": tf.strings.length(words),
        "characters": tf.strings.length(["\u00e9"], unit="UTF8_CHAR"),
        "lower": tf.strings.lower(words),
        "upper": tf.strings.upper(words, name="upper"),
        "stripped": tf.string_strip([" a "]),
        "part": tf.substr(words, 0, 0),
        "raw": tf.decode_raw(tf.constant(["abcd", "efgh"]), tf.int16),
        "big": tf.io.decode_raw("ab", tf.int16, little_endian=False, name="big"),
        "encoded": tf.io.encode_base64(words, pad=True),
        "decoded": tf.decode_base64(tf.encode_base64(words)),
    }
    for label, parts in {
        "split": tf.string_split(["a b", "c"]),
        "split at": tf.string_split(fed, delimiter=",", skip_empty=False),
        "split v2": tf.strings.split(["a b", " c"]),
        "split fed": tf.strings.split(fed, ",", maxsplit=1),
    }.items():
        made[f"{label}/indices"], made[f"{label}/values"] = parts.indices, parts.values
        made[f"{label}/shape"] = parts.dense_shape
    return made


FEEDS = {"fed:0": [b"p,q,r", b"s", b","]}


def errors(tf):
    return {
        "no buckets": (lambda: tf.string_to_hash_bucket(["a"]), "num_buckets"),
        "two inputs": (lambda: tf.string_to_number(["1"], input=["2"]), "both"),
        "no type": (lambda: tf.decode_raw("ab"), "out_type"),
        "result type": (lambda: tf.string_split(["a"], result_type="list"), "result_type"),
        "no strings": (lambda: tf.strings.length([1]), "string"),
    }
