"""tf.random: random tensors, and the seeds that make them repeatable."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.random import experimental as experimental
from nbtf.nn.sampling import all_candidate_sampler as all_candidate_sampler
from nbtf.nn.sampling import fixed_unigram_candidate_sampler as fixed_unigram_candidate_sampler
from nbtf.nn.sampling import learned_unigram_candidate_sampler as learned_unigram_candidate_sampler
from nbtf.nn.sampling import log_uniform_candidate_sampler as log_uniform_candidate_sampler
from nbtf.nn.sampling import uniform_candidate_sampler as uniform_candidate_sampler
from nbtf.random.distributions import random_gamma as gamma
from nbtf.random.distributions import random_normal as normal
from nbtf.random.distributions import random_poisson as poisson
from nbtf.random.distributions import random_uniform as uniform
from nbtf.random.distributions import truncated_normal as truncated_normal
from nbtf.random.generators import Generator as Generator
from nbtf.random.generators import create_rng_state as create_rng_state
from nbtf.random.generators import get_global_generator as get_global_generator
from nbtf.random.generators import set_global_generator as set_global_generator
from nbtf.random.sampling import categorical as categorical
from nbtf.random.sampling import multinomial as multinomial
from nbtf.random.sampling import random_shuffle as shuffle
from nbtf.random.seeds import get_seed as get_seed
from nbtf.random.seeds import set_random_seed as set_random_seed
from nbtf.random.stateless import Algorithm as Algorithm
from nbtf.random.stateless import fold_in as fold_in
from nbtf.random.stateless import split as split
from nbtf.random.stateless import stateless_categorical as stateless_categorical
from nbtf.random.stateless import stateless_multinomial as stateless_multinomial
from nbtf.random.stateless import stateless_parameterized_truncated_normal as stateless_parameterized_truncated_normal
from nbtf.random.stateless import stateless_random_binomial as stateless_binomial
from nbtf.random.stateless import stateless_random_gamma as stateless_gamma
from nbtf.random.stateless import stateless_random_normal as stateless_normal
from nbtf.random.stateless import stateless_random_poisson as stateless_poisson
from nbtf.random.stateless import stateless_random_uniform as stateless_uniform
from nbtf.random.stateless import stateless_truncated_normal as stateless_truncated_normal
