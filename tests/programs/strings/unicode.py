"""Unicode: decoded, split, encoded, transcoded, by script; bytes, formats and n-grams."""

BAD = [b"a\xff\xfeb\xe2\x82c\xf0\x9f\x98", b"\x00\x01ok\xc2\x80", "h\u00e9\U0001f600".encode(), b"\xed\xa0\x80x", b""]


def build(tf):
    strings = tf.strings
    texts = tf.placeholder(tf.string, [None], name="texts")
    table = tf.placeholder(tf.string, [None, 2], name="table")
    text = tf.placeholder(tf.string, [], name="text")
    points = tf.placeholder(tf.int32, [None], name="points")
    rows = tf.placeholder(tf.int32, [None, 3], name="rows")
    ragged = tf.ragged.constant([["a", "bc"], [], ["d\u00e9"]])
    wide = tf.constant(["ab\U0001f600".encode("utf-16-be"), b"\xd8\x00a", b"\x00"])
    decoded = strings.unicode_decode(texts, "UTF-8")
    values = {
        "decoded": decoded,
        "ignored": strings.unicode_decode(texts, "UTF-8", errors="ignore"),
        "replaced": strings.unicode_decode(
            texts, "UTF-8", replacement_char=63, replace_control_characters=True, name="replaced"
        ),
        "scalar": strings.unicode_decode(text, "UTF-8"),
        "table": strings.unicode_decode(table, "UTF-8"),
        "of_ragged": strings.unicode_decode(ragged, "UTF-8"),
        "offsets": strings.unicode_decode_with_offsets(texts, "UTF-8"),
        "wide": strings.unicode_decode_with_offsets(wide, "UTF-16-BE"),
        "latin": strings.unicode_decode(["\u00e9".encode("latin1")], "ISO-8859-1"),
        "split": strings.unicode_split(texts, "UTF-8"),
        "split_scalar": strings.unicode_split_with_offsets(text, "UTF-8", name="parts"),
        "split_table": strings.unicode_split(table, "UTF-8", errors="ignore"),
        "encoded": strings.unicode_encode(decoded, "UTF-16-BE"),
        "encoded_row": strings.unicode_encode(points, "UTF-8"),
        "encoded_rows": strings.unicode_encode(rows, "UTF-8", replacement_char=63, name="rows_of_points"),
        "encoded_without": strings.unicode_encode([[65, 0xD800, 0x110000, -1, 0x1F600]], "UTF-32-BE", errors="ignore"),
        "transcoded": strings.unicode_transcode(texts, "UTF-8", "UTF-16-BE", replace_control_characters=True),
        "script": strings.unicode_script([[65, 0x3042, 0x10FFFF], [0x110000, -1, 0x378]]),
        "bytes": strings.bytes_split(texts),
        "byte_scalar": strings.bytes_split("ab"),
        "byte_table": strings.bytes_split(table),
        "byte_ragged": strings.bytes_split(strings.split(texts, result_type="RaggedTensor"), name="of_ragged"),
        "words": strings.split(texts, result_type="RaggedTensor"),
        "words_scalar": strings.split(text, result_type="RaggedTensor"),
        "commas": strings.split(table, ",", maxsplit=1, result_type="RaggedTensor"),
        "old_split": tf.string_split(texts, "o", result_type="RaggedTensor"),
        "format": strings.format("a {} b {}", [tf.constant([1, 2, 3, 4, 5, 6, 7]), tf.constant("q")]),
        "format_one": strings.format("%s!", tf.constant([1.5, 2]), placeholder="%s", summarize=-1, name="one"),
        "as_string": tf.dtypes.as_string([1, 2]),
        "pairs": strings.ngrams(ragged, 2),
        "padded": strings.ngrams(ragged, 3, pad_values="P"),
        "short": strings.ngrams(
            tf.ragged.constant([["a", "b", "c"], ["d"], [], ["e", "f"]]), 4, "_", ("L", "R"), 1, True
        ),
        "widths": strings.ngrams(table, (1, 2), name="widths"),
        "vector": strings.ngrams(texts, 2, "-"),
    }
    fetches = {}
    for label, value in values.items():
        for i, part in enumerate(tf.nest.flatten(value, expand_composites=True)):
            fetches[f"{label}_{i}"] = part
    return fetches


FEEDS = {
    "text:0": "a b\u00e9",
    "texts:0": BAD,
    "table:0": [["a b", "c,d,e"], ["", "x\u00e9"]],
    "points:0": [104, 233, 128512],
    "rows:0": [[65, 66, 67], [68, 55296, 69]],
}


def run(tf, session, fetches):
    return session.run(fetches, FEEDS)


def errors(tf):
    strings = tf.strings

    def run(make):
        def fetched():
            with tf.Session() as session:
                session.run(make())

        return fetched

    ragged = [["a", "b"], ["c"]]
    return {
        "run strict": (run(lambda: strings.unicode_decode(BAD, "UTF-8", errors="strict")), "Invalid formatting"),
        "run encoding": (run(lambda: strings.unicode_decode(["a"], "nope")), "Could not create converter"),
        "run transcode": (
            run(lambda: strings.unicode_transcode(BAD, "UTF-8", "UTF-8", errors="strict")), "Invalid formatting",
        ),
        "run encode": (
            run(lambda: strings.unicode_encode([[65, 0xD800]], "UTF-8", errors="strict")), "out of range",
        ),
        "output encoding": (lambda: strings.unicode_transcode(["a"], "UTF-8", "UTF-7"), "output_encoding"),
        "encoding": (lambda: strings.unicode_encode([[1]], "UTF-9"), "output_encoding"),
        "errors": (lambda: strings.unicode_decode(["a"], "UTF-8", errors="x"), "errors"),
        "encode a scalar": (lambda: strings.unicode_encode(65, "UTF-8"), "at least 1"),
        "encode strings": (lambda: strings.unicode_encode([["a"]], "UTF-8"), "int32"),
        "decode numbers": (lambda: strings.unicode_decode([1], "UTF-8"), "string"),
        "unknown rank": (lambda: strings.unicode_decode(tf.placeholder(tf.string), "UTF-8"), "statically known"),
        "bytes of unknown rank": (lambda: strings.bytes_split(tf.placeholder(tf.string)), "statically-known"),
        "result": (lambda: strings.split(["a b"], result_type="x"), "result_type"),
        "few": (lambda: strings.format("a {} {}", [1]), "expects 2 tensors"),
        "many": (lambda: strings.format("x", "a"), "expects 0 tensors"),
        "width": (lambda: strings.ngrams(tf.ragged.constant(ragged), 0), "greater than 0"),
        "pads": (lambda: strings.ngrams(tf.ragged.constant(ragged), 2, pad_values=3), "pad_values"),
        "no pads": (lambda: strings.ngrams(tf.ragged.constant(ragged), 2, padding_width=1), "pad_values"),
        "padding width": (
            lambda: strings.ngrams(tf.ragged.constant(ragged), 2, pad_values="a", padding_width=-1), "padding_width",
        ),
        "ngrams of a scalar": (lambda: strings.ngrams(tf.constant("a"), 2), "rank>0"),
        "ngrams of unknown rank": (lambda: strings.ngrams(tf.placeholder(tf.string), 2), "must be known"),
        "ngrams of numbers": (lambda: strings.ngrams([1], 2), "Expected string"),
    }  # fmt: skip
