"""Files of images decoded and encoded."""

import numpy as np

BYTES = (np.arange(4 * 5 * 3) * 4 % 256).astype(np.uint8).reshape(4, 5, 3)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a730000001649444154789c63606462666165"
    "6360e7e0e4e2e60100018f004f0474adbd0000000049454e44ae426082"
)
BMP = (
    b"BM>\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x02\0\0\0\x01\0\x18\0"
    + bytes(24)
    + b"\x01\x02\x03\0\x04\x05\x06\0"
)


def build(tf):
    image = tf.image
    png = tf.placeholder(tf.string, [], name="png")
    bmp = tf.constant(BMP)
    floats = tf.constant(BYTES / np.float32(255))
    jpeg = tf.io.encode_jpeg(BYTES, quality=90, name="jpeg")
    return {
        "png": image.decode_png(png),
        "png of four": tf.io.decode_png(png, channels=4, name="four"),
        "png of words": image.decode_png(png, channels=1, dtype=tf.uint16),
        "bmp": image.decode_bmp(bmp),
        "gif": image.decode_gif(png),
        "any": image.decode_image(png),
        "any of three": tf.io.decode_image(bmp, channels=3, expand_animations=False),
        "any as floats": image.decode_image(png, dtype=tf.float32, name="floats"),
        "any as doubles": image.decode_image(png, dtype=tf.float64),
        "any as ints": image.decode_image(bmp, dtype=tf.int32),
        "again": image.decode_png(image.encode_png(BYTES, compression=3)),
        "jpeg": image.decode_jpeg(jpeg, channels=3, dct_method="INTEGER_ACCURATE"),
        "jpeg half": tf.io.decode_jpeg(jpeg, 1, ratio=2, dct_method="INTEGER_ACCURATE", name="half"),
        "crop": image.decode_and_crop_jpeg(jpeg, [1, 2, 2, 2], channels=1, dct_method="INTEGER_ACCURATE"),
        "shape": image.extract_jpeg_shape(jpeg),
        "shape of words": image.extract_jpeg_shape(jpeg, tf.int64, name="shape"),
        "is jpeg": image.is_jpeg(jpeg),
        "are jpeg": tf.io.is_jpeg(["a", b"\xff\xd8\xff"], name="are"),
        "built": image.adjust_jpeg_quality(BYTES, 50).op.name,
        "built floats": image.adjust_jpeg_quality(floats, tf.constant(50), name="adjusted").op.name,
        "built random": image.random_jpeg_quality(floats, 50, 80, seed=3).op.name,
    }


FEEDS = {"png:0": PNG}


def run(tf, session, fetches):
    # what TensorFlow decodes by its faster transform is compared elsewhere
    return session.run({label: fetch for label, fetch in fetches.items() if not label.startswith("built")}, FEEDS)


def errors(tf):
    image = tf.image
    one = np.zeros([2, 3, 3], np.uint8)

    def running(make):
        def evaluate():
            with tf.Session() as session:
                session.run(make())

        return evaluate

    return {
        "two files": (lambda: image.decode_png(["a", "b"]), "rank"),
        "number": (lambda: image.decode_jpeg(3), ""),
        "window": (lambda: image.decode_and_crop_jpeg("a", [1, 2, 3]), "4"),
        "to string": (lambda: image.decode_image("a", dtype=tf.string), ""),
        "row": (lambda: image.encode_jpeg(one[0]), "rank"),
        "floats": (lambda: image.encode_png(one.astype(np.float32)), "float"),
        "format": (lambda: image.encode_jpeg(one, format="gray"), "format"),
        "quality": (running(lambda: image.encode_jpeg(one, quality=101)), "quality must be in"),
        "unknown": (running(lambda: image.decode_image("text")), "Unknown image file format"),
        "empty": (running(lambda: image.decode_png("")), "Input is empty"),
        "png as bmp": (running(lambda: image.decode_bmp(PNG)), "Trying to decode PNG"),
        "damaged": (running(lambda: image.decode_png(PNG[:-13])), "Invalid PNG data"),
    }
