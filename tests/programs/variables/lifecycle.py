"""Which variables are initialized, initial values that depend on other variables, and the global step."""


def build(tf):
    v = tf.Variable([1.0, 2.0], name="v")
    r = tf.Variable([3.0], name="r", use_resource=True)
    local = tf.get_local_variable("local", [], initializer=tf.ones_initializer())
    made = {"none": tf.report_uninitialized_variables([]), "all": tf.report_uninitialized_variables()}
    made["some"] = tf.report_uninitialized_variables([v, r], name="some")
    made["v"] = tf.is_variable_initialized(v)
    made["r"] = tf.is_variable_initialized(r)
    made["ref"] = tf.is_variable_initialized(v._ref())
    tf.identity(tf.assert_variables_initialized(), name="asserted")
    tf.identity(tf.assert_variables_initialized([r]), name="asserted_one")
    tf.Variable(v * 2.0 + 1.0, name="w")
    tf.Variable(v.initialized_value() * 2.0, name="x")
    tf.Variable(lambda: r * 3.0, name="y")
    step = tf.train.get_or_create_global_step()
    assert tf.train.get_global_step() is step and tf.train.get_or_create_global_step() is step
    tf.train.assert_global_step(step)
    made["step"] = tf.assign_add(step, 1)
    tf.global_variables_initializer()
    tf.initialize_variables([local, r], name="first")
    return made


def run(tf, session, fetches):
    values = {"before": session.run(fetches["all"]), "v before": session.run(fetches["v"])}
    try:
        session.run("asserted:0")
        raise AssertionError("asserted:0 was computed")
    except tf.errors.FailedPreconditionError:
        pass
    session.run("first")
    values["then"] = session.run(fetches["some"])
    session.run("init")
    values.update(session.run(fetches))
    values["asserted"] = session.run("asserted:0")
    values["w"], values["x"], values["y"] = session.run(["w:0", "x:0", "y:0"])
    values["global step"] = tf.train.global_step(session, tf.train.get_global_step())
    return values


def errors(tf):
    def twice():
        tf.train.create_global_step()
        tf.train.create_global_step()

    return {
        "two steps": (twice, '"global_step" already exists'),
        "float step": (lambda: tf.train.assert_global_step(tf.constant(1.0)), "does not have integer type"),
        "list step": (lambda: tf.train.assert_global_step(tf.constant([1])), "is not scalar"),
        "no step": (lambda: tf.train.assert_global_step(3), "must be a Variable or Tensor"),
    }
