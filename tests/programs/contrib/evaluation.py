"""tf.contrib.training and tf.contrib.slim.evaluation: monitored training, and what evaluates its checkpoints."""

import glob
import os
import tempfile

import numpy as np


def model(tf):
    w = tf.get_variable("w", initializer=3.0)
    step = tf.train.get_or_create_global_step()
    tf.summary.scalar("w", w)
    mean, update = tf.metrics.mean(w * 2.0, name="m")
    return w, step, mean, update


def build(tf):
    training = tf.contrib.training
    w, _, _, _ = model(tf)
    v = tf.get_variable("v", initializer=[1.0, 2.0])
    tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, tf.no_op(name="moved"))
    slow, fast = tf.train.GradientDescentOptimizer(0.1), tf.train.GradientDescentOptimizer(1.0)
    loss = tf.reduce_sum(v) * w
    fetches = {
        "clipped": training.create_train_op(loss, fast, transform_grads_fn=training.clip_gradient_norms_fn(1.5)),
        "plain": training.create_train_op(
            loss,
            slow,
            None,
            variables_to_train=[v],
            transform_grads_fn=lambda pairs: training.multiply_gradients(pairs, {"v": 0.5}),
            summarize_gradients=True,
            check_numerics=False,
        ),
    }
    tf.constant(training.get_or_create_eval_step().name, name="eval_step_name")
    tf.constant(training.get_or_create_eval_step().name, name="same")
    tf.constant([one.name for one in tf.get_collection(tf.GraphKeys.EVAL_STEP)], name="collected")
    return fetches


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    results = {"clipped": session.run(fetches["clipped"]), "plain": session.run(fetches["plain"])}
    results["w"], results["v"] = session.run(["w:0", "v:0"])
    with tempfile.TemporaryDirectory() as folder:
        _train(tf, folder, results)
        _evaluate(tf, folder, results)
    return results


def _train(tf, folder, results):
    training = tf.contrib.training
    with tf.Graph().as_default():
        w, _, _, _ = model(tf)
        train_op = training.create_train_op(w * w, tf.train.GradientDescentOptimizer(0.1))
        hooks = [tf.train.StopAtStepHook(3)]
        results["trained"] = training.train(train_op, folder, hooks=hooks, save_summaries_steps=2)
    names = [name for name in os.listdir(folder) if "tfevents" not in name]
    results["files"] = sorted(names)


def _evaluate(tf, folder, results):
    training, evaluation = tf.contrib.training, tf.contrib.slim.evaluation
    path = tf.train.latest_checkpoint(folder)
    logs = os.path.join(folder, "logs")

    def record(label, function):
        with tf.Graph().as_default() as graph:
            answer = function(*model(tf))
            results[label] = [-1.0] if answer is None else answer
            if "nodes" in label:
                results[f"{label} names"] = [f"{one.name} {one.type}" for one in graph.get_operations()]

    def once(w, step, mean, update):
        return training.evaluate_once(path, eval_ops=update, final_ops=mean, hooks=[training.StopAfterNEvalsHook(3)])

    def named(w, step, mean, update):
        hooks = [training.StopAfterNEvalsHook(20), training.SummaryAtEndHook(logs)]
        ops = {"update": update, "w": w}
        return training.evaluate_once(path, eval_ops=ops, final_ops=[mean, w], hooks=hooks)

    def repeatedly(w, step, mean, update):
        hooks = [training.StopAfterNEvalsHook(None), tf.train.StopAtStepHook(num_steps=0)]
        return training.evaluate_repeatedly(
            folder, eval_ops=[update], final_ops=mean, hooks=hooks, max_number_of_evaluations=1
        )

    def of_slim(w, step, mean, update):
        feed = tf.placeholder(tf.float32, [])
        facts = {"eval_op": update, "final_op": w * feed, "final_op_feed_dict": {feed: 2.0}}
        return evaluation.evaluate_once("", path, logs, num_evals=2, variables_to_restore=[w, step], **facts)

    def loop(w, step, mean, update):
        return evaluation.evaluation_loop(
            "", folder, logs, 2, eval_op=update, final_op=mean, eval_interval_secs=0, timeout=0
        )

    record("once nodes", once)
    record("nothing", lambda *_: training.evaluate_once(path))
    record("named", named)
    record("repeatedly nodes", repeatedly)
    record("slim nodes", of_slim)
    record("loop", loop)
    record("timed out", lambda *_: evaluation.evaluation_loop("", os.path.join(folder, "none"), logs, timeout=0))
    found = training.wait_for_new_checkpoint(folder, timeout=0)
    results["waited"] = [os.path.basename(found), str(training.wait_for_new_checkpoint(folder, found, timeout=0))]
    events = [event for file in glob.glob(f"{logs}/*") for event in tf.train.summary_iterator(file)]
    results["events"] = sorted({f"{one.step} {[v.tag for v in one.summary.value]}" for one in events})
    results["steps"] = np.array(sorted({event.step for event in events}))


def errors(tf):
    training = tf.contrib.training

    def two_steps():
        for _ in range(2):
            tf.add_to_collection(tf.GraphKeys.EVAL_STEP, tf.Variable(0))
        training.get_or_create_eval_step()

    return {
        "steps": (two_steps, "Multiple tensors added to tf.GraphKeys.EVAL_STEP"),
        "summaries": (lambda: training.SummaryAtEndHook(), "One of log_dir or summary_writer should be used"),
        "train summaries": (lambda: training.train(tf.constant(1.0), None), "logdir cannot be None when"),
        "train checkpoints": (
            lambda: training.train(tf.constant(1.0), None, save_summaries_steps=None),
            "logdir cannot be None when save_checkpoint_secs",
        ),
    }
