"""Files of models, and options of saving them."""


def build(tf):
    asset = tf.saved_model.Asset("words.txt")
    with tf.name_scope("scope"):
        other = tf.saved_model.Asset(tf.constant("other.txt"))
    return {"path": asset.asset_path, "other": other.asset_path}


def run(tf, session, fetches):
    found = session.run(fetches)
    options = tf.saved_model.SaveOptions(
        namespace_whitelist=["a"],
        function_aliases={"f": 1},
        experimental_io_device="/cpu:0",
        experimental_variable_policy="Save_Variable_Devices",
    )
    for name in sorted(options.__slots__):
        found[name] = str(getattr(options, name))
    found["policy"] = str(tf.saved_model.SaveOptions().experimental_variable_policy)
    return found


def errors(tf):
    options = tf.saved_model.SaveOptions
    return {
        "path": (lambda: tf.saved_model.Asset(3), "string"),
        "name spaces": (lambda: options(namespace_whitelist="a"), "must be a list of strings"),
        "name space": (lambda: options(namespace_whitelist=[1]), "must be a string"),
        "policy": (lambda: options(experimental_variable_policy="x"), "invalid VariablePolicy value"),
    }
