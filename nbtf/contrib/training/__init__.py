"""tf.contrib.training: training and evaluating in monitored sessions, and hyperparameters."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.contrib.training.evaluation": (
        "StopAfterNEvalsHook",
        "SummaryAtEndHook",
        "evaluate_once",
        "evaluate_repeatedly",
        "get_or_create_eval_step",
    ),
    "nbtf.contrib.training.hyperparameters": ("HParams", "parse_values"),
    "nbtf.contrib.training.train_ops": (
        "add_gradients_summaries",
        "clip_gradient_norms",
        "clip_gradient_norms_fn",
        "create_train_op",
        "multiply_gradients",
        "train",
    ),
    "nbtf.train.checkpoint_waiting": ("checkpoints_iterator", "wait_for_new_checkpoint"),
}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
