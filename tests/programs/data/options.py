"""Options of datasets: which there are, how they are merged, and what of them is in the graph."""


def build(tf):
    data, experimental = tf.data.Dataset, tf.data.experimental
    made = {}

    def add(label, dataset):
        made[label] = tf.data.make_one_shot_iterator(dataset).get_next()

    def said(**settings):
        options = tf.data.Options()
        for name, value in settings.items():
            group, _, last = name.rpartition("__")
            setattr(getattr(options, group) if group else options, last, value)
        return options

    numbers = data.range(3)
    add("nothing", numbers.with_options(tf.data.Options()))
    everything = said(
        deterministic=True,
        experimental_slack=False,
        experimental_external_state_policy=experimental.ExternalStatePolicy.WARN,
        experimental_symbolic_checkpoint=True,
        experimental_warm_start=False,
        autotune__enabled=False,
        autotune__cpu_budget=300,
        autotune__ram_budget=2**40,
        autotune__autotune_algorithm=experimental.AutotuneAlgorithm.GRADIENT_DESCENT,
        threading__max_intra_op_parallelism=1,
        threading__private_threadpool_size=0,
    )
    add("everything", numbers.with_options(everything))
    names = (
        "apply_default_optimizations", "filter_fusion", "filter_parallelization", "inject_prefetch",
        "map_and_batch_fusion", "map_and_filter_fusion", "map_fusion", "map_parallelization", "noop_elimination",
        "parallel_batch", "shuffle_and_repeat_fusion",
    )  # fmt: skip
    rewrites = {f"experimental_optimization__{name}": i % 3 > 0 for i, name in enumerate(names)}
    add("rewrites", numbers.with_options(said(**rewrites), name="rewritten"))
    for policy in experimental.AutoShardPolicy:
        sharding = said(experimental_distribute__auto_shard_policy=policy, experimental_distribute__num_devices=2)
        add(f"policy {policy.name}", numbers.with_options(sharding))
    for policy in experimental.ExternalStatePolicy:
        add(f"state {policy.name}", numbers.with_options(said(experimental_external_state_policy=policy)))
    older = said(experimental_deterministic=False, experimental_threading=experimental.ThreadingOptions())
    add("older", numbers.with_options(older))

    one = said(deterministic=True, experimental_slack=True, autotune__cpu_budget=2)
    other = said(deterministic=False, autotune__ram_budget=5, experimental_distribute__num_devices=1)
    add("merged", numbers.with_options(one.merge(other)))
    kept = numbers.with_options(one).with_options(other).map(lambda x: x).options()
    made["kept"] = tf.constant([kept.deterministic, kept.experimental_slack, kept.autotune.ram_budget == 5])
    facts = [
        one == said(deterministic=True, experimental_slack=True, autotune__cpu_budget=2),
        one != other,
        tf.data.Options().experimental_distribute.auto_shard_policy == experimental.AutoShardPolicy.AUTO,
        tf.data.Options().deterministic is None,
        tf.data.Options().autotune == experimental.AutotuneOptions(),
        tf.data.Options().experimental_optimization == experimental.OptimizationOptions(),
        experimental.DistributeOptions() != experimental.ThreadingOptions(),
        tf.data.ThreadingOptions is experimental.ThreadingOptions,
    ]
    made["facts"] = tf.constant(facts)
    return made


def errors(tf):
    options, numbers = tf.data.Options, tf.data.Dataset.range

    def setting(make, name, value):
        return lambda: setattr(make(), name, value)

    return {
        "type": (setting(options, "deterministic", 1), 'Property "deterministic" must be of type'),
        "none": (setting(options, "experimental_slack", None), "must be of type"),
        "group": (setting(options, "threading", 3), "must be of type"),
        "policy": (setting(tf.data.experimental.DistributeOptions, "auto_shard_policy", 1), "must be of type"),
        "name": (setting(options, "deterministics", True), "Cannot set the property deterministics on Options"),
        "of a dataset": (setting(lambda: numbers(3).options(), "deterministic", True), "has no effect"),
        "of a group": (
            setting(lambda: numbers(3).with_options(options()).options().autotune, "enabled", True),
            "has no effect",
        ),
    }
