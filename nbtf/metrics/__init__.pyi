"""tf.metrics: values over all batches seen, each with an operation that adds a batch."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.metrics.areas import auc as auc
from nbtf.metrics.at_k import precision_at_k as precision_at_k
from nbtf.metrics.at_k import precision_at_top_k as precision_at_top_k
from nbtf.metrics.at_k import recall_at_k as recall_at_k
from nbtf.metrics.at_k import recall_at_top_k as recall_at_top_k
from nbtf.metrics.at_k import sparse_precision_at_k as sparse_precision_at_k
from nbtf.metrics.average_precision import average_precision_at_k as average_precision_at_k
from nbtf.metrics.average_precision import sparse_average_precision_at_k as sparse_average_precision_at_k
from nbtf.metrics.classes import mean_iou as mean_iou
from nbtf.metrics.classes import mean_per_class_accuracy as mean_per_class_accuracy
from nbtf.metrics.counts import false_negatives as false_negatives
from nbtf.metrics.counts import false_positives as false_positives
from nbtf.metrics.counts import precision as precision
from nbtf.metrics.counts import recall as recall
from nbtf.metrics.counts import true_negatives as true_negatives
from nbtf.metrics.counts import true_positives as true_positives
from nbtf.metrics.means import accuracy as accuracy
from nbtf.metrics.means import mean as mean
from nbtf.metrics.means import mean_absolute_error as mean_absolute_error
from nbtf.metrics.means import mean_cosine_distance as mean_cosine_distance
from nbtf.metrics.means import mean_relative_error as mean_relative_error
from nbtf.metrics.means import mean_squared_error as mean_squared_error
from nbtf.metrics.means import mean_tensor as mean_tensor
from nbtf.metrics.means import percentage_below as percentage_below
from nbtf.metrics.means import root_mean_squared_error as root_mean_squared_error
from nbtf.metrics.thresholds import false_negatives_at_thresholds as false_negatives_at_thresholds
from nbtf.metrics.thresholds import false_positives_at_thresholds as false_positives_at_thresholds
from nbtf.metrics.thresholds import precision_at_thresholds as precision_at_thresholds
from nbtf.metrics.thresholds import recall_at_thresholds as recall_at_thresholds
from nbtf.metrics.thresholds import sensitivity_at_specificity as sensitivity_at_specificity
from nbtf.metrics.thresholds import specificity_at_sensitivity as specificity_at_sensitivity
from nbtf.metrics.thresholds import true_negatives_at_thresholds as true_negatives_at_thresholds
from nbtf.metrics.thresholds import true_positives_at_thresholds as true_positives_at_thresholds
