"""tf.estimator.Estimator: the graphs of training, evaluation and prediction, files, numbers, and going on."""

import os

from programs.estimator_runs import add_graphs, batches, events, folder, graph_keeper, once, run_once, signatures, tree


def model(tf, features, labels, mode, params):
    logits = tf.layers.dense(features["x"], 1, name="d", kernel_initializer=tf.constant_initializer(0.5))
    probabilities = tf.sigmoid(logits)
    if mode == tf.estimator.ModeKeys.PREDICT:
        outputs = {
            "serving_default": tf.estimator.export.PredictOutput({"p": probabilities}),
            "logits": tf.estimator.export.PredictOutput(logits),
            "value": tf.estimator.export.RegressionOutput(logits),
        }
        predictions = {"p": probabilities, "logits": logits}
        return tf.estimator.EstimatorSpec(mode, predictions=predictions, export_outputs=outputs)
    loss = tf.losses.sigmoid_cross_entropy(labels, logits)
    optimizer = tf.train.GradientDescentOptimizer(params["rate"])
    train_op = optimizer.minimize(loss, tf.train.get_global_step())
    metrics = {"mean": tf.metrics.mean(probabilities)}
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op, eval_metric_ops=metrics)


def build(tf):
    kept, build.found = run_once(tf, __name__, trained)
    add_graphs(tf, kept)
    return {}


def trained(tf):
    kept, found = {}, {}

    class Losses(tf.train.SessionRunHook):
        """Keeps the losses that it sees."""

        values = ()

        def before_run(self, run_context):
            return tf.train.SessionRunArgs(run_context.session.graph.get_collection(tf.GraphKeys.LOSSES))

        def after_run(self, run_context, run_values):
            self.values += (run_values.results[-1],)

    def model_fn(features, labels, mode, params):
        return model(tf, features, labels, mode, params)

    with folder() as path:
        config = tf.estimator.RunConfig(save_checkpoints_steps=2, keep_checkpoint_max=2, tf_random_seed=7)
        estimator = tf.estimator.Estimator(model_fn, path, config=config, params={"rate": 0.5})
        losses = Losses()
        estimator.train(batches(tf), steps=3, hooks=[losses, graph_keeper(tf, kept, "train")])
        again = tf.estimator.Estimator(model_fn, path, config=config, params={"rate": 0.5})
        again.train(batches(tf), max_steps=5, hooks=[losses])
        again.train(batches(tf), max_steps=5, hooks=[losses])
        found["losses"] = losses.values
        evaluated = again.evaluate(once(tf), hooks=[graph_keeper(tf, kept, "eval")])
        named = again.evaluate(batches(tf), steps=1, name="first")
        earlier = again.evaluate(once(tf), checkpoint_path=os.path.join(path, "model.ckpt-3"))
        for label, results in (("all", evaluated), ("named", named), ("earlier", earlier)):
            found.update({f"{label} {key}": value for key, value in results.items()})
        keeper = graph_keeper(tf, kept, "predict")
        for i, example in enumerate(again.predict(once(tf), hooks=[keeper])):
            found.update({f"prediction {i} {key}": value for key, value in example.items()})
        keyed = again.predict(once(tf), predict_keys=["p"], yield_single_examples=False)
        found.update({f"batch {i} {key}": value for i, batch in enumerate(keyed) for key, value in batch.items()})
        found["names"] = again.get_variable_names()
        found["kernel"] = again.get_variable_value("d/kernel")
        found["latest"] = os.path.basename(again.latest_checkpoint())
        receiver = tf.estimator.export.build_raw_serving_input_receiver_fn({"x": tf.placeholder(tf.float32, [None, 2])})
        exported = again.export_saved_model(os.path.join(path, "export"), receiver)
        found["signatures"] = signatures(os.fsdecode(exported), tf)
        found["files"] = tree(path)
        found["training events"] = [line for line in events(tf, path) if "/sec" not in line]
        found["evaluation events"] = events(tf, again.eval_dir())
        with open(os.path.join(path, "checkpoint")) as state:
            found["state"] = state.read().splitlines()
    return kept, found


def run(tf, session, fetches):
    return build.found


def errors(tf):
    def model_fn(features, labels, mode, params):
        return model(tf, features, labels, mode, params)

    def estimator(function=model_fn, params=None, **kwargs):
        return tf.estimator.Estimator(function, params={"rate": 0.5} if params is None else params, **kwargs)

    def call(method, *args, **kwargs):
        with folder() as path:
            return getattr(estimator(model_dir=path), method)(*args, **kwargs)

    def metric(name):
        def function(features, labels, mode):
            metrics = {name: tf.metrics.mean(1.0)}
            return tf.estimator.EstimatorSpec(mode, loss=tf.constant(1.0), eval_metric_ops=metrics)

        with folder() as path:
            tf.estimator.Estimator(function, path).evaluate(once(tf), steps=1)

    def predict(predictions, **kwargs):
        def function(features, mode):
            return tf.estimator.EstimatorSpec(mode, predictions=predictions())

        with folder() as path:
            next(tf.estimator.Estimator(function, path).predict(once(tf), **kwargs))

    class Other(tf.estimator.Estimator):
        def train(self):
            pass

    def two():
        return {"a": tf.constant([1, 2]), "b": tf.constant([1, 2, 3])}

    config = tf.estimator.RunConfig(model_dir="somewhere")
    input_fn = batches(tf)
    return {
        "no model": (lambda: tf.estimator.Estimator(None), "model_fn must be provided"),
        "config": (lambda: estimator(config=3), "instance of `RunConfig`"),
        "two folders": (lambda: estimator(config=config, model_dir="elsewhere"), "with different values"),
        "no features": (lambda: estimator(lambda labels: 1), "must include features"),
        "other arguments": (lambda: estimator(lambda features, params, x: 1), "not expected args: \\['x'\\]"),
        "no params": (lambda: estimator(lambda features: 1), "does not include params"),
        "warm start": (lambda: estimator(warm_start_from=3), "string or a WarmStartSettings"),
        "overridden": (lambda: Other(model_fn), "does override \\['train'\\]"),
        "both steps": (lambda: call("train", input_fn, steps=1, max_steps=2), "both steps and max_steps"),
        "no steps": (lambda: call("train", input_fn, steps=0), "Must specify steps > 0"),
        "no max steps": (lambda: call("train", input_fn, max_steps=0), "Must specify max_steps > 0"),
        "hooks": (lambda: call("train", input_fn, steps=1, hooks=[3]), "must be a SessionRunHook"),
        "listeners": (lambda: call("train", input_fn, steps=1, saving_listeners=[3]), "CheckpointSaverListener"),
        "no evaluations": (lambda: call("evaluate", input_fn, steps=0), "Must specify steps > 0"),
        "no checkpoint": (lambda: call("get_variable_names"), "Could not find trained model"),
        "no values": (lambda: call("get_variable_value", "d/bias"), "Could not find trained model"),
        "export of nothing": (lambda: call("export_saved_model", "x", lambda: 1), "Couldn't find trained model"),
        "export without inputs": (lambda: call("export_saved_model", "x", None), "input_receiver_fn must be defined"),
        "three parts": (lambda: call("train", lambda: (1, 2, 3), steps=1), "len 2 tuple"),
        "no spec": (lambda: estimator(lambda features, labels, params: 3).train(input_fn, steps=1), "EstimatorSpec"),
        "no labels": (lambda: estimator(lambda features, params: 3).train(input_fn, steps=1), "does not take labels"),
        "loss twice": (lambda: metric("loss"), 'Metric with name "loss"'),
        "step twice": (lambda: metric("global_step"), "Metric with name `global_step`"),
        "keys": (lambda: predict(two, predict_keys=["c"]), "at least one output"),
        "keys of none": (lambda: predict(lambda: tf.constant([1]), predict_keys=["c"]), "non-dict predictions"),
        "lengths": (lambda: predict(two), "b has different batch length"),
    }
