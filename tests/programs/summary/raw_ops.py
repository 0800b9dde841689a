"""The ops of summaries, to the byte."""

import numpy as np


def build(tf):
    raw = tf.raw_ops
    values = tf.placeholder(tf.float32, name="values")
    tag = tf.placeholder(tf.string, name="tag")
    pixels = tf.placeholder(tf.uint8, name="pixels")
    return {
        "scalar": raw.ScalarSummary(tags="a", values=1.5),
        "scalars": raw.ScalarSummary(tags=["a", "b"], values=np.array([1, 1 << 40])),
        "histogram": raw.HistogramSummary(tag=tag, values=values),
        "histogram_wide": raw.HistogramSummary(tag="w", values=np.array([-1e300, -1.0, 0, 1e-13, 1e-12, 5, 1e25])),
        "histogram_bytes": raw.HistogramSummary(tag="b", values=np.array([1, 2, 200], np.uint8)),
        "histogram_empty": raw.HistogramSummary(tag="e", values=np.zeros([0], np.float32)),
        "histogram_zero": raw.HistogramSummary(tag="z", values=[0.0]),
        "images": raw.ImageSummary(tag=tag, tensor=pixels, max_images=2),
        "image": raw.ImageSummary(tag=tag, tensor=pixels, max_images=1),
        "image_signed": raw.ImageSummary(tag="s", tensor=np.float32([[[[-5, 0, 1]], [[6, np.nan, 2]]]])),
        "image_positive": raw.ImageSummary(tag="p", tensor=(np.arange(12).reshape(1, 3, 4, 1) / 7).astype(np.float16)),
        "image_dark": raw.ImageSummary(tag="d", tensor=np.zeros((1, 2, 2, 1), np.float32)),
        "image_broken": raw.ImageSummary(tag="n", tensor=np.full((1, 2, 2, 4), np.inf, np.float32)),
        "audio": raw.AudioSummaryV2(tag="a", tensor=np.linspace(-1.2, 1.2, 12, dtype=np.float32).reshape(2, 6), sample_rate=44100.0),
        "audio_stereo": raw.AudioSummaryV2(tag="s", tensor=np.zeros([4, 3, 2], np.float32), sample_rate=8000.75, max_outputs=1),
        "audio_none": raw.AudioSummaryV2(tag="n", tensor=np.zeros([0, 3], np.float32), sample_rate=[1.0]),
        "tensor": raw.TensorSummary(tensor=[1.0, 2.0], description="d", labels=["x"], display_name="D", name="named"),
        "tensor_tagged": raw.TensorSummaryV2(tag="t", tensor=["a", "b"], serialized_summary_metadata=b"\x12\x01x"),
        "tensor_scalar": raw.TensorSummaryV2(tag="t", tensor=np.int8(3), serialized_summary_metadata=b""),
        "merged": raw.MergeSummary(
            inputs=[raw.ScalarSummary(tags="a", values=1.5), raw.ScalarSummary(tags=["b", "c"], values=[1.5, 2])]
        ),
        "png": raw.EncodePng(image=np.arange(2 * 5 * 7 * 3, dtype=np.uint8).reshape(2, 5, 7, 3)),
        "png_deep": raw.EncodePng(image=np.arange(5 * 7 * 2, dtype=np.uint16).reshape(5, 7, 2) * 900, compression=9),
    }  # fmt: skip


FEEDS = {
    "tag:0": "fed",
    "values:0": np.sin(np.arange(60, dtype=np.float32).reshape(3, 20)) * 3,
    "pixels:0": np.arange(3 * 9 * 11 * 3, dtype=np.uint16).reshape(3, 9, 11, 3) % 251,
}


def errors(tf):
    raw = tf.raw_ops

    def run(make, shape=(1,), value=1.0, dtype=tf.float32, tag="t"):
        def attempt():
            fed, tags = tf.placeholder(dtype), tf.placeholder(tf.string)
            with tf.Session() as session:
                session.run(make(tags, fed), {fed: np.full(shape, value), tags: tag})

        return attempt

    return {
        "shapes": (run(lambda t, v: raw.ScalarSummary(tags=t, values=v), (3,), tag=["a", "b"]), r"not the same shape: \[2\] != \[3\]"),
        "shape": (run(lambda t, v: raw.ScalarSummary(tags=t, values=v)), r"\[\] != \[1\] \(tag 't'\)"),
        "nan": (run(lambda t, v: raw.HistogramSummary(tag=t, values=v, name="h"), value=np.nan), "Nan in summary histogram for: h"),
        "infinity": (run(lambda t, v: raw.HistogramSummary(tag=t, values=v, name="h"), value=np.inf), "Infinity in Histogram for: h"),
        "tags": (run(lambda t, v: raw.HistogramSummary(tag=t, values=v), tag=["a"]), "tags must be scalar"),
        "channels": (run(lambda t, v: raw.ImageSummary(tag=t, tensor=v), (1, 2, 2, 2)), r"last dim 1, 3, or 4, not \[1,2,2,2\]"),
        "no pixels": (run(lambda t, v: raw.ImageSummary(tag=t, tensor=v), (1, 0, 2, 1)), r"non-zero dims. Found: \[1, 0, 2, 1\]."),
        "color": (
            run(lambda t, v: raw.ImageSummary(tag=t, tensor=v, bad_color=tf.make_tensor_proto(np.uint8([1, 2]))), (1, 2, 2, 3)),
            "got depth = 3, bad_color.size = 2",
        ),
        "audio rank": (run(lambda t, v: raw.AudioSummaryV2(tag=t, tensor=v, sample_rate=1)), r"3-D or 2-D, got: \[1\]"),
        "audio rate": (run(lambda t, v: raw.AudioSummaryV2(tag=t, tensor=v, sample_rate=-1), (1, 2)), "sample_rate must be > 0"),
        "duplicate": (
            run(lambda t, v: raw.MergeSummary(inputs=[raw.ScalarSummary(tags=["a", "a"], values=[1, 2])])),
            "Duplicate tag a found in summary inputs",
        ),
        "junk": (run(lambda t, v: raw.MergeSummary(inputs=[t]), tag=b"\xff\xff"), "Could not parse one of the summary inputs"),
    }  # fmt: skip
