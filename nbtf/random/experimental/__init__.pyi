"""tf.random.experimental: generators whose state is a variable, and functions of seeds."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.random.generators import Generator as Generator
from nbtf.random.generators import create_rng_state as create_rng_state
from nbtf.random.generators import get_global_generator as get_global_generator
from nbtf.random.generators import set_global_generator as set_global_generator
from nbtf.random.index_shuffle import index_shuffle as index_shuffle
from nbtf.random.stateless import Algorithm as Algorithm
from nbtf.random.stateless import fold_in as stateless_fold_in
from nbtf.random.stateless import split as stateless_split
from nbtf.random.stateless import stateless_shuffle as stateless_shuffle
