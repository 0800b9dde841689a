"""Record where TensorFlow's fractional pools draw the boundaries of their regions, for seeds of all kinds.

    python tests/golden/make_fractional_pooling.py

Writes fractional_pooling.json: [[height, width, ratios, pseudo_random, seed, seed2, rows, columns], ...].
"""

import json
import os
from pathlib import Path

os.environ.update(TF_ENABLE_ONEDNN_OPTS="0", CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3")

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
SEEDS = ((1, 2), (7, 0), (0, 7), (123456789012, -5), (3, 2**31 - 1))
SIZES = ((3, 3), (5, 7), (11, 22), (140, 131))
RATIOS = ((1.5, 1.5), (1.2345, 2.7), (1.1, 1.1), (1.0, 2.0))

found = []
for seed, seed2 in SEEDS:
    for height, width in SIZES:
        for ratios in RATIOS:
            for pseudo_random in (False, True):
                with tf.Graph().as_default(), tf.Session() as session:
                    _, rows, columns = tf.nn.fractional_max_pool(
                        np.zeros([1, height, width, 1], np.float32),
                        [1.0, *ratios, 1.0],
                        pseudo_random,
                        deterministic=True,
                        seed=seed,
                        seed2=seed2,
                    )
                    rows, columns = (one.tolist() for one in session.run([rows, columns]))
                found.append([height, width, ratios, pseudo_random, seed, seed2, rows, columns])
text = ",\n".join(json.dumps(one, separators=(",", ":")) for one in found)
(Path(__file__).parent / "fractional_pooling.json").write_text(f"[{text}]\n", encoding="utf-8")
