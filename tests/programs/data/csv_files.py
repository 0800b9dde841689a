"""Records of CSV files: CsvDataset, and make_csv_dataset, which finds out what the columns are."""

import gzip

FILES = {
    "a.csv": b'id,name,price,size\n1,one,1.5,10\n2,"two, ""2""",2,20\r\n3,,,30000000000\n',
    "b.csv": b'id,name,price,size\n4,vier,NA,40\n5,"fuenf\nzeilen",5.25,50',
    "other.csv": b"id,title\n1,x\n",
    "twice.csv": b"id,id\n1,2\n",
    "wrong.csv": b"id,name,price,size\n1,2,3\n",
    "bare.csv": b"7 8 'x'\n9 10 'y'\n",
    "faulty.csv": b'1,2\nx,3\n4\n5,6,7\n8,"9\n"\n10,1"1\n12,"1"3\n14,15\n',
    "empty.csv": b"",
}


def write_files():
    for name, content in FILES.items():
        with open(name, "wb") as file:
            file.write(content)
    with gzip.open("a.csv.gz", "wb") as file:
        file.write(FILES["a.csv"])


def build(tf):
    write_files()
    data, experimental = tf.data.Dataset, tf.data.experimental
    made = {}

    def add(label, dataset):
        iterator = tf.data.make_initializable_iterator(dataset)
        made[f"{label} init"] = iterator.initializer
        for i, part in enumerate(tf.nest.flatten(iterator.get_next())):
            made[f"{label} {i}"] = part

    every = [tf.int32, [""], [0.5], tf.constant([7], tf.int64)]
    both = experimental.CsvDataset(["a.csv", "b.csv"], every, header=True, na_value="NA")
    add("both", both.map(lambda id, name, price, size: (size, name, price, id)))
    add("selected", experimental.CsvDataset("a.csv", [[""], [0.5]], header=True, select_cols=[1, 3]))
    add("gzip", experimental.CsvDataset("a.csv.gz", every, "GZIP", 1000, True))
    add("bare", experimental.CsvDataset("bare.csv", [tf.float64, tf.int64, tf.string], field_delim=" "))
    texts = experimental.CsvDataset("a.csv", [[""]] * 5, use_quote_delim=False)
    add("not quoted", texts.apply(experimental.ignore_errors()))
    add("faulty", experimental.CsvDataset("faulty.csv", [[1], [2]]).apply(experimental.ignore_errors()))
    add(
        "mapped", data.list_files("[ab].csv", shuffle=False).flat_map(lambda name: experimental.CsvDataset(name, every))
    )

    make = experimental.make_csv_dataset
    add("made", make("[ab].csv", 2, num_epochs=1, shuffle=False, na_value="NA"))
    add(
        "made label",
        make(["b.csv", "a.csv"], 3, label_name="price", num_epochs=2, shuffle_seed=3, shuffle_buffer_size=4),
    )
    columns = {"select_columns": ["size", 0], "column_defaults": [tf.int64, [2.5]], "num_epochs": 1, "shuffle": False}
    add("made selected", make("a.csv", 2, num_parallel_reads=2, **columns))
    add("made inferred", make("a.csv", 2, select_columns=[2, 3], num_rows_for_inference=2, shuffle=False, num_epochs=1,
                              ignore_errors=True, sloppy=True))  # fmt: skip
    add("made endless", make("b.csv", 4, shuffle=False, prefetch_buffer_size=1, compression_type=""))
    named = make("bare.csv", 1, ["x", "y", "z"], [[0], [0.0], [""]], header=False, num_epochs=1, shuffle=False,
                 field_delim=" ")  # fmt: skip
    add("made named", named)
    add("made gzip", make("a.csv.gz", 3, num_epochs=1, shuffle=False, compression_type="GZIP", num_parallel_reads=-1))
    return made


def run(tf, session, fetches):
    found = {}
    names = [label.removesuffix(" init") for label in fetches if label.endswith(" init")]
    for name in names:
        session.run(fetches[f"{name} init"])
        parts = {label: fetch for label, fetch in fetches.items() if label.rpartition(" ")[0] == name}
        parts.pop(f"{name} init")
        for step in range(9):
            try:
                values = session.run(parts)
            except (tf.errors.OutOfRangeError, tf.errors.InvalidArgumentError):
                found[f"{name} ends"] = step
                break
            found.update({f"{label} {step}": value for label, value in values.items()})
    return found


def errors(tf):
    write_files()
    experimental = tf.data.experimental
    make = experimental.make_csv_dataset

    def elements(*args, **kwargs):
        def run_all():
            iterator = experimental.CsvDataset(*args, **kwargs).make_initializable_iterator()
            element = iterator.get_next()
            with tf.Session() as session:
                session.run(iterator.initializer)
                for _ in range(9):
                    session.run(element)

        return run_all

    def making(*args, **kwargs):
        return lambda: make(*args, **kwargs)

    one, two, three = [tf.int32], [tf.int32] * 2, [tf.int32] * 3
    return {
        "number": (elements("faulty.csv", two), "Field 0 in record is not a valid int32: x"),
        "few": (elements("bare.csv", two), "Expect 2 fields but have 1 in record|not a valid int32"),
        "many": (elements("a.csv", [[""]] * 3), "Expect 3 fields but have more in record"),
        "required": (elements("a.csv", [tf.string] * 4), "Field 1 is required but missing in record!"),
        "header": (elements("empty.csv", two, header=True), "Can't read header of file"),
        "no file": (elements("nothing.csv", two), "No such file or directory"),
        "columns": (elements("faulty.csv", two, select_cols=[1]), "select_cols should match output size"),
        "order": (elements("faulty.csv", two, select_cols=[1, 0]), "strictly increasing indices"),
        "negative": (elements("faulty.csv", two, select_cols=[-1, 0]), "non-negative indices"),
        "delimiter": (elements("faulty.csv", two, field_delim="::"), "field_delim should be only 1 char"),
        "buffer": (elements("faulty.csv", two, buffer_size=0), "buffer_size should be positive"),
        "compression": (elements("faulty.csv", two, compression_type="?"), "Unsupported compression_type"),
        "defaults": (elements("faulty.csv", [[1, 2], [1]]), "length-0 or length-1 vector"),
        "rank": (elements("faulty.csv", [[[1]], [1]]), "at most rank 1"),
        "no match": (making("nothing*.csv", 1), "No files match"),
        "no pattern": (making([], 1), "should not be empty"),
        "no names": (making("bare.csv", 1, header=False), "Neither is provided"),
        "empty": (making("empty.csv", 1), "Is it an empty file\\?"),
        "other names": (making(["a.csv", "other.csv"], 1), "should have the same column names"),
        "twice": (making("twice.csv", 1), "contains duplicate column names"),
        "index": (making("a.csv", 1, select_columns=[4]), "Column index 4"),
        "name": (making("a.csv", 1, select_columns=["x"]), "must be of one of the"),
        "columns twice": (making("a.csv", 1, select_columns=["id", 0]), "contains duplicate"),
        "lengths": (making("a.csv", 1, select_columns=[1], column_defaults=one + two), "must have the same length"),
        "label": (making("a.csv", 1, label_name="x"), "must be one of the columns"),
        "fields": (making("wrong.csv", 1), "Problem inferring types"),
        "zlib": (making("a.csv", 1, compression_type="ZLIB"), "not supported for probing"),
        "tensor": (lambda: make("a.csv", 1, compression_type=tf.constant("GZIP")), "Received unknown"),
        "unknown": (making("a.csv", 1, compression_type="X"), "Received unknown"),
        "three": (elements("faulty.csv", three), "Expect 3 fields but have 2 in record"),
    }
