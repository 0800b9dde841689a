"""tf.contrib.framework: scopes of arguments, model variables and lists of them, global steps."""

from fractions import Fraction


def build(tf):
    fw = tf.contrib.framework
    tf.set_random_seed(3)

    def get(name, reuse, **facts):
        return tf.get_variable(f"own_{name}", **facts)

    a = fw.variable("a", [2])
    with tf.variable_scope("s"):
        fw.model_variable("b", [2, 3], regularizer=tf.nn.l2_loss, device="/cpu:0", collections=["mine"])
        fw.local_variable(1.0, name="c")
        fw.variable("a", [1], dtype=tf.int32, collections=["other", "other"], trainable=False)
        fw.variable("bb", [1], initializer=tf.ones_initializer(), custom_getter=get)
    with fw.arg_scope(
        [fw.variable, fw.model_variable], initializer=tf.constant_initializer(2.0), device="/cpu:0"
    ) as scope:
        fw.variable("twos", [2])
        with fw.arg_scope([fw.variable], shape=[3], trainable=False):
            fw.variable("more_twos")
            fw.variable("threes", initializer=tf.constant_initializer(3.0))
    with fw.arg_scope(scope):
        fw.model_variable("again", [1])
    fw.add_model_variable(a)
    fw.add_model_variable(a)
    step = fw.get_or_create_global_step()
    assert fw.get_global_step() is step

    @fw.add_arg_scope
    def fraction(numerator, denominator=7):
        return Fraction(numerator, denominator)

    assert fw.has_arg_scope(fraction) and not fw.has_arg_scope(get)
    with fw.arg_scope([fraction], denominator=3) as thirds:
        found = [fraction(1), fraction(1, denominator=2)]
        with fw.arg_scope({}):
            found.append(fraction(1))
        with fw.arg_scope([fraction], numerator=5):
            found.append(fraction())
    with fw.arg_scope(thirds):
        found.append(fraction(2))
    tf.constant([str(one) for one in [*found, fraction(1)]], name="fractions")

    with tf.variable_scope("s") as entered:
        pass
    lists = {
        "all": fw.get_variables(),
        "scope": fw.get_variables("s"),
        "variable_scope": fw.get_variables(entered),
        "suffix": fw.get_variables(suffix="b"),
        "scope_suffix": fw.get_variables("s", suffix="bb"),
        "collection": fw.get_variables(collection="mine"),
        "by_name": fw.get_variables_by_name("a"),
        "by_name_in_scope": fw.get_variables_by_name("b", "s"),
        "by_suffix": fw.get_variables_by_suffix("twos"),
        "trainable": fw.get_trainable_variables(),
        "model": fw.get_model_variables(),
        "local": fw.get_variables(collection=tf.GraphKeys.LOCAL_VARIABLES),
        "restore": fw.get_variables_to_restore(["s", "a"], ["s/b"]),
        "restore_all_but": fw.get_variables_to_restore(exclude=["s"]),
        "filtered": fw.filter_variables(fw.get_variables(), ["s/", "twos"], ["more"]),
        "filtered_start": fw.filter_variables(fw.get_variables(), ["twos"], reg_search=False),
        "unique": [fw.get_unique_variable("s/b")],
    }
    for label, variables in lists.items():
        tf.constant([one.name for one in variables], tf.string, name=f"names_{label}")
    choosers = [
        fw.VariableDeviceChooser(),
        fw.VariableDeviceChooser(num_tasks=2),
        fw.VariableDeviceChooser(1, "worker", "GPU", 3, replica=2),
    ]
    tf.constant([choose(step.op) for choose in choosers for _ in range(3)], name="devices")
    with tf.device(choosers[0]):
        fw.variable("placed", [1])
    assert fw.assert_or_get_global_step() is fw.assert_or_get_global_step(global_step_tensor=step) is step
    return {one.op.name: one for one in tf.global_variables() + tf.local_variables()}


def run(tf, session, fetches):
    session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
    return session.run(fetches)


def errors(tf):
    fw = tf.contrib.framework

    def create_twice():
        fw.create_global_step()
        fw.create_global_step()

    def in_scope(*args, **kwargs):
        def enter():
            with fw.arg_scope(*args, **kwargs):
                fw.variable("v", [1])

        return enter

    return {
        "given step": (
            lambda: fw.assert_or_get_global_step(global_step_tensor=tf.constant(1.0)),
            "not have integer type",
        ),
        "undecorated": (in_scope([len], x=1), "not decorated"),
        "no list": (in_scope("variable", x=1), "must either be a list/tuple"),
        "arguments beside a scope": (in_scope({}, x=1), "kwargs must be empty"),
        "unknown argument": (in_scope([fw.variable], nonsense=1), "nonsense"),
        "given twice": (in_scope([fw.variable], name="w"), "multiple values"),
        "missing": (lambda: fw.get_unique_variable("missing"), "find variable missing"),
        "not unique": (lambda: (fw.variable("s/v", [1]), fw.get_unique_variable("s")), "does not uniquely identify"),
        "include": (lambda: fw.get_variables_to_restore("s"), "include is provided but"),
        "exclude": (lambda: fw.get_variables_to_restore(exclude="s"), "exclude is provided but"),
        "step": (create_twice, "already exists"),
    }
