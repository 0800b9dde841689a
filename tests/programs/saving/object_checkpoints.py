"""tf.train.Checkpoint: the nodes of saving and restoring, what files have, and what comes back."""

import os
import tempfile


def build(tf):
    v = tf.get_variable("v", initializer=[1.0, 2.0])
    w = tf.get_variable("w", initializer=[[3.0]], use_resource=True)
    step = tf.train.get_or_create_global_step()
    optimizer = tf.train.AdamOptimizer(0.1)
    train = optimizer.minimize(tf.reduce_sum(v) * tf.reduce_sum(w), global_step=step)
    checkpoint = tf.train.Checkpoint(net=[v, w], opt=optimizer, step=step, names={"a": w})
    with tempfile.TemporaryDirectory() as folder, tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(train)
        path = checkpoint.save(os.path.join(folder, "inner", "m"), session=session)
        checkpoint.restore(path).assert_consumed().run_restore_ops(session)
        status = checkpoint.restore(checkpoint.write(os.path.join(folder, "written"), session=session))
        status.initialize_or_restore(session)
        later = tf.train.Checkpoint()
        status = later.restore(path)
        later.step = tf.get_variable("other_step", [], tf.int64)
        later.names = {"a": tf.get_variable("other", [1, 1], use_resource=True)}
        status.expect_partial().run_restore_ops(session)
    return {"v": v, "w": w, "train": train, "other": later.names["a"], "other step": later.step}


def run(tf, session, fetches):
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        _rounds(tf, session, fetches, folder, found)
        _layers(tf, folder, found)
        _others(tf, folder, found)
        _by_names(tf, folder, found)
        _managed(tf, folder, found)
    return found


def _rounds(tf, session, fetches, folder, found):
    v, w, train = (fetches[name] for name in ("v", "w", "train"))
    checkpoint = tf.train.Checkpoint(v=v, inner=tf.train.Checkpoint(w=(w, 3)))
    session.run(tf.global_variables_initializer())
    session.run(train)
    before = session.run([v, w])
    path = checkpoint.save(os.path.join(folder, "m"), session=session)
    path = checkpoint.save(os.path.join(folder, "m"), session=session)
    with open(os.path.join(folder, "checkpoint")) as file:
        found["state"] = file.read()
    found["keys"] = [f"{name} {shape}" for name, shape in tf.train.list_variables(path)]
    found["graph"] = tf.train.load_variable(path, "_CHECKPOINTABLE_OBJECT_GRAPH")
    session.run([v.assign([7.0, 7.0]), w.assign([[7.0]])])
    with session.as_default():
        checkpoint.restore(path).assert_consumed().run_restore_ops()
    found["back"] = [str(value) for value in before] == [str(value) for value in session.run([v, w])]
    found["count"] = session.run(checkpoint.save_counter)


def _layers(tf, folder, found):
    with tf.Graph().as_default(), tf.Session() as session:
        cells = [tf.nn.rnn_cell.GRUCell(2), tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.LSTMCell(2, num_proj=1))]
        cell = tf.nn.rnn_cell.MultiRNNCell(cells)
        cell(tf.ones([2, 3]), cell.zero_state(2, tf.float32))
        layers = {"dense": tf.layers.Dense(2), "norm.al": tf.layers.BatchNormalization(), "none": tf.layers.Dropout()}
        for layer in layers.values():
            layer(tf.ones([2, 3]))
        template = tf.make_template("t", lambda: tf.get_variable("a", [2]))
        template()
        parts = tf.train.Checkpoint(cell=cell, layers=layers, template=template, empty=[], words=tf.Variable("abc"))
        session.run(tf.global_variables_initializer())
        path = parts.save(os.path.join(folder, "layers"), session=session)
        found["layers"] = [f"{name} {shape}" for name, shape in tf.train.list_variables(path)]
        found["layers' graph"] = tf.train.load_variable(path, "_CHECKPOINTABLE_OBJECT_GRAPH")
        for label, attempt in {
            "unmatched": lambda: tf.train.Checkpoint(x=tf.Variable(1.0)).restore(path).assert_nontrivial_match(),
            "nothing": lambda: tf.train.Checkpoint().restore(path).assert_consumed(),
            "more": lambda: tf.train.Checkpoint(x=[tf.Variable(1.0)]).restore(path).assert_existing_objects_matched(),
        }.items():
            found[label] = _raised(attempt)


def _others(tf, folder, found):
    words = os.path.join(folder, "words")
    with open(words, "w") as file:
        file.write("a\nb\n")
    with tf.Graph().as_default(), tf.Session() as session:
        index = tf.lookup.TextFileIndex
        lines = (words, tf.string, index.WHOLE_LINE, tf.int64, index.LINE_NUMBER)
        parts = tf.train.Checkpoint(
            table=tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a"], [1]), -1),
            vocabulary=tf.lookup.StaticVocabularyTable(tf.lookup.TextFileInitializer(*lines), 2),
            mutable=tf.lookup.experimental.DenseHashTable(tf.int64, tf.int64, -1, -2, -3),
            dataset=tf.data.Dataset.range(3),
            function=tf.function(lambda x: x),
            wrapped=tf.wrap_function(lambda: tf.get_variable("v", [2]), []),
            generator=tf.random.Generator.from_seed(1),
            asset=tf.saved_model.Asset(words),
        )
        parts.restore(None).initialize_or_restore(session)
        path = parts.save(os.path.join(folder, "others"), session=session)
        found["others"] = [name for name, _ in tf.train.list_variables(path)]
        found["others' graph"] = tf.train.load_variable(path, "_CHECKPOINTABLE_OBJECT_GRAPH")
        parts.restore(path).assert_existing_objects_matched().run_restore_ops(session)


def _raised(attempt):
    try:
        attempt()
    except AssertionError as error:
        return str(error)[:40]
    return "nothing"


def _by_names(tf, folder, found):
    with tf.Graph().as_default(), tf.Session() as session:
        variables = [tf.get_variable("a", initializer=1.5), tf.get_variable("b", initializer=2.5, use_resource=True)]
        session.run(tf.global_variables_initializer())
        path = tf.train.Saver().save(session, os.path.join(folder, "names"))
        session.run([variable.assign(0.0) for variable in variables])
        status = tf.train.Checkpoint(x=variables).restore(path)
        found["by names"] = type(status).__name__


def _managed(tf, folder, found):
    with tf.Graph().as_default(), tf.Session() as session:
        step = tf.train.get_or_create_global_step()
        checkpoint = tf.train.Checkpoint(step=step)
        place = os.path.join(folder, "managed")
        manager = tf.train.CheckpointManager(checkpoint, place, 2, step_counter=step, checkpoint_interval=2)
        found["before"] = manager.restore_or_initialize() is None
        session.run(tf.global_variables_initializer())
        saved = []
        for _ in range(6):
            saved.append(os.path.basename(manager.save() or "none"))
            session.run(step.assign_add(1))
        saved.append(os.path.basename(manager.save(checkpoint_number=17, check_interval=False)))
        found["saved"] = saved
        found["kept"] = [os.path.basename(path) for path in manager.checkpoints]
        found["files"] = sorted(os.listdir(place))
        again = tf.train.CheckpointManager(checkpoint, place, 2)
        found["again"] = [os.path.basename(path) for path in [*again.checkpoints, again.latest_checkpoint]]
        found["restored"] = os.path.basename(again.restore_or_initialize())


def errors(tf):
    def dtype(use_resource):
        def attempt():
            with tempfile.TemporaryDirectory() as folder, tf.Session() as session:
                first = tf.get_variable("a", initializer=[1.0, 2.0], use_resource=use_resource)
                session.run(tf.global_variables_initializer())
                path = tf.train.Checkpoint(x=first).save(os.path.join(folder, "m"), session=session)
                second = tf.get_variable("b", initializer=[1, 2], use_resource=use_resource)
                tf.train.Checkpoint(x=second).restore(path).run_restore_ops(session)

        return attempt

    def not_initialized():
        with tempfile.TemporaryDirectory() as folder, tf.Session() as session:
            tf.train.Checkpoint(x=tf.Variable(1.0)).save(os.path.join(folder, "m"), session=session)

    def a_slot_as_a_part():
        with tempfile.TemporaryDirectory() as folder, tf.Session() as session:
            v = tf.Variable(1.0)
            optimizer = tf.train.MomentumOptimizer(0.1, 0.9)
            optimizer.minimize(v)
            session.run(tf.global_variables_initializer())
            parts = tf.train.Checkpoint(o=optimizer, v=v, s=optimizer.get_slot(v, "momentum"))
            parts.save(os.path.join(folder, "m"), session=session)

    def numbered():
        with tempfile.TemporaryDirectory() as folder, tf.Session() as session:
            tf.train.Checkpoint(x={1: tf.Variable(1.0)}).save(os.path.join(folder, "m"), session=session)

    status = tf.train.Checkpoint().restore(None)
    checkpoint = tf.train.Checkpoint()
    return {
        "number": (lambda: tf.train.Checkpoint(x=3), "was expecting"),
        "tensor": (lambda: tf.train.Checkpoint(x=tf.constant(3)), "was expecting"),
        "averages": (lambda: tf.train.Checkpoint(x=tf.train.ExponentialMovingAverage(0.9)), "was expecting"),
        "numbered": (numbered, "[Uu]nable to save"),
        "missing": (lambda: tf.train.Checkpoint().restore("missing"), "missing"),
        "nothing": (status.assert_consumed, "No checkpoint specified"),
        "no operations": (status.run_restore_ops, "No checkpoint specified"),
        "dtype": (dtype(False), ""),
        "dtype of a resource": (dtype(True), ""),
        "not initialized": (not_initialized, "uninitialized"),
        "a slot as a part": (a_slot_as_a_part, ""),
        "keep": (lambda: tf.train.CheckpointManager(checkpoint, "x", 0), "positive"),
        "interval": (lambda: tf.train.CheckpointManager(checkpoint, "x", 1, checkpoint_interval=3), "step_counter"),
        "callback": (lambda: tf.train.CheckpointOptions(experimental_write_callbacks=[3]), ""),
    }
