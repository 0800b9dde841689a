"""What the programs of optimizers share: a loss with dense and sparse gradients, and runs that follow all variables."""

STEPS = 3


def train_ops(tf, makers, use_resource):
    """label -> train op, each in a scope and on variables of its own. makers: label -> function that makes an optimizer."""
    made = {}
    for label, make in makers.items():
        with tf.variable_scope(label):
            w = tf.get_variable("w", initializer=[[0.5, -1.0], [2.0, 0.25]], use_resource=use_resource)
            rows = tf.get_variable("rows", initializer=[[1.0], [-2.0], [3.0]], use_resource=use_resource)
            gathered = tf.gather(rows, [2, 0, 2])
            loss = tf.reduce_sum(tf.square(tf.matmul(w, [[1.0], [3.0]]))) + tf.reduce_sum(tf.square(gathered))
            made[label] = make().minimize(loss)
    return made


def follow(tf, session, fetches):
    """What every variable holds after each of a few steps."""
    variables = tf.global_variables()
    session.run(tf.global_variables_initializer())
    ops = {label: op for label, op in fetches.items() if not hasattr(op, "dtype")}
    found = {}
    for step in range(STEPS):
        for op in ops.values():
            session.run(op)
        for variable, value in zip(variables, session.run(variables)):  # noqa: B905  # for every Python that TensorFlow runs in
            found[f"{variable.op.name} {step}"] = value
    return found
