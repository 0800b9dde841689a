"""SavedModels: what a builder adds to the graph, the files it writes, and what a loader makes of them."""

import os
import tempfile

import numpy as np
from google.protobuf import text_format


def build(tf):
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    v = tf.get_variable("v", initializer=[[1.0], [2.0]])
    r = tf.get_variable("r", initializer=[0.5], use_resource=True)
    y = tf.add(tf.matmul(x, v), r, name="y")
    serialized = tf.constant("example", name="serialized")
    words = tf.constant("words", name="classes")
    count = tf.get_variable("count", initializer=0, collections=[tf.GraphKeys.LOCAL_VARIABLES], trainable=False)
    return {"main": tf.saved_model.main_op.main_op(), "x": x, "y": y, "v": v, "r": r, "count": count,
            "serialized": serialized, "words": words}  # fmt: skip


def text(message):
    return text_format.MessageToString(message, descriptor_pool=message.DESCRIPTOR.file.pool)


def signatures(tf, fetches):
    x, y, serialized, words = (fetches[name] for name in ("x", "y", "serialized", "words"))
    made = {
        "predict": tf.saved_model.predict_signature_def({"in": x}, {"out": y}),
        "regress": tf.saved_model.regression_signature_def(serialized, y),
        "classify": tf.saved_model.classification_signature_def(serialized, words, y),
        "own": tf.saved_model.build_signature_def({"v": tf.saved_model.utils.build_tensor_info(x)}, method_name="m"),
    }
    assert [tf.saved_model.is_valid_signature(one) for one in made.values()] == [True, True, True, False]
    return made


def tree(folder):
    return sorted(
        os.path.relpath(os.path.join(path, name), folder) for path, _, names in os.walk(folder) for name in names
    )


def run(tf, session, fetches):
    values = {}
    session.run(tf.global_variables_initializer())
    session.run(fetches["v"].assign([[3.0], [4.0]]))
    with tempfile.TemporaryDirectory() as root:
        own = os.getcwd()
        os.chdir(root)  # constants hold the paths of assets
        try:
            values.update(exported(tf, session, fetches))
        finally:
            os.chdir(own)
    return values


def exported(tf, session, fetches):
    values = {}
    os.makedirs("other")
    for path, contents in [("words.txt", "a"), ("other/words.txt", "b")]:
        with open(path, "w") as file:
            file.write(contents)
    assets = [tf.constant("words.txt"), tf.constant("other/words.txt"), tf.constant("words.txt")]
    builder = tf.saved_model.builder.SavedModelBuilder("model")
    builder.add_meta_graph_and_variables(
        session,
        [tf.saved_model.tag_constants.SERVING],
        signature_def_map=signatures(tf, fetches),
        assets_collection=assets,
        main_op=fetches["main"],
    )
    builder.add_meta_graph([tf.saved_model.SERVING, tf.saved_model.GPU], strip_default_attrs=True, clear_devices=True)
    values["path"] = builder.save()
    values["path of text"] = builder.save(as_text=True)
    values["files"] = tree("model")
    for name in ("saved_model.pb", "saved_model.pbtxt"):
        with open(f"model/{name}", "rb") as file:
            contents = file.read()
        found = saved_model(tf)
        if name.endswith("txt"):
            text_format.Parse(contents, found, descriptor_pool=found.DESCRIPTOR.file.pool)
        else:
            found.ParseFromString(contents)
        values[name] = text(found)
    for name in tree("model/assets"):
        with open(f"model/assets/{name}") as file:
            values[f"asset {name}"] = file.read()
    values["variables"] = repr(tf.train.list_variables("model/variables/variables"))
    values["is model"] = [tf.saved_model.contains_saved_model(path) for path in ("model", "other")]
    values.update(loaded(tf))
    tf.saved_model.simple_save(session, "simple", {"x": fetches["x"]}, {"y": fetches["y"]})
    values["simple"] = tree("simple")
    updater = tf.saved_model.signature_def_utils.MethodNameUpdater("simple")
    updater.replace_method_name("serving_default", "renamed", tags=["serve"])
    os.makedirs("renamed")
    updater.save("renamed")
    with tf.Graph().as_default(), tf.Session() as other:
        loaded_again = tf.saved_model.load(other, ["serve"], "simple")
        values["simple signature"] = text(loaded_again.signature_def["serving_default"])
    with open("renamed/saved_model.pb", "rb") as file:
        renamed = saved_model(tf).FromString(file.read())
    values["renamed"] = renamed.meta_graphs[0].signature_def["serving_default"].method_name
    return values


def saved_model(tf):
    """An empty SavedModel message."""
    try:
        from nbtf.wire import schema
    except ImportError:
        from tensorflow.core.protobuf import saved_model_pb2 as schema
    return schema.SavedModel()


def loaded(tf):
    values = {}
    for scope in (None, "s"):
        with tf.Graph().as_default() as graph, tf.Session() as session:
            meta_graph = tf.saved_model.load(session, ["serve"], "model", import_scope=scope)
            signature = meta_graph.signature_def["predict"]
            x, y = (
                tf.saved_model.utils.get_tensor_from_tensor_info(info, import_scope=scope)
                for info in (signature.inputs["in"], signature.outputs["out"])
            )
            # the main op initializes the variables anew
            values[f"y {scope}"] = session.run(y, {x: [[1.0, 2.0]]})
            values[f"global {scope}"] = repr([v.name for v in tf.global_variables()])
            values[f"local {scope}"] = session.run(tf.local_variables()[0])
            values[f"collections {scope}"] = repr(sorted(graph.get_all_collection_keys()))
            values[f"nodes {scope}"] = len(graph.get_operations())
    return values


def errors(tf):
    def builder(act):
        def attempt():
            with tempfile.TemporaryDirectory() as folder, tf.Session() as session:
                v = tf.Variable(1.0, name="v")
                session.run(v.initializer)
                made = tf.saved_model.Builder(os.path.join(folder, "new"))
                act(made, session, v)

        return attempt

    def full():
        with tempfile.TemporaryDirectory() as folder:
            os.makedirs(os.path.join(folder, "a"))
            tf.saved_model.Builder(folder)

    def twice(made, session, v):
        made.add_meta_graph_and_variables(session, ["t"])
        made.add_meta_graph_and_variables(session, ["t"])

    def main_ops(made, session, v):
        made.add_meta_graph_and_variables(session, ["t"], main_op=v.initializer)
        made.add_meta_graph(["u"], legacy_init_op=v.initializer)

    def assets(*given):
        return builder(lambda b, s, v: b.add_meta_graph_and_variables(s, ["t"], assets_collection=[*given, v]))

    def add(**kwargs):
        return builder(lambda b, s, v: b.add_meta_graph_and_variables(s, ["t"], **kwargs))

    examples, numbers = (lambda: tf.constant("a")), (lambda: tf.constant(np.float32([1])))
    definitions = tf.saved_model.signature_def_utils
    no_name = definitions.build_signature_def({"x": tf.TensorInfo(dtype=1)}, {})
    no_type = definitions.build_signature_def({}, {"x": tf.TensorInfo(name="x:0")})
    return {
        "full": (full, "already exists, and isn't empty"),
        "first": (builder(lambda b, s, v: b.add_meta_graph(["t"])), "has not been saved yet"),
        "twice": (builder(twice), "has already been saved"),
        "main op": (add(main_op="x"), "Expected x to be an Operation but got type"),
        "main ops": (builder(main_ops), "already contains one or more main ops under the collection saved_model_main_op"),
        "asset": (add(assets_collection=["x"]), "must be a Tensor"),
        "no name": (add(signature_def_map={"a": no_name}), ""),
        "no type": (add(signature_def_map={"a": no_type}), ""),
        "reserved": (add(signature_def_map={"__saved_model_init_op": definitions.build_signature_def({}, {})}), "reserved"),
        "no examples": (lambda: definitions.regression_signature_def(None, numbers()), "`examples` cannot be None"),
        "examples": (lambda: definitions.regression_signature_def(numbers(), numbers()), "must be of type string"),
        "no predictions": (lambda: definitions.regression_signature_def(examples(), None), "`predictions` cannot be"),
        "predictions": (lambda: definitions.regression_signature_def(examples(), examples()), "must be of type float"),
        "no classes": (lambda: definitions.classification_signature_def(examples(), None, None), "cannot both be None"),
        "classes": (lambda: definitions.classification_signature_def(examples(), numbers(), None), "must be of type string"),
        "scores": (lambda: definitions.classification_signature_def(examples(), None, examples()), "must be a float"),
        "inputs": (lambda: definitions.predict_signature_def({}, {"y": numbers()}), "`inputs` cannot be None or empty"),
        "outputs": (lambda: definitions.predict_signature_def({"y": numbers()}, None), "`outputs` cannot be None or empty"),
        "load": (lambda: tf.saved_model.load(tf.Session(), ["serve"], "no/such"), "SavedModel file does not exist at"),
    }  # fmt: skip
