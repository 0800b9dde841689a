"""Distributions of single numbers: samples, densities, moments, entropies."""

import numpy as np

RTOL, ATOL = 1e-4, 1e-5


def build(tf):
    d = tf.distributions
    rate = tf.placeholder(tf.float32, [None], name="fed")
    made = {
        "normal": (d.Normal([0.0, 1.0], 2.0), [1.0, -9.0]),
        "laplace": (d.Laplace([0.0, 1.0], 3.0), [1.0, -9.0]),
        "uniform": (d.Uniform(0.0, [1.0, 2.0]), [1.0, 0.2]),
        "gamma": (d.Gamma([1.0, 2.0], 3.0), [1.0, 0.2]),
        "exponential": (d.Exponential([1.0, 2.0]), [1.0, 0.2]),
        "student": (d.StudentT([1.5, 2.5], 3.0, 2.0), [1.0, 9.0]),
        "beta": (d.Beta([1.5, 2.0], 3.0), [0.1, 0.2]),
        "fed": (d.Normal(rate, 1.0), [1.0, 2.0]),
        "bernoulli": (d.Bernoulli(logits=[0.0, 1.0]), [1, 0]),
        "bernoulli_probs": (d.Bernoulli(probs=[0.25, 0.75], dtype=tf.float32), 1.0),
        "categorical": (d.Categorical(logits=[[1.0, 2.0, 3.0], [0.0, 0.0, 1.0]]), [0, 2]),
        "categorical_probs": (d.Categorical(probs=[0.2, 0.5, 0.3], dtype=tf.int64, name="probs"), [0, 1, 2]),
        "checked_normal": (d.Normal(0.0, 2.0, validate_args=True), 1.0),
        "checked_uniform": (d.Uniform(0.0, 2.0, validate_args=True), 1.0),
        "checked_gamma": (d.Gamma(1.5, 2.0, validate_args=True), 1.0),
        "checked_exponential": (d.Exponential(2.0, validate_args=True), 1.0),
        "checked_beta": (d.Beta(1.5, 2.0, validate_args=True, allow_nan_stats=False), 0.25),
        "checked_student": (d.StudentT(2.5, 2.0, 1.0, validate_args=True, allow_nan_stats=False), 0.25),
        "checked_bernoulli": (d.Bernoulli(probs=[0.5], validate_args=True), [1]),
        "checked_categorical": (d.Categorical(probs=[0.5, 0.5], validate_args=True), 1),
    }
    fetches = {}
    for name, (one, value) in made.items():
        fetches[f"{name}_sample"] = one.sample(seed=7)
        fetches[f"{name}_pair"] = one.sample(2, seed=9)
        fetches[f"{name}_samples"] = one.sample([3, 2], seed=8, name="samples")
        for method in ("log_prob", "prob", "cdf", "log_cdf", "survival_function", "log_survival_function"):
            try:
                fetches[f"{name}_{method}"] = getattr(one, method)(value)
            except NotImplementedError:
                continue
        for method in ("mean", "variance", "stddev", "mode", "entropy", "batch_shape_tensor", "event_shape_tensor"):
            try:
                fetches[f"{name}_{method}"] = getattr(one, method)()
            except NotImplementedError:
                continue
        one.is_scalar_event(), one.is_scalar_batch()
    fetches["range"] = made["uniform"][0].range()
    fetches["copied"] = made["normal"][0].copy(loc=5.0).mean()
    fetches["shapes"] = d.Normal.param_shapes([2])["scale"]
    fetches["gradient"] = tf.gradients(d.Normal(rate, 1.0, name="last").sample(seed=1), rate)[0]
    return fetches


FEEDS = {"fed:0": np.float32([0.5, 1.5])}


def errors(tf):
    d = tf.distributions
    return {
        "both": (lambda: d.Bernoulli(logits=1.0, probs=0.5), "but not both"),
        "none": (lambda: d.Categorical(), "but not both"),
        "ints": (lambda: d.Normal(1, 2), "Expected floating point type"),
        "dtypes": (lambda: d.Normal(tf.constant(1.0), tf.constant(2.0, tf.float64)), "must be of the same type"),
        "cdf": (lambda: d.Bernoulli(logits=1.0).cdf(1), "cdf is not implemented: Bernoulli"),
        "mode": (lambda: d.Uniform().mode(), "mode is not implemented: Uniform"),
        "mean": (lambda: d.Categorical(logits=[1.0, 2.0]).mean(), "mean is not implemented: Categorical"),
        "covariance": (lambda: d.Normal(0.0, 1.0).covariance(), "covariance is not implemented: Normal"),
        "scalar": (lambda: d.Categorical(logits=1.0), "at least rank 1"),
        "checked": (lambda: d.Normal(0.0, -1.0, validate_args=True), "Condition x > 0 did not hold"),
    }
