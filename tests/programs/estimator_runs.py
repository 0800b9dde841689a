"""What programs about estimators share: folders that vanish, and the graphs that estimators build, as one graph."""

import contextlib
import os
import tempfile

import numpy as np

X = np.arange(12, dtype=np.float32).reshape(6, 2) / 8
Y = (X.sum(axis=1, keepdims=True) > 0.8).astype(np.float32)

NAMES = np.array(["u", "v", "w", "u", "u", "v"])

_runs = {}


def run_once(tf, name, function):
    """(kept graphs, found values) of a program that trains: function(tf), called once in a process for each library."""
    key = (name, tf.__name__)
    if key not in _runs:
        with tf.Graph().as_default():
            _runs[key] = function(tf)
    return _runs[key]


def with_names(tf, labels):
    """An input function: numbers "x" and names "c", and labels, once."""
    return lambda: tf.data.Dataset.from_tensor_slices(({"x": X, "c": NAMES}, labels)).batch(3)


def batches(tf, size=3):
    """An input function: (features, labels) without end."""
    return lambda: tf.data.Dataset.from_tensor_slices(({"x": X}, Y)).repeat().batch(size)


def once(tf, size=4):
    """An input function that ends after all examples."""
    return lambda: tf.data.Dataset.from_tensor_slices(({"x": X}, Y)).batch(size)


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory() as path:
        yield path


def graph_keeper(tf, kept, name):
    """A hook that keeps the graph of the session it sees, as it is when everything has been added."""

    class Keeper(tf.train.SessionRunHook):
        def after_create_session(self, session, coord):
            kept[name] = session.graph.as_graph_def()

    return Keeper()


def add_graphs(tf, kept):
    """Adds kept graphs to the default graph, each below its name; of paths in them the last part is left."""
    for name, graph_def in kept.items():
        for node in graph_def.node:
            texts = node.attr["value"].tensor.string_val if node.op == "Const" else ()
            for i, text in enumerate(texts):
                if text.startswith(tempfile.gettempdir().encode()):
                    texts[i] = os.path.basename(text)
        tf.import_graph_def(graph_def, name=name)


def tree(path):
    """All files below a folder, without what names of folders and files tell of time and machine."""
    found = []
    for parent, _, names in os.walk(path):
        for name in names:
            parts = os.path.relpath(os.path.join(parent, name), path).split(os.sep)
            parts = [part for part in parts if not part.isdigit()]
            parts[-1] = "events" if parts[-1].startswith("events.out.tfevents") else parts[-1]
            found.append("/".join(parts))
    return sorted(found)


def events(tf, path):
    """Lines: step, kind and values of each event in a folder."""
    lines = []
    for name in sorted(os.listdir(path)):
        if not name.startswith("events"):
            continue
        for event in tf.train.summary_iterator(os.path.join(path, name)):
            values = " ".join(f"{v.tag}:{v.WhichOneof('value')}" for v in event.summary.value)
            lines.append(f"{event.step} {event.WhichOneof('what')} {values}".strip())
    return lines


def signatures(path, tf):
    """Lines: key, method, and the inputs and outputs by name and tensor, of the SavedModel in a folder."""
    lines = []
    with tf.Graph().as_default(), tf.Session() as session:
        meta_graph = tf.saved_model.load(session, ["serve"], path)
        for key, signature in sorted(meta_graph.signature_def.items()):
            parts = [f"{name}={info.name}" for name, info in sorted(signature.inputs.items())]
            parts += [f"{name}<-{info.name}" for name, info in sorted(signature.outputs.items())]
            lines.append(f"{key} {signature.method_name} {' '.join(parts)}")
    return lines


def run_canned(tf, estimator, input_fn, feature_spec, kept, name):
    """Trains, evaluates, predicts and exports a ready-made estimator: label -> value; its graphs go to `kept`."""
    estimator.train(input_fn, steps=2, hooks=[graph_keeper(tf, kept, f"{name}_train")])
    results = estimator.evaluate(input_fn, steps=2, hooks=[graph_keeper(tf, kept, f"{name}_eval")])
    found = {f"{name} {key}": value for key, value in results.items()}
    keeper = graph_keeper(tf, kept, f"{name}_predict")
    first = next(estimator.predict(input_fn, hooks=[keeper]))
    found.update({f"{name} prediction {key}": value for key, value in first.items()})
    for variable in estimator.get_variable_names():
        found[f"{name} variable {variable}"] = estimator.get_variable_value(variable)
    receiver = tf.estimator.export.build_parsing_serving_input_receiver_fn(feature_spec)
    exported = estimator.export_saved_model(os.path.join(estimator.model_dir, "export"), receiver)
    found[f"{name} signatures"] = signatures(os.fsdecode(exported), tf)
    return found
