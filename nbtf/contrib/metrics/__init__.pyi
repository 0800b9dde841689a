"""tf.contrib.metrics: values of one batch, and metrics over all batches with predictions first, labels second."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib.metrics.scores import accuracy as accuracy
from nbtf.contrib.metrics.scores import aggregate_metric_map as aggregate_metric_map
from nbtf.contrib.metrics.scores import aggregate_metrics as aggregate_metrics
from nbtf.contrib.metrics.scores import f1_score as f1_score
from nbtf.contrib.metrics.streaming import streaming_accuracy as streaming_accuracy
from nbtf.contrib.metrics.streaming import streaming_auc as streaming_auc
from nbtf.contrib.metrics.streaming import streaming_false_negatives as streaming_false_negatives
from nbtf.contrib.metrics.streaming import streaming_false_negatives_at_thresholds as streaming_false_negatives_at_thresholds
from nbtf.contrib.metrics.streaming import streaming_false_positives as streaming_false_positives
from nbtf.contrib.metrics.streaming import streaming_false_positives_at_thresholds as streaming_false_positives_at_thresholds
from nbtf.contrib.metrics.streaming import streaming_mean_absolute_error as streaming_mean_absolute_error
from nbtf.contrib.metrics.streaming import streaming_mean_cosine_distance as streaming_mean_cosine_distance
from nbtf.contrib.metrics.streaming import streaming_mean_iou as streaming_mean_iou
from nbtf.contrib.metrics.streaming import streaming_mean_relative_error as streaming_mean_relative_error
from nbtf.contrib.metrics.streaming import streaming_mean_squared_error as streaming_mean_squared_error
from nbtf.contrib.metrics.streaming import streaming_precision as streaming_precision
from nbtf.contrib.metrics.streaming import streaming_precision_at_thresholds as streaming_precision_at_thresholds
from nbtf.contrib.metrics.streaming import streaming_recall as streaming_recall
from nbtf.contrib.metrics.streaming import streaming_recall_at_thresholds as streaming_recall_at_thresholds
from nbtf.contrib.metrics.streaming import streaming_root_mean_squared_error as streaming_root_mean_squared_error
from nbtf.contrib.metrics.streaming import streaming_sensitivity_at_specificity as streaming_sensitivity_at_specificity
from nbtf.contrib.metrics.streaming import streaming_specificity_at_sensitivity as streaming_specificity_at_sensitivity
from nbtf.contrib.metrics.streaming import streaming_true_negatives as streaming_true_negatives
from nbtf.contrib.metrics.streaming import streaming_true_negatives_at_thresholds as streaming_true_negatives_at_thresholds
from nbtf.contrib.metrics.streaming import streaming_true_positives as streaming_true_positives
from nbtf.contrib.metrics.streaming import streaming_true_positives_at_thresholds as streaming_true_positives_at_thresholds
from nbtf.metrics.means import mean as streaming_mean
from nbtf.metrics.means import mean_tensor as streaming_mean_tensor
from nbtf.metrics.means import percentage_below as streaming_percentage_less
