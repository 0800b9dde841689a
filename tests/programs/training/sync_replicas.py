"""SyncReplicasOptimizer: updates of which each has the mean gradient of several replicas."""

import numpy as np


def _variables(tf):
    w = tf.get_variable("w", initializer=[1.0, 2.0])
    table = tf.get_variable("table", initializer=[[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]])
    return w, table


def build(tf):
    w, table = _variables(tf)
    step = tf.train.get_or_create_global_step()
    x = tf.placeholder(tf.float32, [2], "x")
    ids = tf.placeholder(tf.int64, [None], "ids")
    loss = tf.reduce_sum(w * x) + tf.reduce_sum(tf.gather(table, ids))
    averages = tf.train.ExponentialMovingAverage(0.5)
    optimizer = tf.train.SyncReplicasOptimizer(
        tf.train.MomentumOptimizer(0.5, 0.5), 2, variable_averages=averages, variables_to_average=[w]
    )
    train = optimizer.minimize(loss, global_step=step)
    runner = optimizer.get_chief_queue_runner()
    tokens = optimizer.get_init_tokens_op()
    tf.constant([v.name for v in optimizer.variables()], name="variables")
    tf.constant([optimizer.get_name(), *optimizer.get_slot_names()], name="names")
    tf.constant([train.name, runner.name, *(op.name for op in runner.enqueue_ops)], name="operations")
    tf.constant([op.name for op in tf.get_collection(tf.GraphKeys.TRAIN_OP)], name="train_ops")
    local, others = tf.local_variables(), tf.global_variables()
    tf.constant([v.name for v in (*local, *others)], name="all_variables")
    return {
        "train": train,
        "sync": runner.enqueue_ops[0],
        "tokens": tokens,
        "chief_init": optimizer.chief_init_op,
        "local_step_init": optimizer.local_step_init_op,
        "not_ready": optimizer.ready_for_local_init_op,
        "momentum": optimizer.get_slot(w, "momentum"),
        "average": averages.average(w),
        "local_step": local[0],
        "step": step,
        "w": w,
        "table": table,
    }


def run(tf, session, fetches):
    found = {"not_ready": session.run(fetches["not_ready"])}
    session.run(tf.global_variables_initializer())
    found["ready"] = session.run(fetches["not_ready"])
    session.run(fetches["chief_init"])
    session.run(fetches["tokens"])

    def train(x, ids):
        session.run(fetches["train"], {"x:0": x, "ids:0": ids})
        return session.run(fetches["local_step"])

    found["steps"] = [train([1.0, 2.0], [0, 1]), train([3.0, 2.0], [1, 1])]
    session.run(fetches["sync"])
    found["steps"] += [train([100.0, 100.0], [2]), train([1.0, 1.0], [2])]  # the first is of step 0: too old
    session.run(fetches["tokens"])
    found["steps"] += [train([2.0, 3.0], [2, 0])]
    session.run(fetches["sync"])
    for label in ("momentum", "average", "step", "w", "table"):
        found[label] = session.run(fetches[label])
    found["steps"] = np.array(found["steps"])
    return found


def errors(tf):
    def make(*args, **kwargs):
        return tf.train.SyncReplicasOptimizer(tf.train.GradientDescentOptimizer(0.1), *args, **kwargs)

    def made(replicas, total=None):
        w, _ = _variables(tf)
        optimizer = make(replicas, total)
        optimizer.apply_gradients([(tf.ones([2]), w)], tf.train.get_or_create_global_step())
        return optimizer

    return {
        "variables": (lambda: make(1).apply_gradients([]), "at least one variable"),
        "step": (lambda: make(1).apply_gradients([(tf.ones([2]), _variables(tf)[0])]), "Global step"),
        "runner": (lambda: make(1).get_chief_queue_runner(), "after apply_gradients"),
        "tokens": (lambda: make(1).get_init_tokens_op(), "after apply_gradients"),
        "hook": (lambda: make(1).make_session_run_hook(True).begin(), "before using the hook"),
        "too few": (lambda: made(3, 1).get_init_tokens_op(1), "vs"),
    }
