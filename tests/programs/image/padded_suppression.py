"""Non-maximum suppression of batches."""

import numpy as np

RANDOM = np.random.RandomState(10)
CORNERS = RANDOM.uniform(size=[2, 20, 2]) * 0.6
BOXES = np.concatenate([CORNERS, CORNERS + RANDOM.uniform(size=[2, 20, 2]) * 0.3 + 0.1], -1).astype(np.float32)
SCORES = RANDOM.uniform(size=[2, 20]).astype(np.float32)


def build(tf):
    image = tf.image
    boxes = tf.placeholder(tf.float32, [2, 20, 4], name="boxes")
    scores = tf.placeholder(tf.float32, [2, 20], name="scores")
    made = {
        "one": image.non_max_suppression_padded(boxes[0], scores[0], 6),
        "one padded": image.non_max_suppression_padded(boxes[1], scores[1], 25, 0.2, 0.3, True, name="padded"),
        "batch": image.non_max_suppression_padded(boxes, scores, 5, 0.3, pad_to_max_output_size=True),
        "arrays": image.non_max_suppression_padded(BOXES[0], SCORES[0], 3, pad_to_max_output_size=True),
        "ordered": image.non_max_suppression_padded(
            tf.gather(boxes, tf.argsort(scores, direction="DESCENDING"), batch_dims=1),
            tf.sort(scores, direction="DESCENDING"),
            tf.constant(5),
            pad_to_max_output_size=True,
            sorted_input=True,
            canonicalized_coordinates=True,
            tile_size=8,
        ),
    }
    return {f"{label}/{i}": part for label, parts in made.items() for i, part in enumerate(parts)}


FEEDS = {"boxes:0": BOXES, "scores:0": SCORES}


def errors(tf):
    image = tf.image
    return {
        "batch": (lambda: image.non_max_suppression_padded(tf.zeros([2, 3, 4]), tf.zeros([2, 3]), 2), "must be True"),
        "list": (lambda: image.non_max_suppression_padded([[0.0] * 4], [1.0], 2), ""),
    }
