"""tf.contrib.slim.nets: small residual networks of both versions, with strides, rates, reuse; what is refused."""

import numpy as np


def build(tf):
    tf.set_random_seed(5)
    nets, slim = tf.contrib.slim.nets, tf.contrib.slim
    images = tf.placeholder(tf.float32, [2, 33, 17, 3], "images")
    v1, v2 = nets.resnet_v1, nets.resnet_v2
    blocks = [v1.resnet_v1_block("block1", base_depth=2, num_units=2, stride=2)]
    with slim.arg_scope(v1.resnet_arg_scope(weight_decay=0.1)):
        logits, ends = v1.resnet_v1(images, blocks, 5, is_training=False, scope="first")
    deeper = [v2.resnet_v2_block("block1", 1, 2, 2), v2.resnet_v2_block("block2", 2, 2, 2)]
    with slim.arg_scope(nets.resnet_utils.resnet_arg_scope(batch_norm_scale=False)):
        facts = {"is_training": False, "include_root_block": False, "scope": "second"}
        features, _ = v2.resnet_v2(images, deeper, global_pool=False, output_stride=2, **facts)
        pooled, more = v2.resnet_v2(images * 2.0, deeper, reuse=True, **facts)
    utils = nets.resnet_utils
    fetches = {
        "logits": logits,
        "predictions": ends["predictions"],
        "unit": ends["first/block1/unit_1/bottleneck_v1"],
        "features": features,
        "pooled": pooled,
        "block": more["second/block2"],
        "subsampled": utils.subsample(images, 3, "every_third"),
        "same": utils.conv2d_same(images, 2, 4, stride=2, scope="same"),
    }
    tf.constant([f"{key} {one.name}" for every in (ends, more) for key, one in every.items()], name="end_points")
    tf.constant([one.name for one in slim.get_model_variables("second")], name="model_variables")
    return fetches


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    images = np.random.default_rng(3).standard_normal((2, 33, 17, 3)).astype(np.float32)
    return session.run(fetches, {"images:0": images})


ATOL = 1e-5


def errors(tf):
    nets = tf.contrib.slim.nets

    def images(size=32):
        return tf.placeholder(tf.float32, [2, size, size, 3])

    def stacked(stride, output_stride):
        block = nets.resnet_v1.resnet_v1_block("block", 1, 1, stride)
        return lambda: nets.resnet_utils.stack_blocks_dense(images(), [block], output_stride)

    inception = nets.inception
    return {
        "output stride": (lambda: nets.resnet_v1.resnet_v1_50(images(), output_stride=6), "multiple of 4"),
        "stride too small": (stacked(3, 2), "target output_stride cannot be reached"),
        "stride too large": (stacked(2, 4), "target output_stride cannot be reached"),
        "end point": (lambda: inception.inception_v1_base(images(), "Mixed_9z"), "Unknown final endpoint Mixed_9z"),
        "depth": (lambda: inception.inception_v2(images(), depth_multiplier=0), "depth_multiplier is not greater"),
        "depth of base": (lambda: inception.inception_v3_base(images(), depth_multiplier=-1), "not greater than zero"),
        "small image": (lambda: nets.alexnet.alexnet_v2(images(64)), "Negative dimension|<= 0 due to downsampling"),
        "squeeze": (lambda: nets.overfeat.overfeat(images(300)), "[Cc]an not squeeze dim"),
    }
