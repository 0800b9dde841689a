"""Moving averages of variables and tensors, and what is restored by them."""

import numpy as np


def build(tf):
    step = tf.train.get_or_create_global_step()
    made = {}
    for kind, use_resource in (("ref", False), ("resource", True)):
        with tf.variable_scope(kind, use_resource=use_resource):
            w = tf.get_variable("w", initializer=[1.0, 2.0])
            half = tf.get_variable("half", initializer=np.float64(3.0))
            tensor = tf.reduce_sum(w * 2.0, name="tensor")
            average = tf.train.ExponentialMovingAverage(0.9, num_updates=step)
            change = tf.group(w.assign_add([1.0, -1.0]), half.assign_add(2.0))
            with tf.control_dependencies([change]):
                made[f"{kind} apply"] = average.apply([w, half, tensor])
            made[f"{kind} value"] = tf.identity(average.average(w))
            made[f"{kind} of tensor"] = tf.identity(average.average(tensor))
            made[f"{kind} name"] = tf.constant(average.average_name(w))
            debiased = tf.train.ExponentialMovingAverage(0.8, zero_debias=True, name="Debiased")
            made[f"{kind} debiased"] = debiased.apply([tensor, w])
            made[f"{kind} debiased value"] = tf.identity(debiased.average(tensor))
    default = tf.train.ExponentialMovingAverage(tf.constant(0.5), name="Default")
    made["default"] = default.apply()
    made["none"] = tf.constant(str(default.average(tf.constant(1.0))))
    made["step"] = tf.assign_add(step, 1)
    restored = default.variables_to_restore()
    made["restored"] = tf.constant(",".join(f"{name}={restored[name].op.name}" for name in sorted(restored)))
    made["collection"] = tf.constant(",".join(v.op.name for v in tf.moving_average_variables()))
    made["unknown"] = tf.constant(default.average_name(tf.constant(1.0, name="other")))
    return made


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    ops = [op for label, op in fetches.items() if not hasattr(op, "dtype")]
    found = {}
    for at in range(3):
        for op in [*ops, fetches["step"]]:
            session.run(op)
        for variable in tf.global_variables():
            found[f"{variable.op.name} {at}"] = session.run(variable)
    found |= {label: session.run(fetches[label]) for label in ("restored", "collection", "unknown", "ref name")}
    return found


def errors(tf):
    def integers():
        return tf.train.ExponentialMovingAverage(0.9).apply([tf.Variable(1, name="w")])

    return {"integers": (integers, "The variables must be half, float, or double")}
