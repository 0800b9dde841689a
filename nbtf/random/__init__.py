"""tf.random: random tensors, and the seeds that make them repeatable."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.nn.sampling": (
        "all_candidate_sampler",
        "fixed_unigram_candidate_sampler",
        "learned_unigram_candidate_sampler",
        "log_uniform_candidate_sampler",
        "uniform_candidate_sampler",
    ),
    "nbtf.random.distributions": (
        "random_gamma as gamma",
        "random_normal as normal",
        "random_poisson as poisson",
        "random_uniform as uniform",
        "truncated_normal",
    ),
    "nbtf.random.generators": ("Generator", "create_rng_state", "get_global_generator", "set_global_generator"),
    "nbtf.random.sampling": ("categorical", "multinomial", "random_shuffle as shuffle"),
    "nbtf.random.seeds": ("get_seed", "set_random_seed"),
    "nbtf.random.stateless": (
        "Algorithm",
        "fold_in",
        "split",
        "stateless_categorical",
        "stateless_multinomial",
        "stateless_parameterized_truncated_normal",
        "stateless_random_binomial as stateless_binomial",
        "stateless_random_gamma as stateless_gamma",
        "stateless_random_normal as stateless_normal",
        "stateless_random_poisson as stateless_poisson",
        "stateless_random_uniform as stateless_uniform",
        "stateless_truncated_normal",
    ),
}

_names = NameSpace(__name__, _EXPORTS, ("experimental",))
__getattr__, __dir__ = _names.find, _names.list
