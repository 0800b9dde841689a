"""Images seen through other coordinates: projections, and scales with filters."""

import numpy as np

RANDOM = np.random.RandomState(11)
BATCH = RANDOM.uniform(size=[2, 5, 7, 3]).astype(np.float32)
BYTES = RANDOM.randint(0, 256, [2, 4, 6, 1]).astype(np.uint8)
TRANSFORMS = [
    [1, 0, 0, 0, 1, 0, 0, 0],
    [0.9, -0.3, 1.3, 0.4, 1.1, -2.6, 0, 0],
    [1.5, 0.2, -9.4, -0.1, 1.8, 6.2, 0.05, -0.02],
    [3.7, 0.1, -20, 0, -2.9, 17, 0, 0],
    [1, 0, 0.5, 0, 1, 1.5, -0.25, 0],
]
FILTERS = ("lanczos1", "lanczos3", "lanczos5", "gaussian", "box", "triangle", "keyscubic", "mitchellcubic")
RTOL, ATOL = 1e-5, 2e-6


def build(tf):
    raw = tf.raw_ops
    batch = tf.placeholder(tf.float32, [2, 5, 7, 3], name="batch")
    any_size = tf.placeholder(tf.float32, [None, None, None, 3], name="any_size")
    bytes_ = tf.placeholder(tf.uint8, [2, 4, 6, 1], name="bytes")
    made = {}
    for mode in ("CONSTANT", "REFLECT", "WRAP", "NEAREST"):
        for how in ("NEAREST", "BILINEAR"):
            for i, row in enumerate(TRANSFORMS):
                made[f"{mode} {how} {i}"] = raw.ImageProjectiveTransformV3(
                    images=batch,
                    transforms=[row],
                    output_shape=[6, 8],
                    fill_value=0.25,
                    interpolation=how,
                    fill_mode=mode,
                )
            made[f"{mode} {how} bytes"] = raw.ImageProjectiveTransformV2(
                images=bytes_, transforms=TRANSFORMS[1:3], output_shape=[5, 9], interpolation=how, fill_mode=mode
            )
    for dtype in (tf.float64, tf.float16, tf.int32, tf.int64):
        made[f"as {dtype.name}"] = raw.ImageProjectiveTransformV3(
            images=tf.cast(batch * 100, dtype), transforms=[TRANSFORMS[1]], output_shape=[3, 4], fill_value=7.5,
            interpolation="BILINEAR",
        )  # fmt: skip
    size, scale = tf.constant([4, 9]), tf.constant([0.7, 1.4])
    for name in FILTERS:
        for antialias in (False, True):
            made[f"{name} {antialias}"] = raw.ScaleAndTranslate(
                images=batch, size=size, scale=scale, translation=[0.5, -0.3], kernel_type=name, antialias=antialias
            )
            back = tf.gradients(made[f"{name} {antialias}"] ** 2.0, batch)[0]
            made[f"{name} {antialias} back"] = back
    made["small"] = raw.ScaleAndTranslate(images=batch, size=[1, 2], scale=[0.1, 0.2], translation=[0.0, 0.0])
    made["far"] = raw.ScaleAndTranslate(images=any_size, size=[3, 3], scale=[1.0, 1.0], translation=[40.0, 2.0])
    made["of bytes"] = raw.ScaleAndTranslate(images=bytes_, size=[3, 5], scale=[0.75, 0.8], translation=[0.0, 0.0])
    for version, more in ((raw.ImageProjectiveTransformV2, {}), (raw.ImageProjectiveTransformV3, {"fill_value": 0.5})):
        moved = version(
            images=any_size, transforms=TRANSFORMS[1:3], output_shape=[4, 4], interpolation="BILINEAR", fill_mode="REFLECT",
            **more,
        )  # fmt: skip
        made[f"gradient{len(more)}"] = tf.gradients(moved * moved, any_size)[0]
    return made


FEEDS = {"batch:0": BATCH, "any_size:0": BATCH, "bytes:0": BYTES}


def errors(tf):
    raw = tf.raw_ops
    one = np.zeros([1, 4, 5, 2], np.float32)
    same = np.eye(3, dtype=np.float32).reshape(1, 9)[:, :8]
    return {
        "rank": (
            lambda: raw.ImageProjectiveTransformV2(
                images=one[0], transforms=same, output_shape=[2, 2], interpolation="NEAREST"
            ),
            "must be rank 4",
        ),
        "size": (
            lambda: raw.ScaleAndTranslate(images=one, size=[2], scale=[1.0, 1.0], translation=[0.0, 0.0]),
            "must be 2",
        ),
    }
