"""Variables in parts: partitioners, concatenation, assignment and reuse."""


def build(tf):
    zeros = tf.zeros_initializer()
    by_rows = tf.fixed_size_partitioner(3)
    made = {}
    p = tf.get_variable("p", [5, 3], initializer=zeros, partitioner=by_rows)
    made["p"] = tf.identity(p)
    made["tensor"] = p.as_tensor()
    made["product"] = tf.matmul(p, tf.ones([3, 1]))
    made["assigned"] = tf.group(*p.assign(tf.ones([5, 3])))
    made["added"] = tf.group(*p.assign_add(p, name="add"))
    made["subtracted"] = tf.group(*p.assign_sub([tf.zeros([2, 3]), tf.ones([2, 3]), tf.zeros([1, 3])]))
    one = tf.get_variable("one", [4, 2], initializer=zeros, partitioner=tf.fixed_size_partitioner(1))
    made["one"] = tf.identity(one)
    with tf.variable_scope("s", partitioner=tf.fixed_size_partitioner(2, axis=1), reuse=tf.AUTO_REUSE):
        first = tf.get_variable("columns", [2, 5], dtype=tf.int32, regularizer=None)
        assert tf.get_variable("columns", [2, 5], dtype=tf.int32) is first
        made["scalar"] = tf.get_variable("scalar", [], initializer=zeros)
        made["value"] = tf.convert_to_tensor(tf.get_variable("value", initializer=tf.ones([2, 2])))
        made["glorot"] = tf.shape(tf.get_variable("glorot", [6, 6]))
    with tf.variable_scope("", reuse=True):
        assert tf.get_variable("p", [5, 3]) is p
    made["axis size"] = tf.convert_to_tensor(
        tf.get_variable("axis_size", [6, 4], initializer=zeros, partitioner=tf.variable_axis_size_partitioner(64))
    )
    made["min max"] = tf.convert_to_tensor(
        tf.get_variable(
            "min_max",
            [6, 4],
            initializer=zeros,
            use_resource=True,
            partitioner=tf.min_max_variable_partitioner(4, min_slice_size=16),
        )
    )
    for i, part in enumerate(tf.create_partitioned_variables([4, 2], [1, 2], zeros, name="made")):
        made[f"made {i}"] = part
    for i, part in enumerate(tf.create_partitioned_variables([4, 2], [2, 1], tf.ones([4, 2]))):
        made[f"unnamed {i}"] = part
    notes = [p.name, str(p.shape), str(p.dtype.name), str(len(p)), str(p._get_partitions())]
    notes += [v._get_save_slice_info().spec + " of " + v._get_save_slice_info().full_name for v in tf.global_variables()
              if v._get_save_slice_info() is not None]  # fmt: skip
    notes += [str(s) for v in p for s in sorted(str(v.to_proto()).splitlines())]
    for partitioner in (
        tf.fixed_size_partitioner(3),
        tf.fixed_size_partitioner(3, axis=1),
        tf.variable_axis_size_partitioner(64),
        tf.variable_axis_size_partitioner(64, axis=1, max_shards=2),
        tf.min_max_variable_partitioner(4),
        tf.min_max_variable_partitioner(4, axis=1, min_slice_size=8),
    ):
        for shape, dtype in (([10, 4], tf.float32), ([2, 100], tf.string), ([1000, 1000], tf.float64)):
            notes.append(str(list(partitioner(shape=tf.TensorShape(shape), dtype=dtype))))
    tf.constant(notes, name="notes")
    return made


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    values = session.run(fetches | {"assigned": "p/part_0:0", "added": "p/part_1:0", "subtracted": "p/part_2:0"})
    for step in ("assigned", "added", "subtracted"):
        session.run(fetches[step])
        values[step] = session.run(fetches["p"])
    values["notes"] = session.run("notes:0")
    return values


def errors(tf):
    def shared(first, second):
        tf.get_variable("v", [4, 2], **first)
        with tf.variable_scope("", reuse=True):
            tf.get_variable("v", [4, 2], **second)

    def parts(number, axis=0):
        return {"partitioner": tf.fixed_size_partitioner(number, axis)}

    def cut(answer, shape):
        return tf.get_variable("v", shape, partitioner=lambda shape, dtype: answer)

    def twice():
        tf.get_variable("v", [4, 2], **parts(2))
        tf.get_variable("v", [4, 2], **parts(2))

    return {
        "twice": (twice, "already exists"),
        "missing": (lambda: shared_scope(tf, parts(2)), "does not exist"),
        "other partitions": (lambda: shared(parts(2), parts(4)), "specified partitions"),
        "unpartitioned": (lambda: shared({}, parts(2)), "unpartitioned version"),
        "sequence": (lambda: cut(3, [5]), "must return a sequence"),
        "rank": (lambda: cut([3], [5, 2]), "rank"),
        "none": (lambda: cut([0], [5]), "zero partitions"),
        "two axes": (lambda: cut([2, 2], [4, 4]), "along one dimension"),
        "unknown": (lambda: cut([2], [None]), "must be fully defined"),
        "too many": (lambda: tf.create_partitioned_variables([4], [5], tf.zeros_initializer()), ""),
        "lengths": (
            lambda: tf.create_partitioned_variables([4], [2, 1], tf.zeros_initializer()),
            "must have the length",
        ),
        "bytes": (lambda: tf.variable_axis_size_partitioner(0), "must be positive"),
        "shape": (lambda: tf.variable_axis_size_partitioner(3)(shape=[3], dtype=tf.float32), "not a TensorShape"),
    }


def shared_scope(tf, partition):
    with tf.variable_scope("", reuse=True):
        tf.get_variable("v", [4, 2], **partition)
