"""Boxes drawn, cut out, and without those that overlap a better one; glimpses and patches."""

import numpy as np

RANDOM = np.random.RandomState(8)
BATCH = RANDOM.uniform(size=[2, 8, 9, 3]).astype(np.float32)
CORNERS = RANDOM.uniform(size=[2, 6, 2]).astype(np.float32)
BOXES = np.concatenate([CORNERS * 0.5, CORNERS * 0.5 + 0.3], -1).astype(np.float32)
SCORES = RANDOM.uniform(size=[6]).astype(np.float32)
VOLUME = np.arange(2 * 3 * 4 * 5 * 2, dtype=np.float32).reshape(2, 3, 4, 5, 2)


def build(tf):
    image = tf.image
    batch = tf.placeholder(tf.float32, [2, 8, 9, 3], name="batch")
    boxes = tf.placeholder(tf.float32, [2, 6, 4], name="boxes")
    scores = tf.placeholder(tf.float32, [6], name="scores")
    volume = tf.placeholder(tf.float32, [None, 3, 4, 5, 2], name="volume")
    overlaps = tf.constant(np.eye(6, dtype=np.float32) * 0.5 + 0.5)
    one = boxes[0]
    found, values = image.non_max_suppression_with_scores(one, scores, 4, soft_nms_sigma=0.5)
    whole = {"ksizes": [1, 2, 3, 1], "strides": [1, 2, 2, 1], "rates": [1, 1, 2, 1], "padding": "VALID"}
    combined = image.combined_non_max_suppression(
        boxes[:, :3, None], tf.reshape(scores, [2, 3, 1]), 2, 5, score_threshold=0.1
    )
    window = image.sample_distorted_bounding_box([6, 8, 3], boxes[:1], seed=3)
    another = image.sample_distorted_bounding_box(
        [60, 80, 3], boxes, 2, 4, tf.constant(0.5), [0.5, 2.0], [0.1, 0.8], 20, True, name="window"
    )
    return {
        "drawn": image.draw_bounding_boxes(batch, boxes),
        "drawn in colors": image.draw_bounding_boxes(batch, boxes, colors=[[1.0, 0, 0], [0, 0.5, 1]], name="drawn"),
        "crops": image.crop_and_resize(batch, one, [0, 1, 0, 1, 1, 0], [3, 4]),
        "crops of nearest": image.crop_and_resize(
            batch,
            one * 2 - 0.3,
            box_indices=[0, 1, 0, 1, 1, 0],
            crop_size=[3, 4],
            method="nearest",
            extrapolation_value=-1,
            name="nearest",
        ),
        "best": image.non_max_suppression(one, scores, 3),
        "best named": image.non_max_suppression(one, scores, tf.constant(6), 0.2, 0.3, name="best"),
        "soft": found,
        "soft scores": values,
        "of overlaps": image.non_max_suppression_overlaps(overlaps, scores, 3, 0.6),
        "patches": image.extract_image_patches(batch, **whole),
        "patches named": tf.extract_image_patches(
            batch, sizes=[1, 3, 3, 1], strides=[1, 3, 2, 1], rates=[1, 1, 1, 1], padding="SAME", name="patches"
        ),
        "more patches": image.extract_patches(batch, [1, 2, 2, 1], [1, 1, 1, 1], [1, 2, 2, 1], "SAME"),
        "volume patches": tf.extract_volume_patches(volume, [1, 2, 2, 3, 1], [1, 1, 2, 1, 1], "VALID"),
        "volume patches, same": tf.extract_volume_patches(volume, [1, 2, 3, 3, 1], [1, 1, 2, 2, 1], "SAME", name="v"),
        "glimpse": image.extract_glimpse(batch, [3, 4], [[0.0, 0.0], [0.1, -0.2]]),
        "glimpse of pixels": image.extract_glimpse(
            batch, [2, 3], [[2.0, 1.0], [-1.0, 3.0]], normalized=False, name="glimpse"
        ),
        "glimpse from the corner": image.extract_glimpse(batch, [2, 3], [[0.5, 0.5], [0.3, 0.6]], centered=False),
        **{f"combined {i}": part for i, part in enumerate(combined)},
        **{f"window {i}": part for i, part in enumerate(window)},
        **{f"another window {i}": part for i, part in enumerate(another)},
    }


FEEDS = {"batch:0": BATCH, "boxes:0": BOXES, "scores:0": SCORES, "volume:0": VOLUME}


def errors(tf):
    image = tf.image
    one = np.zeros([2, 4, 4, 3], np.float32)
    box = np.zeros([3, 4], np.float32)
    return {
        "both names": (lambda: image.crop_and_resize(one, box, [0], box_indices=[0]), "both"),
        "boxes": (lambda: image.non_max_suppression(box[:, :3], [1.0, 2, 3], 2), "4"),
        "scores": (lambda: image.non_max_suppression(box, [1.0, 2], 2), "equal"),
        "threshold": (lambda: image.non_max_suppression(box, [1.0, 2, 3], 2, "a"), ""),
        "drawn": (lambda: image.draw_bounding_boxes(one[0], box), "4"),
        "patches": (lambda: image.extract_patches(one[0], [1] * 4, [1] * 4, [1] * 4, "SAME"), "4"),
        "volume": (lambda: tf.extract_volume_patches(one, [1] * 5, [1] * 5, "SAME"), "5"),
        "glimpse": (lambda: image.extract_glimpse(one, [1, 2, 3], [[0.0, 0]]), ""),
    }
