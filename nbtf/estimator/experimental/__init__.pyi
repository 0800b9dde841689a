"""tf.estimator.experimental: hooks that stop training or evaluate on the way, receivers of labels, functions of logits."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.estimator.canned.dnn_logits import dnn_logit_fn_builder as dnn_logit_fn_builder
from nbtf.estimator.canned.linear_logits import linear_logit_fn_builder as linear_logit_fn_builder
from nbtf.estimator.early_stopping import make_early_stopping_hook as make_early_stopping_hook
from nbtf.estimator.early_stopping import make_stop_at_checkpoint_step_hook as make_stop_at_checkpoint_step_hook
from nbtf.estimator.early_stopping import stop_if_higher_hook as stop_if_higher_hook
from nbtf.estimator.early_stopping import stop_if_lower_hook as stop_if_lower_hook
from nbtf.estimator.early_stopping import stop_if_no_decrease_hook as stop_if_no_decrease_hook
from nbtf.estimator.early_stopping import stop_if_no_increase_hook as stop_if_no_increase_hook
from nbtf.estimator.export.receivers import build_raw_supervised_input_receiver_fn as build_raw_supervised_input_receiver_fn
from nbtf.estimator.extending import call_logit_fn as call_logit_fn
from nbtf.estimator.in_memory import InMemoryEvaluatorHook as InMemoryEvaluatorHook
