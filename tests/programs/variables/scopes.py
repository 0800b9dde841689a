"""tf.variable_scope: names of variables and operations, opened by name, by default name and again."""


def build(tf):
    def new(name="v", **kwargs):
        return tf.get_variable(name, [], initializer=tf.zeros_initializer(), **kwargs)

    names = []

    def note(scope):
        names.extend([scope.name, scope.original_name_scope, str(scope.reuse), tf.constant(1).name])

    made = {"root": new()}
    with tf.variable_scope("a") as a:
        note(a)
        made["a"] = new()
        with tf.variable_scope("b") as b:
            note(b)
            made["a/b"] = new()
        with tf.variable_scope("") as empty:
            note(empty)
            made["empty"] = new("e")
        tf.Variable(1.0, name="v")
    with tf.variable_scope("a") as again:
        note(again)
    with tf.variable_scope(a, reuse=True) as again:
        note(again)
        made["shared"] = new()
        with tf.variable_scope("b") as inner:
            note(inner)
            made["shared inner"] = new()
    with tf.variable_scope("") as empty:
        note(empty)
    with tf.variable_scope("outer"), tf.variable_scope(b, auxiliary_name_scope=False) as bare:
        note(bare)
    with tf.variable_scope("bare", auxiliary_name_scope=False) as bare:
        note(bare)
        with tf.variable_scope("in"):
            note(tf.get_variable_scope())
    for _ in range(2):
        with tf.variable_scope(None, "default") as default:
            note(default)
            new()
    with tf.variable_scope("default"):
        for _ in range(2):
            with tf.variable_scope(None, "default") as default:
                note(default)
    with tf.variable_scope(default), tf.variable_scope(None, "default") as inner:
        note(inner)
    with tf.variable_scope("named", "default") as named:
        note(named)
    with tf.name_scope("names"), tf.variable_scope("c") as c:
        note(c)
        made["c"] = new()
        tf.Variable(1.0, name="w")
    with tf.variable_scope("auto", reuse=tf.AUTO_REUSE) as auto:
        note(auto)
        first, second = new(), new()
        names.append(str(first is second))
        with tf.variable_scope("inner", reuse=False):
            note(tf.get_variable_scope())
        auto.reuse_variables()
        note(auto)
    with tf.variable_op_scope([made["a"]], None, "old") as old:
        note(old)
    scope = tf.get_variable_scope()
    names += [scope.name, scope.original_name_scope, str(scope.reuse), str(scope.dtype)]
    names += [v.name for v in a.global_variables() + b.trainable_variables() + c.local_variables()]
    names += [v.name for v in tf.global_variables("a/b") + tf.trainable_variables("def") + tf.local_variables()]
    tf.constant(names, name="names_seen")
    with tf.variable_scope("half", dtype=tf.float16, initializer=tf.zeros_initializer()):
        made["half"] = tf.get_variable("v", [2])
        made["half local"] = tf.get_local_variable("local", [2])
        with tf.variable_scope("constant", initializer=[3, 4], dtype=tf.int32, use_resource=True):
            made["constant"] = tf.get_variable("v")

    def constraint(value):
        return value

    with tf.variable_scope("constrained", constraint=constraint, caching_device="/cpu:0"):
        made["constrained"] = tf.get_variable("v", [2], initializer=tf.zeros_initializer)
        assert made["constrained"].constraint is constraint
    return made


def run(tf, session, fetches):
    session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
    values = session.run(fetches)
    values["names"] = session.run("names_seen:0")
    return values


def errors(tf):
    def shared(**kwargs):
        tf.get_variable("v", [1])
        with tf.variable_scope("", reuse=True):
            tf.get_variable("v", **kwargs)

    def twice():
        tf.get_variable("v", [1])
        tf.get_variable("v", [1])

    def missing():
        with tf.variable_scope("a", reuse=True):
            tf.get_variable("v", [1])

    def enter(*args, **kwargs):
        with tf.variable_scope(*args, **kwargs):
            pass

    return {
        "twice": (twice, r"Variable v already exists, disallowed.*VarScope\? Originally defined at:\n\n  File"),
        "missing": (missing, "Variable a/v does not exist"),
        "shape": (lambda: shared(shape=[2]), r"specified shape \(2,\) and found shape \(1,\)"),
        "dtype": (lambda: shared(shape=[1], dtype=tf.int32), "specified dtype int32 and found dtype float32_ref"),
        "no shape": (lambda: tf.get_variable("v"), "`shape` argument must be specified"),
        "unknown shape": (lambda: tf.get_variable("v", [None]), "not valid"),
        "two shapes": (lambda: tf.get_variable("v", [2], initializer=[1.0, 2.0]), "do not specify shape"),
        "two dtypes": (lambda: tf.get_variable("v", dtype=tf.int32, initializer=[1.0]), "don't match"),
        "no initializer": (lambda: tf.get_variable("v", [1], dtype=tf.complex64), "An initializer for variable"),
        "no name": (lambda: enter(None), "name_or_scope is required"),
        "reuse of default": (lambda: enter(None, "a", reuse=True), "reuse=True cannot be used without"),
        "auxiliary": (lambda: enter("a", auxiliary_name_scope=1), "must be `True` or `False`"),
        "getter": (lambda: tf.get_variable("v", [1], custom_getter=3), "not callable"),
        "partitioner": (lambda: tf.get_variable("v", [1], partitioner=3), "must be callable"),
        "initializer": (lambda: tf.get_variable("v", initializer=lambda a: a), "not valid"),
    }
