"""tf.CriticalSection: what is executed, under which lock, after which inputs."""


def build(tf):
    v = tf.Variable(1.0, name="v", use_resource=True)
    w = tf.Variable(0.0, name="w")
    section = tf.CriticalSection(name="section")
    factor = tf.constant(2.0)

    def count():
        value = v.read_value()
        with tf.control_dependencies([value]), tf.control_dependencies([v.assign(value * factor)]):
            return tf.identity(value)

    made = {"counted": section.execute(count)}
    pair = section.execute(lambda: (w.assign_add(1.0), tf.constant(3.0)), exclusive_resource_access=False, name="e")
    made["added"], made["constant"] = pair
    with tf.name_scope("scope"):
        shared = tf.CriticalSection(shared_name="shared")
    made["free"] = shared.execute(lambda: tf.constant(1.0))
    made["dict"] = shared.execute(lambda: {"a": tf.constant(1.0) + factor})["a"]
    notes = [section.name, shared.name, str(len(tf.get_collection("critical_sections")))]
    notes.append(str(len(tf.get_collection("critical_section_executions"))))
    tf.constant(notes, name="notes")
    return made


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    values = {}
    for i in range(3):
        values.update({f"{label} {i}": value for label, value in session.run(fetches).items()})
    values["v"] = session.run("v/Read/ReadVariableOp:0")
    values["notes"] = session.run("notes:0")
    return values


def errors(tf):
    def shared_variable():
        v = tf.Variable(0.0, use_resource=True)
        for name in ("a", "b"):
            tf.CriticalSection(name=name).execute(lambda: tf.identity(v))

    def nested():
        section = tf.CriticalSection(name="a")
        section.execute(lambda: section.execute(lambda: tf.constant(1.0)))

    return {
        "two locks": (shared_variable, "would access resources"),
        "nested": (nested, "in which we are already running"),
        "no function": (lambda: tf.CriticalSection().execute(3), "not callable"),
        "definition": (lambda: tf.CriticalSection(critical_section_def=1), "not supported"),
        "two names": (lambda: tf.CriticalSection(name="a", critical_section_def=1), "mutually exclusive"),
    }
