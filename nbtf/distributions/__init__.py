"""tf.distributions: probability distributions that sample, and tell densities and moments."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.distributions.base": (
        "Distribution", "FULLY_REPARAMETERIZED", "NOT_REPARAMETERIZED", "ReparameterizationType",
    ),
    "nbtf.distributions.categories": ("Bernoulli", "Categorical"),
    "nbtf.distributions.counts": ("DirichletMultinomial", "Multinomial"),
    "nbtf.distributions.divergence": ("RegisterKL", "kl_divergence"),
    "nbtf.distributions.gamma_family": ("Beta", "Dirichlet", "Exponential", "Gamma", "StudentT"),
    "nbtf.distributions.location_scale": ("Laplace", "Normal", "Uniform"),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
