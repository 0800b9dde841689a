"""Proposals of boxes, which TensorFlow runs on GPUs alone."""


def build(tf):
    parts = [tf.zeros([1, 2, 2, 3]), tf.zeros([1, 2, 2, 12]), tf.zeros([1, 5]), tf.zeros([2, 2, 12])]
    plain = tf.image.generate_bounding_box_proposals(*parts)
    named = tf.image.generate_bounding_box_proposals(*parts, 0.5, 100, 2.0, post_nms_topn=7, name="proposals")
    return {"regions": plain[0], "probabilities": plain[1], "few": named[0], "of few": named.roi_probabilities}


def run(tf, session, fetches):
    return {}
