"""Optimizers beyond minimize: gates, slots, constraints, global steps, unknown shapes, subclasses, gradients by hand."""

from programs.optimizer_steps import follow


def build(tf):
    class Halving(tf.train.Optimizer):
        """Moves by half a gradient, and remembers the last one."""

        def __init__(self):
            super().__init__(False, "Halving")

        def _create_slots(self, var_list):
            for variable in var_list:
                self._zeros_slot(variable, "last", self._name)
            self._create_non_slot_variable(0.0, "count", var_list[0])

        def _prepare(self):
            self._half = tf.convert_to_tensor(0.5, name="half")

        def _apply_dense(self, grad, var):
            kept = self.get_slot(var, "last").assign(grad)
            return tf.group(var.assign_sub(self._half * grad), kept)

        def _resource_apply_dense(self, grad, handle):
            return handle.assign_sub(self._half * grad, read_value=False)

        def _apply_sparse(self, grad, var):
            return self._apply_dense(tf.convert_to_tensor(grad), var)

        def _finish(self, update_ops, name_scope):
            with tf.control_dependencies(update_ops):
                return self._get_non_slot_variable("count", tf.get_default_graph()).assign_add(1.0, name=name_scope)

    made = {}
    step = tf.train.get_or_create_global_step()
    w = tf.get_variable("w", initializer=[1.0, 2.0], constraint=lambda x: tf.maximum(x, 0.9))
    r = tf.get_variable("r", initializer=[1.0, 2.0], use_resource=True, constraint=tf.abs)
    u = tf.get_variable("u", [2, 2], initializer=tf.zeros_initializer())
    frozen = tf.get_variable("frozen", initializer=5.0, trainable=False)
    loss = tf.reduce_sum(w * r, name="loss") + tf.reduce_sum(tf.square(u - 1.0)) + frozen
    made["custom"] = Halving().minimize(loss, global_step=step, name="train")
    for label, gate in (("none", 0), ("op", 1), ("graph", 2)):
        optimizer = tf.train.MomentumOptimizer(0.01, 0.5, name=label)
        pairs = optimizer.compute_gradients(loss, gate_gradients=gate, grad_loss=tf.constant(2.0))
        made[label] = optimizer.apply_gradients(pairs)
        made[f"{label} slot"] = optimizer.get_slot(w, "momentum")
    optimizer = tf.train.AdamOptimizer(0.01)
    grads = [
        tf.clip_by_value(g, -0.1, 0.1) if hasattr(tf, "clip_by_value") else g
        for g, _ in optimizer.compute_gradients(loss, [w, [u]])
    ]
    made["clipped"] = optimizer.apply_gradients(zip(grads, [w, u]), global_step=step)  # noqa: B905
    loose = tf.Variable(tf.placeholder_with_default([1.0, 2.0, 3.0], [None]), name="loose", validate_shape=False)
    for make in (
        lambda: tf.train.MomentumOptimizer(0.1, 0.9, name="L"),
        lambda: tf.train.AdagradOptimizer(0.1),
        lambda: tf.train.RMSPropOptimizer(0.1),
    ):
        optimizer = make()
        made[f"loose {optimizer.get_name()}"] = optimizer.minimize(tf.reduce_sum(tf.square(loose)), var_list=[loose])
    resource_step = tf.get_variable("resource_step", initializer=0, use_resource=True, trainable=False)
    made["resource step"] = tf.train.GradientDescentOptimizer(0.01).minimize(
        loss, resource_step, colocate_gradients_with_ops=True, aggregation_method=2
    )
    made["names"] = tf.constant(",".join(optimizer.get_slot_names() + [v.name for v in optimizer.variables()]))
    made["train ops"] = tf.constant(",".join(op.name for op in tf.get_collection("train_op")))
    double = tf.get_variable("double", initializer=tf.constant([1.0], tf.float64))
    made["double"] = tf.train.AdamOptimizer(0.1, name="D").minimize(tf.reduce_sum(double * double), var_list=[double])
    return made


run = follow
