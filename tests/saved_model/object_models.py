"""What is asked of the models of tests/golden/object_models, of TensorFlow when they are recorded and of nbtf in tests."""

import re

import numpy as np


def load(tf, folder, name):
    """The model in a graph of its own, with all that the program asks of it: label -> what is fetched."""
    loaded = tf.saved_model.load_v2(str(folder / name))
    return loaded, {"module": _module, "keras": _keras}[name](tf, loaded)


def _module(tf, loaded):
    words = tf.constant(["b", "x", "q", "other"])
    rows = tf.constant([[1.0, 2.0]])
    served = loaded.serve(rows)
    asked = {
        "serve": served["y"],
        "serve shape": served["n"],
        "signature": loaded.signatures["serving_default"](x=rows)["y"],
        "signature by position": loaded.signatures["serving_default"](rows)["y"],
        "signature of words": loaded.signatures["words"](w=words)["output_1"],
        "method": loaded.sub(rows),
        "literal": loaded.sub(rows, training=True),
        "literal by position": loaded.sub(rows, 2.0, True),
        "gradients": tf.concat([tf.reshape(g, [-1]) for g in tf.gradients(served["y"], [loaded.v, loaded.sub.w])], 0),
        "loop": loaded.loop(tf.constant(2.0)),
        "list": loaded.list[0],
        "dict": loaded.list[1]["k"],
        "tuple": loaded.tup[0],
        "frozen": loaded.frozen,
        "sparse": loaded.composite(tf.sparse.SparseTensor([[0, 0]], [3.0], [2, 2]))[0].values,
        "ragged": loaded.composite(tf.sparse.SparseTensor([[0, 0]], [3.0], [2, 2]))[1].row_splits,
        "concrete": loaded.serve.get_concrete_function()(rows)["y"],
        "converted": loaded.serve([[1.0, 2.0]])["y"],
    }
    for i, found in enumerate(loaded.words(words)):
        asked[f"words {i}"] = found
    return asked


def _keras(tf, loaded):
    x = tf.constant(np.arange(8, dtype="float32").reshape(2, 4))
    return {
        "signature": loaded.signatures["serving_default"](x)["out"],
        "call": loaded(x),
        "kernel": loaded.variables[0],
    }


def shapes(asked):
    """Label -> static shape, as text.

    TensorFlow knows less of what comes out of buckets, and more of what hangs on values of arguments.
    """
    return {label: str(one.shape) for label, one in asked.items() if label not in ("words 3", "ragged")}


def values(tf, session, asked):
    """Label -> value, after the variables were restored and the tables filled."""
    session.run([tf.global_variables_initializer(), tf.tables_initializer()])
    return {label: np.asarray(value) for label, value in session.run(asked).items()}


def nodes(graph):
    """One line a node; which values of a call its gradient uses is a matter of each library."""

    def inputs(node):
        return "..." if "_grad/PartitionedCall" in node.name else ", ".join(node.input)

    return [f"{node.name} = {node.op}({inputs(node)})" for node in graph.as_graph_def().node]


def collections(graph):
    """Names of what stands in collections, but where nothing does."""
    found = {}
    for key in graph.get_all_collection_keys():
        flat = [one[0] if isinstance(one, list) else one for one in graph.get_collection(key)]
        if flat:
            found[key] = [one.name.split(":")[0] for one in flat]
    return found


def errors(tf, folder):
    """Label -> what has to raise."""
    loaded = tf.saved_model.load_v2(str(folder / "module"))
    serving = loaded.signatures["serving_default"]
    rows = tf.constant([[1.0, 2.0]])
    return {
        "no function": lambda: loaded.sub(rows, 3.0),
        "dtype": lambda: loaded.serve(tf.constant([[1, 2]])),
        "shape": lambda: loaded.serve(tf.constant([1.0])),
        "missing": lambda: loaded.serve(),
        "signature": lambda: loaded.signatures["none"],
        "argument of a signature": lambda: serving(y=rows),
        "no argument of a signature": lambda: serving(),
        "folder": lambda: tf.saved_model.load_v2(str(folder / "missing")),
        "tags": lambda: tf.saved_model.load_v2(str(folder / "module"), tags=["serve", "gpu"]),
        "tags of several": lambda: tf.saved_model.load_v2(str(folder.parent / "saved_model" / "linear")),
    }


def saving_errors(tf, folder):
    """Label -> (what has to raise before anything is written to the folder, words of the message)."""

    def save(function=None, signatures=None, **attributes):
        def saved():
            module = tf.Module()
            for name, value in attributes.items():
                setattr(module, name, value)
            if function is not None:
                module.f = tf.function(function, input_signature=[tf.TensorSpec([None], tf.float32)])
            tf.saved_model.save(module, str(folder), signatures=signatures and signatures(module))

        return saved

    untracked = tf.Variable(1.0, use_resource=True)
    fed = tf.placeholder(tf.float32, [])
    with_signatures = tf.Module()
    with_signatures.signatures = {"a": 1}
    no_tensor = "Got a non-Tensor value"
    return {
        "no object": (lambda: tf.saved_model.save(3, str(folder)), "Expected an object of type `Trackable`.*Got 3"),
        "no signature": (
            save(signatures=lambda m: 3),
            "Expected a TensorFlow function.*but got 3. Only `tf.functions`",
        ),
        "no input signature": (save(signatures=lambda m: tf.function(lambda x: x)), "Expected a TensorFlow function"),
        "untracked": (save(lambda x: x * untracked), "references an 'untracked' resource"),
        "placeholder": (save(lambda x: x * fed), "because it captures graph tensor.*cannot be converted to a constant"),
        "no results": (save(lambda x: None, lambda m: m.f), f"{no_tensor} None for key 'output_0'"),
        "one none": (save(lambda x: (x, None), lambda m: m.f), f"{no_tensor} None for key 'output_1'"),
        "nested": (
            save(lambda x: [x, (x, x)], lambda m: {"k": m.f}),
            f"{no_tensor}.*for key 'output_1'.*signature 'k'",
        ),
        "reserved": (lambda: tf.saved_model.save(with_signatures, str(folder)), "an attribute named 'signatures'"),
        "numbers": (save(parts={1: untracked}), "non-string|not a string"),
        "ref variable": (save(v=tf.Variable(1.0)), "In op 'Assign', input types .*float32_ref"),
    }


def refused(tf, folder):
    """Label -> class of what `save` raises; checks its words."""
    found = {}
    for label, (function, words) in saving_errors(tf, folder).items():
        try:
            function()
        except Exception as error:  # noqa: BLE001 - of any class: it is compared
            assert re.search(words, str(error), re.DOTALL), f"{label}: {words!r} is not in {error}"
            found[label] = type(error).__name__
        else:
            raise AssertionError(f"{label}: nothing was raised")
    return found


def raised(tf, folder):
    """Label -> [class, message without folders]."""
    found = {}
    for label, function in errors(tf, folder).items():
        try:
            function()
        except Exception as error:  # noqa: BLE001 - of any class: it is compared
            found[label] = [type(error).__name__, str(error).replace(str(folder.parent), "GOLDEN")]
        else:
            raise AssertionError(f"{label}: nothing was raised")
    return found
