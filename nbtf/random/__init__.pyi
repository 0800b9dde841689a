"""tf.random: random tensors, and the seeds that make them repeatable."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.random.distributions import random_normal as normal
from nbtf.random.distributions import random_uniform as uniform
from nbtf.random.distributions import truncated_normal as truncated_normal
from nbtf.random.seeds import get_seed as get_seed
from nbtf.random.seeds import set_random_seed as set_random_seed
