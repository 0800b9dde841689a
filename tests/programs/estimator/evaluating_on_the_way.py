"""tf.estimator.train_and_evaluate and exporters: evaluations, what is exported and kept, what is refused."""

import os

from programs.estimator_runs import X, add_graphs, batches, events, folder, graph_keeper, once, run_once, tree


def model(tf, features, labels, mode):
    w = tf.get_variable("w", [2, 1], initializer=tf.constant_initializer(1.0))
    y = tf.matmul(features["x"], w)
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(mode, predictions=y)
    loss = tf.losses.mean_squared_error(labels, y)
    train_op = tf.train.GradientDescentOptimizer(0.1).minimize(loss, tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)


def never(best_eval_result, current_eval_result):
    return False


def build(tf):
    kept, build.found = run_once(tf, __name__, trained)
    add_graphs(tf, kept)
    return {}


def trained(tf):
    kept, found, exported = {}, {}, []
    receiver = tf.estimator.export.build_raw_serving_input_receiver_fn({"x": tf.placeholder(tf.float32, [None, 2])})

    class Exporter(tf.estimator.Exporter):
        """Keeps what it is called with."""

        name = "own"

        def export(self, estimator, export_path, checkpoint_path, eval_result, is_the_final_export):
            path = os.path.relpath(export_path, estimator.model_dir)
            exported.append(f"{path} {os.path.basename(checkpoint_path)} {sorted(eval_result)} {is_the_final_export}")
            return path

    def model_fn(features, labels, mode):
        return model(tf, features, labels, mode)

    with folder() as path:
        config = tf.estimator.RunConfig(save_checkpoints_steps=2, model_dir=path)
        estimator = tf.estimator.Estimator(model_fn, config=config)
        train_spec = tf.estimator.TrainSpec(batches(tf), max_steps=5)
        eval_spec = tf.estimator.EvalSpec(
            once(tf), steps=None, throttle_secs=0, hooks=[graph_keeper(tf, kept, "eval")],
            exporters=[
                tf.estimator.LatestExporter("latest", receiver, exports_to_keep=1),
                tf.estimator.FinalExporter("final", receiver),
                tf.estimator.BestExporter("best", receiver),
                tf.estimator.BestExporter("worst", receiver, compare_fn=never),
                Exporter(),
            ],
        )  # fmt: skip
        results, exports = tf.estimator.train_and_evaluate(estimator, train_spec, eval_spec)
        found.update({f"result {key}": value for key, value in results.items()})
        found["exports"] = [os.path.basename(os.path.dirname(os.fsdecode(one or b"/none/x"))) for one in exports]
        found["own"] = exported
        found["files"] = tree(path)
        found["evaluations"] = events(tf, estimator.eval_dir())
        again = tf.estimator.train_and_evaluate(estimator, train_spec, eval_spec)
        found["again"] = [str(part) for part in again]
        slow = tf.estimator.EvalSpec(once(tf), name="slow", throttle_secs=1000)
        tf.estimator.train_and_evaluate(estimator, tf.estimator.TrainSpec(batches(tf), max_steps=11), slow)
        found["slow evaluations"] = events(tf, estimator.eval_dir("slow"))
    with folder() as other:
        warm = tf.estimator.WarmStartSettings(path, "w") if os.path.exists(path) else None
        found["is gone"] = warm is None
        first = tf.estimator.Estimator(model_fn, other).train(batches(tf), steps=2)
        with folder() as third:
            second = tf.estimator.Estimator(model_fn, third, warm_start_from=other)
            second.train(batches(tf), steps=1, hooks=[graph_keeper(tf, kept, "warm")])
            found["first w"], found["second w"] = first.get_variable_value("w"), second.get_variable_value("w")
            found["second step"] = second.get_variable_value("global_step")
    return kept, found


def run(tf, session, fetches):
    return build.found


def errors(tf):
    def input_fn():
        return {"x": X}, X

    train, evaluate = tf.estimator.TrainSpec, tf.estimator.EvalSpec
    latest = tf.estimator.LatestExporter("a", input_fn)
    best = tf.estimator.BestExporter
    estimator = tf.estimator.Estimator(lambda features, mode: 1, "somewhere")
    together = tf.estimator.train_and_evaluate
    return {
        "train input": (lambda: train(3), "must be callable"),
        "max steps": (lambda: train(input_fn, 0), "max_steps > 0"),
        "train hooks": (lambda: train(input_fn, hooks=[3]), "must be `SessionRunHook`"),
        "listeners": (lambda: train(input_fn, 1, saving_listeners=[3]), "must be `CheckpointSaverListener`"),
        "evaluation input": (lambda: evaluate(3), "must be callable"),
        "steps": (lambda: evaluate(input_fn, 0), "steps > 0"),
        "hooks": (lambda: evaluate(input_fn, hooks=[3]), "must be `SessionRunHook`"),
        "name": (lambda: evaluate(input_fn, name=3), "must be string"),
        "exporters": (lambda: evaluate(input_fn, exporters=3), "must be an Exporter"),
        "exporter": (lambda: evaluate(input_fn, exporters=[3]), "must be an Exporter"),
        "two of a name": (lambda: evaluate(input_fn, exporters=[latest, latest]), "unique names"),
        "delay": (lambda: evaluate(input_fn, start_delay_secs=-1), "start_delay_secs >= 0"),
        "throttle": (lambda: evaluate(input_fn, throttle_secs=-1), "throttle_secs >= 0"),
        "keep": (lambda: tf.estimator.LatestExporter("a", input_fn, exports_to_keep=0), "must be positive"),
        "keep best": (lambda: best("a", input_fn, exports_to_keep=-1), "must be a positive number"),
        "compare": (lambda: best("a", input_fn, compare_fn=None), "must not be None"),
        "compare what": (lambda: best("a", input_fn, compare_fn=lambda a, b: 1), "must include best_eval_result"),
        "estimator": (lambda: together(3, train(input_fn, 1), evaluate(input_fn)), "must have type"),
        "train spec": (lambda: together(estimator, 3, evaluate(input_fn)), "must have type"),
        "evaluation spec": (lambda: together(estimator, train(input_fn, 1), 3), "must have type"),
    }
