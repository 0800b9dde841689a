"""tf.lookup: tables of keys and values, vocabularies with buckets, and what refuses to be one."""

from pathlib import Path

# a relative path: the working directory is no part of the graph
WORDS = "words.txt"
COLUMNS = "columns.csv"


def build(tf):
    lookup = tf.lookup
    table = lookup.StaticHashTable(lookup.KeyValueTensorInitializer(["a", "b"], [1, 2]), -1)
    keys = tf.placeholder(tf.string, [None, 2], name="wanted")
    sparse = tf.SparseTensor([[0, 1]], ["b"], [2, 2])
    words = lookup.TextFileInitializer(
        WORDS, tf.string, lookup.TextFileIndex.WHOLE_LINE, tf.int64, lookup.TextFileIndex.LINE_NUMBER, vocab_size=2
    )
    vocabulary = lookup.StaticVocabularyTable(words, 3)
    columns = lookup.TextFileInitializer(COLUMNS, tf.int64, 1, tf.string, 0, delimiter=",", name="columns")
    with tf.name_scope("scope"):
        names = lookup.StaticHashTable(columns, "nobody", name="names")
        floats = lookup.StaticHashTable(
            lookup.KeyValueTensorInitializer([1, 2], [1.0, 2], tf.int64, tf.float32, name="filled"), 0.5
        )
        found = floats.lookup(tf.constant([[1, 7]], tf.int64), name="find")
        size, exported = floats.size("count"), floats.export("all")
    shifted = lookup.StaticHashTable(
        lookup.TextFileInitializer(tf.constant(WORDS), tf.string, -2, tf.int64, -1, value_index_offset=1), -1
    )
    hashed = lookup.StaticVocabularyTable(None, 5)
    numbers = lookup.KeyValueTensorInitializer([5, 6], [0, 1], tf.int64, tf.int64)
    int64_table = lookup.StaticVocabularyTable(numbers, 4, name="of_numbers")
    int32_table = lookup.StaticVocabularyTable(numbers, 4, lookup_key_dtype=tf.int32)
    tf.tables_initializer()
    return {
        "values": table.lookup(keys),
        "item": table[tf.constant("a")],
        "sparse": table.lookup(sparse).values,
        "unknown": table.lookup(tf.placeholder_with_default(["a"], None)),
        "size": table.size(),
        "found": found,
        "count": size,
        "keys": tf.reduce_sum(exported[0]),
        "names": names.lookup(tf.constant([30, 20, 10], tf.int64)),
        "ids": vocabulary.lookup(keys),
        "sparse_ids": vocabulary.lookup(sparse).values,
        "vocabulary_size": vocabulary.size(),
        "shifted": shifted.lookup(tf.constant(["one", "two"])),
        "hashed": hashed.lookup(tf.constant(["one", "two", ""])),
        "hashed_size": hashed.size(),
        "int64": int64_table[tf.constant([5, 6, 77], tf.int64)],
        "int64_size": int64_table.size(),
        "int32": int32_table[tf.constant([[5], [78]])],
        "types": tf.constant([one.key_dtype.name for one in (table, vocabulary, hashed, int64_table, int32_table)]),
        "table_names": tf.constant([one.name for one in (table, vocabulary, hashed, int64_table, names)]),
        "initializers": tf.constant([table.initializer.name, vocabulary.initializer.name, hashed.initializer.name]),
        "collections": tf.constant(
            [op.name for op in tf.get_collection(tf.GraphKeys.TABLE_INITIALIZERS)]
            + [path.name for path in tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS)]
        ),
    }


def run(tf, session, fetches):
    Path(WORDS).write_text("one\ntwo\nthree\n")
    Path(COLUMNS).write_text("Ann,10\nBob,20\n")
    try:
        session.run(session.graph.get_operation_by_name("init_all_tables"))
    finally:
        Path(WORDS).unlink()
        Path(COLUMNS).unlink()
    return session.run(fetches, {"wanted:0": [["one", "b"], ["two", "zzz"]]})


def errors(tf):
    lookup = tf.lookup
    tensors, lines = lookup.KeyValueTensorInitializer, lookup.TextFileInitializer
    static, vocabulary = lookup.StaticHashTable, lookup.StaticVocabularyTable

    def table(**arguments):
        return static(tensors(["a", "b"], [1, 2], tf.string, tf.int64), -1, **arguments)

    def run_in_session(*fetches):
        with tf.Session() as session:
            for fetch in fetches:
                session.run(fetch)

    def another_value():
        first = static(tensors(["a", "a"], [1, 2]), 0)
        run_in_session(first.initializer)

    def other_entries():
        first, second = tensors(["a"], [1]), tensors(["a", "b"], [1, 2])
        filled = static(first, 0)
        run_in_session(filled.initializer, second.initialize(filled))

    def insertion():
        handle = table().resource_handle
        run_in_session(tf.raw_ops.LookupTableInsertV2(
            table_handle=handle, keys=["a"], values=tf.constant([1], tf.int64)
        ))  # fmt: skip

    def empty_line():
        Path(WORDS).write_text("one\n\ntwo\n")
        try:
            run_in_session(static(lines(WORDS, tf.string, -2, tf.int64, -1), -1).initializer)
        finally:
            Path(WORDS).unlink()

    return {
        "empty line": (empty_line, "Invalid content in .*: empty line found at position 5"),
        "key dtype": (lambda: table().lookup(tf.constant([1])), "must be"),
        "no tensor": (lambda: table().lookup(["a"]), "has no attribute 'dtype'"),
        "default": (lambda: static(tensors(["a"], [1]), "x"), "Expected int32"),
        "default shape": (lambda: static(tensors(["a"], [1]), [1]), "not compatible"),
        "no initializer": (lambda: static(None, 1), "NoneType"),
        "no buckets": (lambda: vocabulary(None, 0), "must be > 0"),
        "values": (lambda: vocabulary(tensors(["a"], [1]), 1), "value_dtype"),
        "lookup keys": (
            lambda: vocabulary(tensors(["a"], [1], tf.string, tf.int64), 1, lookup_key_dtype=tf.int64), "key_dtype",
        ),
        "float keys": (lambda: vocabulary(tensors([1.5], [1], None, tf.int64), 1), "expected one of"),
        "hashed keys": (lambda: vocabulary(None, 2).lookup(tf.constant([1])), "must be"),
        "hashed type": (lambda: vocabulary(None, 2, tf.int64).lookup(tf.constant([1], tf.int64)), "must be"),
        "vocabulary keys": (
            lambda: vocabulary(tensors(["a"], [1], tf.string, tf.int64), 2).lookup(tf.constant([1])), "must be",
        ),
        "no file": (lambda: lines("", tf.string, -2, tf.int64, -1), "filename"),
        "None as file": (lambda: lines(None, tf.string, -2, tf.int64, -1), "filename"),
        "no words": (lambda: lines("a", tf.string, -2, tf.int64, -1, vocab_size=0), "vocab_size"),
        "key line": (lambda: lines("a", tf.string, -1, tf.int64, -1), "key_dtype"),
        "value line": (lambda: lines("a", tf.string, -2, tf.string, -1), "value_dtype"),
        "key column": (lambda: lines("a", tf.string, -3, tf.int64, -1), "key_index"),
        "value column": (lambda: lines("a", tf.string, -2, tf.int64, -3), "value_index"),
        "key type": (lambda: tensors(["a"], [1], tf.int64), "Expected int64"),
        "value type": (lambda: tensors(["a"], [1], tf.string, tf.string), "Expected string"),
        "lengths": (lambda: static(tensors(["a", "b"], [1]), 1), "must be equal"),
        "scalars": (lambda: static(tensors("a", 1), 1), "rank"),
        "not initialized": (lambda: run_in_session(table().lookup(tf.constant(["a"]))), "not initialized"),
        "another value": (another_value, "different value"),
        "other entries": (other_entries, "already initialized"),
        "missing file": (
            lambda: run_in_session(static(lines("no such", tf.string, -2, tf.int64, -1), 0).initializer), "no such",
        ),
        "insertion": (insertion, "not support"),
    }  # fmt: skip
