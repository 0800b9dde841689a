"""Record a checkpoint that TensorFlow names by a graph of Python objects.

    python tests/golden/make_object_checkpoint.py

Writes ckpt/objects.
"""

import os
from pathlib import Path

os.environ.update(TF_ENABLE_ONEDNN_OPTS="0", CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3")

import tensorflow.compat.v1 as tf

HERE = Path(__file__).resolve().parent


def main() -> None:
    tf.disable_v2_behavior()
    folder = HERE / "ckpt" / "objects"
    folder.mkdir(parents=True, exist_ok=True)
    v = tf.get_variable("v", initializer=[1.5, 2.5])
    w = tf.get_variable("w", initializer=7, use_resource=True)
    checkpoint = tf.train.Checkpoint(first=v, second=w)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        checkpoint.save(str(folder / "ckpt"), session)
    (folder / "checkpoint").unlink()


if __name__ == "__main__":
    main()
