"""EstimatorSpec, RunConfig, export outputs and receivers: what they make, and what they refuse."""

import json
import os
from unittest import mock


def build(tf):
    export = tf.estimator.export
    one = tf.constant([1.0], name="one")
    spec = tf.estimator.EstimatorSpec("train", loss=one, train_op=tf.Variable(1.0, name="v"))
    mean = tf.metrics.mean(one, name="m")
    evaluation = export.EvalOutput(
        tf.constant(2.0, name="loss"), {"p": one}, {"m": mean, ("n", "o"): (one, tf.no_op())}
    )
    raw = export.build_raw_serving_input_receiver_fn({"a": tf.zeros([2, 3], name="a"), "b": tf.constant(1, name="b")})()
    parsed = export.build_parsing_serving_input_receiver_fn(
        {"x": tf.FixedLenFeature([2], tf.float32), "y": tf.VarLenFeature(tf.string)}, 4
    )()
    supervised = tf.estimator.experimental.build_raw_supervised_input_receiver_fn({"f": one}, one)()
    single = export.ServingInputReceiver(one, one, {"other": one})
    text = {"in": tf.placeholder(tf.string, [None], name="in")}
    predicted = tf.estimator.EstimatorSpec("infer", predictions=one, export_outputs={"a": export.PredictOutput(one)})
    outputs = {
        "predict": export.PredictOutput({("a", "b"): one}),
        "classify": export.ClassificationOutput(scores=one, classes=tf.constant(["x"], name="classes")),
        "regress": export.RegressionOutput(one),
        "evaluate": evaluation,
    }
    build.found = {
        **{f"signature {key}": str(output.as_signature_def(text)).splitlines() for key, output in outputs.items()},
        "exports": sorted(predicted.export_outputs),
        "train op": [spec.train_op.name, spec.loss.name],
        "names": [*single.features, *single.receiver_tensors, *single.receiver_tensors_alternatives["other"]],
        "supervised names": [*supervised.features, *supervised.receiver_tensors],
        "configurations": configurations(tf),
    }
    return {
        "loss": spec.loss,
        **{f"raw {key}": value for key, value in raw.features.items()},
        "parsed x": parsed.features["x"],
        "parsed y": parsed.features["y"].values,
        "examples": parsed.receiver_tensors["examples"],
        "label": supervised.labels,
    }


def configurations(tf):
    """Lines, what RunConfig makes of each TF_CONFIG."""
    cluster = {"chief": ["a:1"], "worker": ["b:1", "c:1"], "ps": ["d:2"]}
    lines = []
    for environment in (
        {},
        {"model_dir": "q", "session_master": "z"},
        {"service": {"a": 1}},
        {"cluster": cluster, "task": {"type": "worker", "index": 1}},
        {"cluster": cluster, "task": {"type": "chief", "index": 0}},
        {"cluster": cluster, "task": {"type": "ps", "index": 0}},
        {"cluster": cluster, "task": {"type": "evaluator", "index": 0}},
        {"cluster": {"master": ["a:1"], "worker": ["b:1"]}, "task": {"type": "master", "index": 0}},
    ):
        with mock.patch.dict(os.environ, {"TF_CONFIG": json.dumps(environment)}):
            found = vars(tf.estimator.RunConfig(save_checkpoints_steps=3).replace(save_summary_steps=7))
        lines += [f"{name} {value}" for name, value in sorted(found.items()) if "distribut" not in name]
    return lines


def run(tf, session, fetches):
    return build.found


def errors(tf):
    spec, export = tf.estimator.EstimatorSpec, tf.estimator.export
    config = tf.estimator.RunConfig

    def one():
        return tf.constant(1.0)

    def train(**kwargs):
        return spec("train", **{"loss": one(), "train_op": tf.no_op(), **kwargs})

    def foreign():
        with tf.Graph().as_default():
            return one()

    def predict(outputs):
        return spec("infer", predictions=one(), export_outputs=outputs())

    def two():
        return {"a": export.PredictOutput(one()), "b": export.PredictOutput(one())}

    def in_cluster(cluster, **task):
        environment = {"cluster": cluster, "task": task} if task else {"cluster": cluster}
        with mock.patch.dict(os.environ, {"TF_CONFIG": json.dumps(environment)}):
            config()

    chief = {"chief": ["a:1"]}
    supervised = tf.estimator.experimental.build_raw_supervised_input_receiver_fn
    return {
        "no train op": (lambda: spec("train", loss=one()), "Missing train_op"),
        "no loss": (lambda: spec("eval"), "Missing loss"),
        "no predictions": (lambda: spec("infer"), "Missing predictions"),
        "long loss": (lambda: train(loss=tf.constant([1.0, 2.0])), "Loss must be scalar"),
        "loss": (lambda: train(loss=1.0), "loss must be Tensor"),
        "train op": (lambda: train(train_op=3), "train_op must be Operation or Tensor"),
        "prediction": (lambda: train(predictions={"a": 3}), "predictions\\[a\\] must be Tensor"),
        "predictions": (lambda: train(predictions="x"), "predictions must be Tensor"),
        "metrics": (lambda: train(eval_metric_ops=[1]), "eval_metric_ops must be a dict"),
        "metric": (lambda: train(eval_metric_ops={"a": one()}), "tuples, given"),
        "hook": (lambda: train(training_hooks=[3]), "SessionRunHook instances"),
        "scaffold": (lambda: train(scaffold=3), "must be tf.train.Scaffold"),
        "foreign loss": (lambda: train(loss=foreign()), "must be from the default graph"),
        "foreign prediction": (lambda: train(predictions={"p": foreign()}), '"p: Const:0" must be from'),
        "other mode": (lambda: train()._replace(mode="eval"), "mode of EstimatorSpec cannot be changed"),
        "outputs": (lambda: predict(lambda: [1]), "must be dict"),
        "output": (lambda: predict(lambda: {"a": one()}), "must be ExportOutput objects"),
        "no default": (lambda: predict(two), "none of them are specified as the default"),
        "save twice": (lambda: config(save_checkpoints_steps=3, save_checkpoints_secs=4), "cannot be both set"),
        "seed": (lambda: config(tf_random_seed=1.5), "must be integer"),
        "steps": (lambda: config(save_checkpoints_steps=-1), "should be >= 0"),
        "log": (lambda: config(log_step_count_steps=0), "should be > 0"),
        "session": (lambda: config(session_config=3), "ConfigProto"),
        "device": (lambda: config(device_fn=lambda a, b: 1), "exactly one argument"),
        "protocol": (lambda: config(protocol="x"), "grpc"),
        "folder": (lambda: config(model_dir=""), "non-empty"),
        "replace": (lambda: config().replace(master="x"), "Replacing master is not supported"),
        "no chief": (lambda: in_cluster({"worker": ["a:1"]}, type="worker", index=0), 'must have one "chief"'),
        "two chiefs": (lambda: in_cluster({"chief": ["a:1", "b:1"]}, type="chief", index=0), "only one"),
        "no task": (lambda: in_cluster(chief), "task type must be set"),
        "no index": (lambda: in_cluster(chief, type="chief"), "task index must be set"),
        "index": (lambda: in_cluster(chief, type="chief", index=1), "not a valid task_id"),
        "type": (lambda: in_cluster(chief, type="x", index=0), "not a valid task_type"),
        "negative": (lambda: in_cluster(chief, type="chief", index=-1), "non-negative"),
        "no cluster": (lambda: in_cluster({}, type="worker", index=1), "task index must be 0"),
        "lone evaluator": (lambda: in_cluster({}, type="evaluator", index=0), "task type must be WORKER"),
        "scores": (lambda: export.ClassificationOutput(scores=tf.constant("a")), "must be a float32"),
        "classes": (lambda: export.ClassificationOutput(classes=one()), "must be a string"),
        "neither": (lambda: export.ClassificationOutput(), "empty arguments"),
        "regression": (lambda: export.RegressionOutput(tf.constant(1)), "must be a float32"),
        "key": (lambda: export.PredictOutput({3: one()}), "key must be a string"),
        "value": (lambda: export.PredictOutput({"a": "x"}), "value must be a Tensor"),
        "not text": (
            lambda: export.RegressionOutput(one()).as_signature_def({"a": one()}),
            "can only accept a single tensor input",
        ),
        "no features": (lambda: export.ServingInputReceiver(None, one()), "features must be defined"),
        "no receiver": (lambda: export.ServingInputReceiver(one(), None), "receiver_tensors must be defined"),
        "feature": (lambda: export.ServingInputReceiver({"a": "x"}, one()), "feature a must be a Tensor"),
        "receiver": (lambda: export.ServingInputReceiver(one(), {3: one()}), "keys must be strings"),
        "alternatives": (lambda: export.ServingInputReceiver(one(), one(), [1]), "must be a dict"),
        "dictionary": (lambda: export.TensorServingInputReceiver({"a": one()}, one()), "feature must be a Tensor"),
        "names": (lambda: supervised({"x": one()}, {"x": one()})(), "distinct keys"),
        "nothing to parse": (lambda: export.build_parsing_serving_input_receiver_fn({})(), "cannot be None"),
        "no checkpoint": (lambda: tf.estimator.WarmStartSettings(""), "MUST be set"),
    }
