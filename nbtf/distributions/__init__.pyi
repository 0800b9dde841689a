"""tf.distributions: probability distributions that sample, and tell densities and moments."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.distributions.base import Distribution as Distribution
from nbtf.distributions.base import FULLY_REPARAMETERIZED as FULLY_REPARAMETERIZED
from nbtf.distributions.base import NOT_REPARAMETERIZED as NOT_REPARAMETERIZED
from nbtf.distributions.base import ReparameterizationType as ReparameterizationType
from nbtf.distributions.categories import Bernoulli as Bernoulli
from nbtf.distributions.categories import Categorical as Categorical
from nbtf.distributions.counts import DirichletMultinomial as DirichletMultinomial
from nbtf.distributions.counts import Multinomial as Multinomial
from nbtf.distributions.divergence import RegisterKL as RegisterKL
from nbtf.distributions.divergence import kl_divergence as kl_divergence
from nbtf.distributions.gamma_family import Beta as Beta
from nbtf.distributions.gamma_family import Dirichlet as Dirichlet
from nbtf.distributions.gamma_family import Exponential as Exponential
from nbtf.distributions.gamma_family import Gamma as Gamma
from nbtf.distributions.gamma_family import StudentT as StudentT
from nbtf.distributions.location_scale import Laplace as Laplace
from nbtf.distributions.location_scale import Normal as Normal
from nbtf.distributions.location_scale import Uniform as Uniform
