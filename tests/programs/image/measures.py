"""How much images differ, and their edges."""

import numpy as np

RANDOM = np.random.RandomState(9)
BATCH = RANDOM.uniform(size=[2, 13, 11, 3]).astype(np.float32)
OTHER = (BATCH * 0.7 + RANDOM.uniform(size=[2, 13, 11, 3]) * 0.3).astype(np.float32)
BYTES = (BATCH[0] * 255).astype(np.uint8)


def build(tf):
    image = tf.image
    known = tf.placeholder(tf.float32, [2, 13, 11, 3], name="known")
    other = tf.placeholder(tf.float32, [2, 13, 11, 3], name="other")
    batch = tf.placeholder(tf.float32, [None, None, None, 3], name="batch")
    bytes_ = tf.placeholder(tf.uint8, [13, 11, 3], name="bytes")
    loose = tf.placeholder(tf.float32, [2, None, None, 3], name="loose")
    made = {
        "psnr": image.psnr(known, other, 1.0),
        "psnr of bytes": image.psnr(bytes_, bytes_ // 2, 255, name="noise"),
        "psnr of one": image.psnr(known, other[:1], 1.0),
        "psnr of any": image.psnr(batch, loose, 1.0),
        "ssim": image.ssim(known, other, 1.0),
        "ssim of bytes": image.ssim(bytes_, bytes_ // 2, 255, filter_size=5, filter_sigma=2.0, k1=0.02, k2=0.01),
        "ssim of any": image.ssim(batch, loose, 1.0, filter_size=4),
        "ssim map": image.ssim(known, other, 1.0, filter_size=3, return_index_map=True),
        "scales": image.ssim_multiscale(known, other, 1.0, power_factors=(0.4, 0.6), filter_size=3),
        "scales of any": image.ssim_multiscale(batch, loose, 1.0, (0.2, 0.3, 0.5), 2, 1.0),
        "variation": image.total_variation(known),
        "variation of one": image.total_variation(known[0], name="variation"),
        "variation of any": image.total_variation(batch),
        "sobel": image.sobel_edges(known),
        "sobel of any": image.sobel_edges(batch),
    }
    for name, one in {"known": known, "batch": batch, "loose": loose}.items():
        made[f"dy/{name}"], made[f"dx/{name}"] = image.image_gradients(one)
    return made


FEEDS = {"known:0": BATCH, "other:0": OTHER, "batch:0": BATCH, "bytes:0": BYTES, "loose:0": OTHER}


def errors(tf):
    image = tf.image

    def run():
        with tf.Session() as session:
            made = tf.placeholder(tf.float32, [None, None, None, 3])
            session.run(image.ssim(made, made, 1.0), {made: np.zeros([1, 5, 5, 3])})

    return {
        "ranks": (lambda: image.psnr(tf.zeros([3, 4]), tf.zeros([3, 4]), 1.0), ""),
        "sizes": (lambda: image.psnr(tf.zeros([1, 5, 4, 3]), tf.zeros([1, 4, 4, 3]), 1.0), ""),
        "batches": (lambda: image.ssim(tf.zeros([2, 4, 4, 3]), tf.zeros([3, 4, 4, 3]), 1.0), "not compatible"),
        "small": (run, ""),
        "gradients": (lambda: image.image_gradients(tf.zeros([3, 4, 3])), "4D"),
        "variation": (lambda: image.total_variation(tf.zeros([3, 4])), "3 or 4"),
    }
