"""tf.contrib.training: training and evaluating in monitored sessions, and hyperparameters."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib.training.evaluation import StopAfterNEvalsHook as StopAfterNEvalsHook
from nbtf.contrib.training.evaluation import SummaryAtEndHook as SummaryAtEndHook
from nbtf.contrib.training.evaluation import evaluate_once as evaluate_once
from nbtf.contrib.training.evaluation import evaluate_repeatedly as evaluate_repeatedly
from nbtf.contrib.training.evaluation import get_or_create_eval_step as get_or_create_eval_step
from nbtf.contrib.training.hyperparameters import HParams as HParams
from nbtf.contrib.training.hyperparameters import parse_values as parse_values
from nbtf.contrib.training.train_ops import add_gradients_summaries as add_gradients_summaries
from nbtf.contrib.training.train_ops import clip_gradient_norms as clip_gradient_norms
from nbtf.contrib.training.train_ops import clip_gradient_norms_fn as clip_gradient_norms_fn
from nbtf.contrib.training.train_ops import create_train_op as create_train_op
from nbtf.contrib.training.train_ops import multiply_gradients as multiply_gradients
from nbtf.contrib.training.train_ops import train as train
from nbtf.train.checkpoint_waiting import checkpoints_iterator as checkpoints_iterator
from nbtf.train.checkpoint_waiting import wait_for_new_checkpoint as wait_for_new_checkpoint
