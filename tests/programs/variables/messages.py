"""VariableDef: variables of both kinds written and read, also into another scope of names."""


def build(tf):
    made = {}
    variables = [
        tf.Variable([1.0, 2.0], name="ref"),
        tf.Variable([3.0], name="resource", use_resource=True, trainable=False),
        tf.Variable([3.0], name="cached", use_resource=True, caching_device="/cpu:0"),
        tf.get_variable("scope/got", [2], tf.int32, aggregation=tf.VariableAggregation.SUM),
    ]
    variables += tf.get_variable("parts", [4], initializer=tf.zeros_initializer(),
                                 partitioner=tf.fixed_size_partitioner(2))  # fmt: skip
    graph_def = tf.get_default_graph().as_graph_def()
    tf.import_graph_def(graph_def, name="imported")
    notes = []
    for variable in variables:
        message = variable.to_proto()
        for scope in (None, "imported"):
            read = type(variable).from_proto(message, import_scope=scope)
            made[f"{variable.op.name} in {scope}"] = read
            notes += [repr(read), read.name, read.op.name, read.value().name, read.initializer.name, read.dtype.name]
            notes += [read.initial_value.name, str(read.trainable), read.synchronization.name, read.aggregation.name]
            info = read._get_save_slice_info()
            notes.append("" if info is None else f"{info.full_name} {info.spec}")
            notes += sorted(str(read.to_proto()).splitlines())
            exported = read.to_proto(export_scope="imported")
            notes += ["nothing"] if exported is None else sorted(str(exported).splitlines())
    assert len(tf.global_variables()) == len(variables)
    tf.constant(notes, name="notes")
    return made


def run(tf, session, fetches):
    session.run([v.initializer for v in fetches.values()])
    values = session.run(fetches)
    values["notes"] = session.run("notes:0")
    values["changed"] = session.run(fetches["ref in imported"].assign([7.0, 8.0]))
    values["resource changed"] = session.run(fetches["resource in imported"].assign_add([1.0]))
    return values
