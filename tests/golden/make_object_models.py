"""Record SavedModels of Python objects that TensorFlow 2 writes, and what TensorFlow 1 finds in them.

    python tests/golden/make_object_models.py

Writes object_models: the models module and keras, answers.json and values.npz.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.update(TF_ENABLE_ONEDNN_OPTS="0", CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3")

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "object_models"


def write_module() -> None:
    import tensorflow as tf

    os.chdir(FOLDER)
    words = Path("words.txt")  # relative: tables are named after it
    words.write_text("a\nb\nc\n")
    lines = (tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER)

    class Sub(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = tf.Variable([[1.0], [2.0]], name="w")

        @tf.function
        def __call__(self, x, scale=2.0, training=False):
            return tf.matmul(x + 100.0 if training else x, self.w) * scale

    class Model(tf.Module):
        def __init__(self):
            super().__init__()
            self.v = tf.Variable(2.0, name="v")
            self.frozen = tf.Variable([5, 6], trainable=False, dtype=tf.int64)
            self.sub = Sub()
            self.list = [tf.Variable(1.0), {"k": tf.Variable(7.0)}]
            self.tup = (tf.Variable(3.0), self.v)
            self.c = tf.constant([3.0])
            self.asset = tf.saved_model.Asset(str(words))
            file = tf.lookup.TextFileInitializer(str(words), *lines)
            self.table = tf.lookup.StaticHashTable(file, -1)
            pairs = tf.lookup.KeyValueTensorInitializer(tf.constant(["x", "y"]), tf.constant([10, 20], tf.int64))
            self.second = tf.lookup.StaticHashTable(pairs, -1)
            self.mutable = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1)
            self.mutable.insert(tf.constant(["q", "r"]), tf.constant([5, 6], tf.int64))
            self.buckets = tf.lookup.StaticVocabularyTable(tf.lookup.TextFileInitializer(str(words), *lines), 2)

        @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32, name="x")])
        def serve(self, x):
            return {"y": self.sub(x) * self.v + self.c, "n": tf.shape(x)}

        @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
        def words(self, w):
            tables = [self.table, self.second, self.mutable, self.buckets]
            return *[table.lookup(w) for table in tables], tf.io.read_file(self.asset.asset_path)

        @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
        def loop(self, x):
            while x < 10.0:
                x = x * self.v
            return x if x > 12.0 else -x

        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
        def curved(self, x):
            return tf.nn.silu(x) * self.v  # it has a gradient of its own

        @tf.function(input_signature=[tf.SparseTensorSpec([2, None], tf.float32)])
        def composite(self, sparse):
            return sparse * self.v, tf.RaggedTensor.from_sparse(sparse)

    model = Model()
    model.sub(tf.constant([[1.0, 2.0]]))
    model.sub(tf.constant([[1.0, 2.0]]), training=True)
    signatures = {"serving_default": model.serve, "words": model.words}
    tf.saved_model.save(model, str(FOLDER / "module"), signatures=signatures)
    words.unlink()


def write_keras() -> None:
    from tensorflow import keras

    keras.utils.set_random_seed(3)
    layers = [keras.layers.Dense(3, activation="relu"), keras.layers.BatchNormalization()]
    model = keras.Sequential([keras.layers.InputLayer((4,)), *layers, keras.layers.Dense(2, name="out")])
    model.save(str(FOLDER / "keras"), save_format="tf", include_optimizer=False)
    (FOLDER / "keras" / "keras_metadata.pb").unlink()


def write_answers() -> None:
    sys.path.insert(0, str(HERE.parent / "saved_model"))
    import numpy as np
    import object_models
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    answers, arrays = {}, {}
    for name in ("module", "keras"):
        with tf.Graph().as_default() as graph, tf.Session() as session:
            _, asked = object_models.load(tf, FOLDER, name)
            answers[name] = {
                "nodes": object_models.nodes(graph),
                "collections": object_models.collections(graph),
                "shapes": object_models.shapes(asked),
            }
            for label, value in object_models.values(tf, session, asked).items():
                arrays[f"{name}/{label}"] = value.astype(np.bytes_) if value.dtype == object else value
    with tf.Graph().as_default():
        answers["errors"] = object_models.raised(tf, FOLDER)
    with tf.Graph().as_default(), tempfile.TemporaryDirectory() as folder:
        answers["refused"] = object_models.refused(tf, folder)
    (FOLDER / "answers.json").write_text(json.dumps(answers, indent=1) + "\n")
    np.savez_compressed(FOLDER / "values.npz", **arrays)


def main() -> None:
    if sys.argv[1:] == ["answers"]:
        write_answers()
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    write_module()
    write_keras()
    for file in FOLDER.glob("*/fingerprint.pb"):
        file.unlink()
    subprocess.run([sys.executable, __file__, "answers"], check=True)


if __name__ == "__main__":
    main()
