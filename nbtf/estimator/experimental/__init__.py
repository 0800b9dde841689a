"""tf.estimator.experimental: hooks that stop training or evaluate on the way, receivers of labels, functions of logits."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.estimator.early_stopping": (
        "make_early_stopping_hook", "make_stop_at_checkpoint_step_hook", "stop_if_higher_hook", "stop_if_lower_hook",
        "stop_if_no_decrease_hook", "stop_if_no_increase_hook",
    ),
    "nbtf.estimator.canned.dnn_logits": ("dnn_logit_fn_builder",),
    "nbtf.estimator.canned.linear_logits": ("linear_logit_fn_builder",),
    "nbtf.estimator.extending": ("call_logit_fn",),
    "nbtf.estimator.export.receivers": ("build_raw_supervised_input_receiver_fn",),
    "nbtf.estimator.in_memory": ("InMemoryEvaluatorHook",),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
