"""Variables, with references and with resources, in branches and loops, and their gradients."""


def build(tf):
    fetches = {}
    for use_resource in (False, True):
        with tf.variable_scope("resource" if use_resource else "ref"):
            _build(tf, use_resource, fetches)
    fetches["init"] = tf.global_variables_initializer()
    return fetches


def _build(tf, use_resource, fetches):
    prefix = "resource" if use_resource else "ref"
    p = tf.placeholder_with_default(True, [], name="p")
    v = tf.get_variable("v", initializer=tf.constant([1.0, 2.0]), use_resource=use_resource)
    c = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    ones = tf.ones_initializer()

    def add(name, value):
        for i, one in enumerate(tf.nest.flatten(value)):
            fetches[f"{prefix} {name} {i}"] = one

    chosen = tf.cond(p, lambda: v, lambda: v * 2.0)
    add("cond", chosen)
    add("cond gradient", tf.gradients(chosen, [v]))
    looped = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a * v), (0, v))[1]
    add("loop", looped)
    add("loop gradient", tf.gradients(looped, [v]))

    def made_inside(i, a):
        return i + 1, a * tf.get_variable("w", [2], initializer=ones, use_resource=use_resource)

    add("made in loop", tf.while_loop(lambda i, a: i < 3, made_inside, (0, tf.constant([1.0, 2.0])))[1])

    def in_branch():
        return tf.get_variable("u", [2], initializer=ones, use_resource=use_resource) * 2.0

    add("made in branch", tf.cond(p, in_branch, lambda: tf.constant([1.0, 2.0])))

    def shared(a):
        with tf.variable_scope("s", reuse=tf.AUTO_REUSE):
            return a * v * tf.get_variable("w", [2], initializer=ones, use_resource=use_resource)

    mapped = tf.map_fn(shared, c)
    scanned = tf.scan(lambda a, x: shared(x) + a, c)
    add("map", mapped)
    add("scan", scanned)
    add("foldl", tf.foldl(lambda a, x: shared(x) + a, c))
    add("map gradient", tf.gradients([mapped, scanned], [v]))
    add("assigned", tf.cond(p, lambda: v.assign_add([1.0, 1.0]), lambda: tf.identity(v)))
    add("updated", tf.cond(p, lambda: tf.group(v.assign([5.0, 6.0])), tf.no_op))


def run(tf, session, fetches):
    session.run(fetches.pop("init"))
    results = {}
    for name, fetch in fetches.items():
        results[name] = session.run(fetch)
        results[f"{name} then"] = session.run(tf.global_variables()[0])
    return results
