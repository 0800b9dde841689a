"""Custom getters, creators, regularizers, initializers of all kinds, and templates."""

import functools


def build(tf):
    made, seen = {}, []
    zeros = tf.zeros_initializer()

    def getter(getter, name, *args, **kwargs):
        seen.append(f"{name} {sorted(kwargs)} {kwargs['dtype'].name} {kwargs['reuse']}")
        return getter(name, *args, **kwargs)

    def doubled(getter, *args, **kwargs):
        return getter(*args, **kwargs) * 2.0

    def plain(getter, name, shape, dtype, **kwargs):
        kwargs.pop("initializer")
        return getter(name, shape, dtype, tf.ones_initializer(), **kwargs)

    made["getter"] = tf.get_variable("getter", [2], initializer=zeros, custom_getter=getter)
    with tf.variable_scope("outer", custom_getter=getter):
        with tf.variable_scope("inner", custom_getter=doubled):
            made["doubled"] = tf.get_variable("doubled", [2], initializer=tf.ones_initializer())
        made["plain"] = tf.get_variable("plain", [2], custom_getter=plain)

    def creator(next_creator, **kwargs):
        keys = [key for key in sorted(kwargs) if not key.startswith("experimental_")]
        seen.append(f"{kwargs['name']} {keys} {kwargs['trainable']} {kwargs['collections']}")
        kwargs["name"] = f"created_{kwargs['name']}"
        return next_creator(**kwargs)

    def resources(next_creator, **kwargs):
        seen.append(kwargs["name"])
        kwargs["use_resource"] = True
        return next_creator(**kwargs)

    with tf.variable_creator_scope(creator), tf.variable_creator_scope(resources):
        made["created"] = tf.Variable(1.0, name="a")
        made["created get"] = tf.get_variable("b", [1], initializer=zeros)

    def regularizer(v):
        return tf.multiply(tf.reduce_sum(tf.square(v)), 0.5, name="half")

    with tf.variable_scope("regularized", regularizer=regularizer):
        tf.get_variable("v", [2], initializer=tf.ones_initializer())
        tf.get_variable("none", [2], initializer=zeros, regularizer=tf.no_regularizer)
        tf.get_variable("lambda", [2], initializer=zeros, regularizer=lambda v: None)
        tf.get_variable("r", [2], initializer=zeros, use_resource=True)
    losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
    made["losses"] = tf.add_n(losses)
    made["class"] = tf.get_variable("class", [2], initializer=tf.ones_initializer)
    made["value"] = tf.get_variable("value", initializer=[1, 2])
    made["tensor"] = tf.get_variable("tensor", initializer=tf.constant([1.0]), dtype=tf.float32)
    made["function"] = tf.get_variable("function", initializer=lambda: tf.constant([1.0]), use_resource=True)
    made["shaped"] = tf.get_variable("shaped", [3], tf.int32, lambda shape, dtype=None: tf.zeros(shape, dtype))
    made["partial"] = tf.get_variable(
        "partial", [3], initializer=functools.partial(lambda value, shape, dtype: tf.fill(shape, value), 7.0)
    )
    made["int"] = tf.get_variable("int", [2], tf.int64)
    made["bool"] = tf.get_variable("bool", [2], tf.bool, trainable=False)
    made["string"] = tf.get_variable("string", [2], tf.string)
    made["model"] = tf.get_variable("model", [], initializer=zeros, collections=["model_variables", "mine"])

    def layer(x, scale=1.0):
        w = tf.get_variable("w", [2], initializer=tf.ones_initializer())
        local = tf.get_local_variable("local", [], initializer=zeros)
        return w * x * scale + local

    template = tf.make_template("template", layer, scale=3.0)
    notes = [str(template.variable_scope), str(template.variable_scope_name), template.name, str(template.variables)]
    made["first"], made["second"] = template(1.0), template(2.0)
    made["now"] = tf.make_template("template", layer, create_scope_now_=True)(1.0)
    unique = tf.make_template("template", layer, unique_name_="unique", custom_getter_=getter)
    made["unique"], made["unique again"] = unique(1.0), unique(1.0)
    with tf.variable_scope("scope"):
        scoped = tf.make_template("template", layer)
        made["scoped"] = scoped(5.0)
    made["scoped again"] = scoped(6.0)
    for one in (template, unique, scoped):
        notes += [one.variable_scope.name, one.var_scope.name, one.variable_scope_name]
        for variables in (one.variables, one.trainable_variables, one.global_variables, one.local_variables,
                          one.non_trainable_variables, one.weights, one.trainable_weights):  # fmt: skip
            notes += [v.name for v in variables]
    notes += [v.name for v in tf.model_variables() + tf.moving_average_variables() + tf.all_variables()]
    tf.constant(seen + notes, name="notes")
    return made


def run(tf, session, fetches):
    session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
    session.run(tf.variables_initializer(tf.model_variables()))
    values = session.run(fetches)
    values["notes"] = session.run("notes:0")
    return values


def errors(tf):
    def changing():
        template = tf.make_template("t", lambda: tf.Variable(1.0))
        template()
        template()

    def missing():
        with tf.variable_scope("a", reuse=True):
            tf.make_template("t", lambda: tf.get_variable("v", [1]))()

    return {"changing": (changing, "Trainable variable created"), "missing": (missing, "does not exist")}
