"""Distributions of vectors, divergences, and the checks of arguments."""

RTOL, ATOL = 1e-4, 1e-5


def build(tf):
    d = tf.distributions
    dirichlet = d.Dirichlet([[1.5, 2.0, 3.0], [1.25, 1.5, 1.75]])
    counts = d.DirichletMultinomial(4.0, [[1.0, 2.0, 3.0], [1.0, 1.5, 0.5]])
    multinomial = d.Multinomial([4.0, 5.0], logits=[[1.0, 2.0, 3.0], [1.0, 1.0, 1.0]])
    of_probs = d.Multinomial(4.0, probs=[[0.125, 0.25, 0.625], [0.25, 0.25, 0.5]], name="probs")
    checked = {
        "dirichlet": (d.Dirichlet([1.5, 2.0], validate_args=True), [0.25, 0.75]),
        "counts": (d.DirichletMultinomial(3.0, [1.0, 2.0], validate_args=True), [1.0, 2.0]),
        "multinomial": (d.Multinomial(3.0, probs=[0.5, 0.5], validate_args=True), [1.0, 2.0]),
    }
    fetches = {}
    for name, one in (("dirichlet", dirichlet), ("counts", counts), ("multinomial", multinomial), ("probs", of_probs)):
        if name in ("dirichlet", "counts"):  # the rows of a batch of multinomials draw in no given order
            fetches[f"{name}_sample"] = one.sample(seed=7)
            fetches[f"{name}_samples"] = one.sample([3], seed=7)
        fetches[f"{name}_mean"] = one.mean()
        if name != "multinomial":
            fetches[f"{name}_variance"] = one.variance()
            fetches[f"{name}_covariance"] = one.covariance()
        fetches[f"{name}_event"] = one.event_shape_tensor()
    fetches["multinomial_sample"] = d.Multinomial(5.0, probs=[0.25, 0.5, 0.25], name="alone").sample([4], seed=7)
    fetches["dirichlet_entropy"] = dirichlet.entropy()
    fetches["dirichlet_mode"] = d.Dirichlet([2.0, 3.0]).mode()
    fetches["dirichlet_log_prob"] = dirichlet.log_prob([0.125, 0.25, 0.625])
    fetches["dirichlet_prob"] = dirichlet.prob([0.125, 0.25, 0.625])
    fetches["counts_log_prob"] = counts.log_prob([[1.0, 2.0, 1.0], [0.0, 0.0, 4.0]])
    fetches["multinomial_log_prob"] = multinomial.log_prob([[1.0, 2.0, 1.0], [0.0, 0.0, 5.0]])
    fetches["probs_prob"] = of_probs.prob([[1.0, 2.0, 1.0], [0.0, 0.0, 4.0]])
    for name, (one, value) in checked.items():
        fetches[f"checked_{name}"] = one.log_prob(value)
    pairs = {
        "bernoulli": (d.Bernoulli(logits=[0.0, 1.0]), d.Bernoulli(probs=[0.25, 0.5])),
        "beta": (d.Beta(1.0, 2.0), d.Beta(2.0, 3.0)),
        "categorical": (d.Categorical([1.0, 2.0]), d.Categorical([0.0, 1.0])),
        "dirichlet": (d.Dirichlet([1.0, 2.0]), d.Dirichlet([2.0, 3.0])),
        "gamma": (d.Exponential(1.0), d.Gamma(2.0, 3.0)),
        "normal": (d.Normal(1.0, 2.0), d.Normal(2.0, 3.0)),
    }
    for name, (a, b) in pairs.items():
        fetches[f"kl_{name}"] = d.kl_divergence(a, b)
        fetches[f"cross_entropy_{name}"] = a.cross_entropy(b)
    fetches["kl_checked"] = d.kl_divergence(*pairs["normal"], allow_nan_stats=False, name="checked")
    fetches["kl_method"] = pairs["normal"][0].kl_divergence(pairs["normal"][1])
    return fetches


def errors(tf):
    d = tf.distributions
    normal, bernoulli = (lambda: d.Normal(0.0, 1.0)), (lambda: d.Bernoulli(0.0))
    return {
        "no_kl": (lambda: d.kl_divergence(normal(), bernoulli()), "type Normal and distribution_b type Bernoulli"),
        "registered": (lambda: d.RegisterKL(d.Normal, d.Normal)(lambda a, b, name=None: 0), "already been registered"),
        "not_callable": (lambda: d.RegisterKL(d.Normal, d.Uniform)("x"), "must be callable"),
        "entropy": (lambda: d.DirichletMultinomial(4.0, [1.0, 2.0]).entropy(), "entropy is not implemented"),
        "mode": (lambda: d.Multinomial(4.0, logits=[1.0, 2.0]).mode(), "mode is not implemented: Multinomial"),
        "abstract": (
            lambda: d.Distribution(tf.float32, d.FULLY_REPARAMETERIZED, False, False, name="a").mean(),
            "mean is not implemented: Distribution",
        ),
        "nan_mode": (
            lambda: d.Dirichlet([1.0, 2.0], allow_nan_stats=False).mode(),
            "Mode undefined when any concentration <= 1",
        ),
    }
