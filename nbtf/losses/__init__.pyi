"""tf.losses: losses with weights and reductions, and their collection."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.losses.collecting import add_loss as add_loss
from nbtf.losses.collecting import get_losses as get_losses
from nbtf.losses.collecting import get_regularization_loss as get_regularization_loss
from nbtf.losses.collecting import get_regularization_losses as get_regularization_losses
from nbtf.losses.collecting import get_total_loss as get_total_loss
from nbtf.losses.functions import absolute_difference as absolute_difference
from nbtf.losses.functions import cosine_distance as cosine_distance
from nbtf.losses.functions import hinge_loss as hinge_loss
from nbtf.losses.functions import huber_loss as huber_loss
from nbtf.losses.functions import log_loss as log_loss
from nbtf.losses.functions import mean_pairwise_squared_error as mean_pairwise_squared_error
from nbtf.losses.functions import mean_squared_error as mean_squared_error
from nbtf.losses.functions import sigmoid_cross_entropy as sigmoid_cross_entropy
from nbtf.losses.functions import softmax_cross_entropy as softmax_cross_entropy
from nbtf.losses.functions import sparse_softmax_cross_entropy as sparse_softmax_cross_entropy
from nbtf.losses.weighting import Reduction as Reduction
from nbtf.losses.weighting import compute_weighted_loss as compute_weighted_loss
