"""tf.Variable: every kind of initial value, as ref and as resource variable, and where its nodes go."""


def build(tf):
    made = {}
    for kind, use_resource in (("ref", False), ("resource", True)):

        def variable(*args, use_resource=use_resource, **kwargs):
            return tf.Variable(*args, use_resource=use_resource, **kwargs)

        with tf.name_scope(kind):
            made[f"{kind}/list"] = variable([1.0, 2.0], name="list")
            made[f"{kind}/int"] = variable(3, dtype=tf.float32)
            made[f"{kind}/string"] = variable(["a", "b"], trainable=False)
            made[f"{kind}/function"] = variable(lambda: tf.constant([1, 2]), name="function")
            start = tf.constant([[1.0]], name="start")
            made[f"{kind}/tensor"] = variable(start, name="tensor", trainable=False)
            made[f"{kind}/loose"] = variable([1.0], name="loose", validate_shape=False)
            made[f"{kind}/shape"] = variable([1.0, 2.0], name="shape", shape=[2])
            with tf.control_dependencies([start]):
                made[f"{kind}/waits"] = variable(1.0, name="waits")
            with tf.device("/cpu:0"):
                made[f"{kind}/placed"] = variable(1.0, name="placed")
                made[f"{kind}/cached"] = variable(1.0, name="cached", caching_device="/cpu:0")
            with tf.container("box"):
                made[f"{kind}/contained"] = variable(1.0, name="contained")
            made[f"{kind}/local"] = variable(
                lambda: tf.constant(True), name="local", collections=[tf.GraphKeys.LOCAL_VARIABLES], trainable=False
            )
            made[f"{kind}/taken"] = variable(5.0, name="list")
    tf.global_variables_initializer()
    tf.local_variables_initializer()
    tf.variables_initializer(tf.trainable_variables()[:2], name="some")
    tf.variables_initializer([], name="none")
    with tf.control_dependencies([made["ref/list"], made["resource/list"], made["ref/list"].initializer]):
        tf.constant(1, name="after")
    return made


def run(tf, session, fetches):
    graph = session.graph
    session.run(["init", "init_1"])
    values = session.run(fetches)
    values["readers"] = session.run([fetches[f"{kind}/list"].value() for kind in ("ref", "resource")])
    values["evaluated"] = fetches["resource/list"].eval(session)
    fetches["ref/list"].load([7.0, 8.0], session)
    fetches["resource/list"].load([7.0, 9.0], session)
    values["loaded"] = session.run([fetches["ref/list"], fetches["resource/list"]])
    values["names"] = [v.name for v in graph.get_collection("variables")]
    values["trainable"] = [v.name for v in graph.get_collection("trainable_variables")]
    values["local"] = [v.name for v in graph.get_collection("local_variables")]
    facts = []
    for v in fetches.values():
        facts.append(repr(v))
        facts += [v.op.type, v.device, v.initial_value.name, v.initializer.name, v.value().name, str(v.get_shape())]
        facts += [
            str(v.trainable),
            str(v.synchronization),
            str(v.aggregation),
            str(v.constraint),
            str(v.graph is graph),
        ]
        facts += sorted(str(v.to_proto()).splitlines())
    values["facts"] = facts
    return values


def errors(tf):
    return {
        "nothing": (lambda: tf.Variable(), "initial_value must be specified"),
        "nothing resource": (lambda: tf.Variable(use_resource=True), "initial_value"),
        "unknown shape": (lambda: tf.Variable(tf.placeholder(tf.float32)), "initial_value must have a shape specified"),
        "collections": (lambda: tf.Variable([1.0], collections="a"), "must be a list, tuple, or set"),
        "shape": (lambda: tf.Variable([1.0], shape=[3], use_resource=True), "not compatible"),
        "name": (lambda: tf.Variable([1.0], name="/a"), "not a valid"),
        "mixed": (lambda: tf.Variable([1.0, "a"]), ""),
        "constraint": (lambda: tf.Variable([1.0], constraint=3), "constraint"),
        "synchronization": (lambda: tf.Variable([1.0], synchronization=7), "synchronization mode"),
        "aggregation": (lambda: tf.Variable([1.0], aggregation=7), "aggregation mode"),
        "iterate": (lambda: list(tf.Variable([1.0])), "[Ii]terating"),
        "len": (lambda: len(tf.Variable([1.0])), "len"),
        "load": (lambda: tf.Variable([1.0]).load([1.0]), "session"),
        "eval": (lambda: tf.Variable([1.0]).eval(), "session"),
    }
