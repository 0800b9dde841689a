"""tf.contrib.losses: losses whose weights may be one for each example."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib.losses import metric_learning as metric_learning
from nbtf.contrib.losses.functions import absolute_difference as absolute_difference
from nbtf.contrib.losses.functions import cosine_distance as cosine_distance
from nbtf.contrib.losses.functions import hinge_loss as hinge_loss
from nbtf.contrib.losses.functions import log_loss as log_loss
from nbtf.contrib.losses.functions import mean_pairwise_squared_error as mean_pairwise_squared_error
from nbtf.contrib.losses.functions import mean_squared_error as mean_squared_error
from nbtf.contrib.losses.functions import sigmoid_cross_entropy as sigmoid_cross_entropy
from nbtf.contrib.losses.functions import softmax_cross_entropy as softmax_cross_entropy
from nbtf.contrib.losses.functions import sparse_softmax_cross_entropy as sparse_softmax_cross_entropy
from nbtf.contrib.losses.weighting import compute_weighted_loss as compute_weighted_loss
from nbtf.losses.collecting import add_loss as add_loss
from nbtf.losses.collecting import get_losses as get_losses
from nbtf.losses.collecting import get_regularization_losses as get_regularization_losses
from nbtf.losses.collecting import get_total_loss as get_total_loss
