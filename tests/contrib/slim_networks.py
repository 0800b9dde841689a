"""Networks of tf.contrib.slim.nets, as they are built with nbtf and with TensorFlow, and what is compared of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from programs import comparison


def _built(
    tf: Any, module: str, function: str, size: int | None, scope: dict[str, Any] | None = None, **given: Any
) -> Any:
    """The network from images [2, size, size, 3]; scope: the arguments of its scope of arguments, None for no scope."""
    nets = tf.contrib.slim.nets
    images = tf.placeholder(tf.float32, [2, size, size, 3], "images")
    if scope is None:
        return getattr(getattr(nets, module), function)(images, **given)
    name = f"{'resnet' if module.startswith('resnet') else function.removesuffix('_base')}_arg_scope"
    name = "vgg_arg_scope" if module == "vgg" else name
    with tf.contrib.slim.arg_scope(getattr(getattr(nets, module), name)(**scope)):
        return getattr(getattr(nets, module), function)(images, **given)


NETWORKS: dict[str, Callable[[Any], Any]] = {
    "vgg_a": lambda tf: _built(tf, "vgg", "vgg_a", 224, {}),
    "vgg_16": lambda tf: _built(tf, "vgg", "vgg_16", 256, {"weight_decay": 0.1}, is_training=False, spatial_squeeze=False),
    "vgg_19": lambda tf: _built(tf, "vgg", "vgg_19", 224, num_classes=7),
    "alexnet_v2": lambda tf: _built(tf, "alexnet", "alexnet_v2", 224, {}),
    "overfeat": lambda tf: _built(tf, "overfeat", "overfeat", 231, {}, is_training=False),
    "resnet_v1_50": lambda tf: _built(tf, "resnet_v1", "resnet_v1_50", 224, {}, num_classes=1000, is_training=False),
    "resnet_v1_152": lambda tf: _built(tf, "resnet_v1", "resnet_v1_152", 64),
    "resnet_v2_50": lambda tf: _built(tf, "resnet_v2", "resnet_v2_50", 224, {}, num_classes=1001),
    "resnet_v2_101": lambda tf: _built(tf, "resnet_v2", "resnet_v2_101", None, output_stride=8, global_pool=False),
    "resnet_v2_200": lambda tf: _built(tf, "resnet_v2", "resnet_v2_200", 64),
    "inception_v1": lambda tf: _built(tf, "inception", "inception_v1", 224, {}),
    "inception_v1_plain": lambda tf: _built(tf, "inception_v1", "inception_v1", 224, {"use_batch_norm": False}, reuse=False),
    "inception_v1_base": lambda tf: _built(tf, "inception_v1", "inception_v1_base", 64, final_endpoint="Mixed_3c"),
    "inception_v2": lambda tf: _built(tf, "inception", "inception_v2", 224, {}, is_training=False),
    "inception_v2_slim": lambda tf: _built(tf, "inception_v2", "inception_v2", 100, depth_multiplier=0.2, min_depth=4),
    "inception_v2_base": lambda tf: _built(tf, "inception_v2", "inception_v2_base", 64, final_endpoint="Conv2d_1a_7x7"),
    "inception_v3": lambda tf: _built(tf, "inception", "inception_v3", 299, {}, num_classes=1001, is_training=False),
    "inception_v3_slim": lambda tf: _built(
        tf, "inception_v3", "inception_v3", 180, {"use_fused_batchnorm": False}, depth_multiplier=0.5, spatial_squeeze=False, is_training=False
    ),
    "inception_v3_base": lambda tf: _built(tf, "inception_v3", "inception_v3_base", 130, {}, final_endpoint="Mixed_6a"),
    "inception_v3_no_aux": lambda tf: _built(tf, "inception_v3", "inception_v3", None, create_aux_logits=False),
}  # fmt: skip


def facts(tf: Any, label: str) -> dict[str, Any]:
    """What a network is compared by: outputs, variables, end points, sizes of collections, a digest of all nodes."""
    with tf.Graph().as_default() as graph:
        outputs, end_points = NETWORKS[label](tf)
        nodes = comparison.listing(graph)
        named = [key for key in graph.collections if isinstance(key, str) and not key.endswith("_end_points")]
        return {
            "output": f"{outputs.name} {outputs.shape}",
            "variables": [f"{one.op.name} {one.shape}" for one in tf.global_variables()],
            "end_points": [f"{key} {one.name} {one.shape}" for key, one in end_points.items()],
            "collections": {key: len(tf.get_collection(key)) for key in sorted(named)},
            "nodes": f"{nodes.count(chr(10))} {hashlib.sha256(nodes.encode()).hexdigest()}",
        }
