"""Every optimizer on ref variables: nodes, slots and what they hold step by step."""

from programs.optimizer_steps import follow, train_ops


def makers(tf):
    step = tf.train.get_or_create_global_step()
    return {
        "sgd": lambda: tf.train.GradientDescentOptimizer(0.1),
        "momentum": lambda: tf.train.MomentumOptimizer(0.1, 0.9),
        "nesterov": lambda: tf.train.MomentumOptimizer(lambda: 0.1, 0.9, use_locking=True, name="N", use_nesterov=True),
        "adagrad": lambda: tf.train.AdagradOptimizer(0.1, initial_accumulator_value=0.2),
        "adagrad_da": lambda: tf.train.AdagradDAOptimizer(0.1, step, l1_regularization_strength=0.01),
        "adadelta": lambda: tf.train.AdadeltaOptimizer(0.5),
        "adam": lambda: tf.train.AdamOptimizer(tf.constant(0.1), beta1=0.8),
        "rmsprop": lambda: tf.train.RMSPropOptimizer(0.1, momentum=0.5),
        "centered": lambda: tf.train.RMSPropOptimizer(0.1, decay=0.8, centered=True),
        "ftrl": lambda: tf.train.FtrlOptimizer(0.1, l1_regularization_strength=0.01, l2_regularization_strength=0.1),
        "ftrl_v2": lambda: tf.train.FtrlOptimizer(
            0.1, -0.6, accum_name="sums", l2_shrinkage_regularization_strength=0.1, beta=0.2
        ),
        "proximal": lambda: tf.train.ProximalGradientDescentOptimizer(0.1, 0.01, 0.02),
        "proximal_adagrad": lambda: tf.train.ProximalAdagradOptimizer(0.1, 0.2, 0.01, 0.02),
    }


def build(tf):
    return train_ops(tf, makers(tf), use_resource=False)


run = follow


def errors(tf):
    def variable():
        return tf.Variable(1.0, name="w")

    def loss_of_nothing():
        variable()
        return tf.train.AdamOptimizer().minimize(tf.constant(2.0))

    train = tf.train
    return {
        "no gradient": (loss_of_nothing, "No gradients provided for any variable"),
        "no variable": (lambda: train.AdamOptimizer().minimize(tf.constant(2.0)), "No variables to optimize."),
        "gates": (
            lambda: train.AdamOptimizer().compute_gradients(variable() * 2, gate_gradients=7),
            "gate_gradients must be one of",
        ),
        "integer loss": (lambda: train.AdamOptimizer().minimize(tf.constant(2)), "Invalid type"),
        "no pairs": (lambda: train.AdamOptimizer().apply_gradients([]), "No variables provided."),
        "no grads": (
            lambda: train.AdamOptimizer().apply_gradients([(None, variable())]),
            "No gradients provided for any variable",
        ),
        "no name": (lambda: train.AdamOptimizer(name=""), "Must specify the optimizer name"),
        "accumulator": (lambda: train.AdagradOptimizer(0.1, -1.0), "initial_accumulator_value must be positive"),
        "ftrl": (lambda: train.FtrlOptimizer(0.1, 0.5), "needs to be negative or zero"),
        "ftrl l1": (lambda: train.FtrlOptimizer(0.1, l1_regularization_strength=-1.0), "needs to be positive or zero"),
        "tensor": (
            lambda: train.AdamOptimizer().apply_gradients([(tf.constant(1.0), tf.constant(1.0))]),
            "",
        ),
    }
