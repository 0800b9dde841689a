"""Record what TensorFlow's candidate samplers draw in two runs of a session, for seeds of all kinds.

    python tests/golden/make_candidates.py

Writes candidates.json: [[op, attrs, true classes, [[sampled, expected of true, expected of sampled] of each run]], ...].
"""

import json
import os
from pathlib import Path

os.environ.update(TF_ENABLE_ONEDNN_OPTS="0", CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3")

import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
TRUE = [[0, 1], [5, 2]]
UNIGRAMS = [3, 1, 4, 1.5, 9, 2, 6]
RANDOM = ("UniformCandidateSampler", "LogUniformCandidateSampler")
LEARNED = ("LearnedUnigramCandidateSampler", "ThreadUnsafeUnigramCandidateSampler")

cases = []
for seed, seed2 in ((123456789012, -5), (0, 7)):
    seeds = {"num_true": 2, "seed": seed, "seed2": seed2}
    for unique in (False, True):
        for count, limit in ((12, 100), (3, 2**40), (6, 6)):
            cases += [(op, {"num_sampled": count, "unique": unique, "range_max": limit, **seeds}) for op in RANDOM]
        for op in LEARNED:
            cases.append((op, {"num_sampled": 5, "unique": unique, "range_max": 8, **seeds}))
        fixed = {"num_sampled": 5, "unique": unique, "unigrams": UNIGRAMS, **seeds}
        for more in (
            {"range_max": 7},
            {"range_max": 8, "num_reserved_ids": 1, "distortion": 0.75},
            {"range_max": 7, "distortion": 0.0},
        ):
            cases.append(("FixedUnigramCandidateSampler", fixed | more))
    cases.append(("AllCandidateSampler", {"num_sampled": 7, "unique": True, **seeds}))
shards = {"num_sampled": 20, "num_true": 2, "unique": False, "unigrams": UNIGRAMS, "seed": 4, "seed2": 4}
cases += [
    (
        "FixedUnigramCandidateSampler",
        shards | {"range_max": size, "num_shards": 2, "shard": shard, "num_reserved_ids": 3},
    )
    for shard, size in ((0, 6), (1, 5))
]

found = []
for op, attrs in cases:
    true = [[0, 1], [3, 2]] if "num_shards" in attrs else TRUE
    with tf.Graph().as_default(), tf.Session() as session:
        made = getattr(tf.raw_ops, op)(true_classes=tf.constant(true, tf.int64), **attrs)
        runs = [[one.tolist() for one in session.run(made)] for _ in range(2)]
    found.append([op, attrs, true, runs])
text = ",\n".join(json.dumps(one, separators=(",", ":")) for one in found)
(Path(__file__).parent / "candidates.json").write_text(f"[{text}]\n", encoding="utf-8")
