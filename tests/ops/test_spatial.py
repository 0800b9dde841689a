"""Between space, batch and depth; image patches."""

import itertools

import numpy as np
from ops.image_values import rows
from ops.table import Bad, Row, forward_tests, refusal_tests

INTS = np.int32
LONGS = np.int64
IMAGES = np.arange(2 * 4 * 6 * 3, dtype=np.float32).reshape(2, 4, 6, 3) % 120
PADS = INTS([[1, 1], [0, 3]])


def to_batch(x, block, pads):
    """Every place of a block as batch entries: the definition, by slices."""
    padded = np.pad(x, [(0, 0), *pads, *[(0, 0)] * (x.ndim - 1 - len(block))])
    places = itertools.product(*[range(size) for size in block])
    steps = [(slice(None), *[slice(at, None, size) for at, size in zip(place, block, strict=True)]) for place in places]
    return np.concatenate([padded[step] for step in steps])


def to_depth(x, block):
    """NHWC."""
    return np.concatenate([x[:, i::block, j::block] for i in range(block) for j in range(block)], 3)


def channels_first(x):
    return x.transpose(0, 3, 1, 2)


def patches(x, size, stride, rate, before, after):
    padded = np.pad(x, ((0, 0), before, after, (0, 0)))
    rows = range(0, padded.shape[1] - (size[0] - 1) * rate, stride[0])
    columns = range(0, padded.shape[2] - (size[1] - 1) * rate, stride[1])
    window = [size[0] * rate, size[1] * rate]
    return np.stack(
        [
            np.stack(
                [padded[:, r : r + window[0] : rate, c : c + window[1] : rate].reshape(len(x), -1) for c in columns], 1
            )
            for r in rows
        ],
        1,
    )


WINDOW = {"ksizes": [1, 2, 3, 1], "strides": [1, 2, 1, 1], "rates": [1, 1, 1, 1]}

ROWS = [
    Row("SpaceToBatchND", [IMAGES, INTS([2, 3]), PADS], lambda x, b, p: to_batch(x, b, p)),
    Row(
        "SpaceToBatchND",
        [IMAGES, LONGS([2]), LONGS([[0, 0]])],
        lambda x, b, p: to_batch(x, b, p),
        label="rows",
        only=["float32"],
    ),
    Row(
        "SpaceToBatchND",
        [IMAGES, INTS([2, 2, 3]), INTS([[0, 0], [2, 0], [3, 0]])],
        lambda x, b, p: to_batch(x, b, p),
        label="three",
        only=["float32"],
    ),
    Row("BatchToSpaceND", [to_batch(IMAGES, [2, 3], PADS), INTS([2, 3]), PADS], lambda x, *_: IMAGES.astype(x.dtype)),
    Row(
        "BatchToSpaceND",
        [to_batch(IMAGES, [2, 3], PADS), INTS([2, 3]), INTS([[4, 2], [0, 0]])],
        lambda *_: np.zeros((2, 0, 9, 3)),
        label="nothing left",
        only=["float32"],
    ),
    Row(
        "BatchToSpaceND",
        [to_batch(IMAGES, [2, 3], PADS), np.int64([2, 3]), PADS],
        lambda x, *_: IMAGES.astype(x.dtype),
        label="index types",
        only=["float32"],
    ),
    Row(
        "SpaceToBatchND",
        [IMAGES, np.int64([2, 3]), PADS],
        lambda x, b, p: to_batch(x, b, p),
        label="index types",
        only=["float32"],
    ),
    Row("SpaceToBatch", [IMAGES, INTS([[0, 0], [1, 1]])], lambda x, p: to_batch(x, [2, 2], p), {"block_size": 2}),
    Row(
        "BatchToSpace",
        [to_batch(IMAGES, [2, 2], [[0, 0], [1, 1]]), INTS([[0, 0], [1, 1]])],
        lambda x, *_: IMAGES.astype(x.dtype),
        {"block_size": 2},
    ),
    Row("SpaceToDepth", [IMAGES], lambda x: to_depth(x, 2), {"block_size": 2}),
    Row(
        "SpaceToDepth",
        [channels_first(IMAGES)],
        lambda x: channels_first(to_depth(x.transpose(0, 2, 3, 1), 2)),
        {"block_size": 2, "data_format": "NCHW"},
        label="NCHW",
        only=["float32"],
    ),
    Row("DepthToSpace", [to_depth(IMAGES, 2)], lambda x: IMAGES.astype(x.dtype), {"block_size": 2}),
    Row(
        "DepthToSpace",
        [channels_first(to_depth(IMAGES, 2))],
        lambda _: channels_first(IMAGES),
        {"block_size": 2, "data_format": "NCHW"},
        label="NCHW",
        only=["float32"],
    ),
    Row(
        "ExtractImagePatches",
        [IMAGES],
        lambda x: patches(x, (2, 3), (2, 1), 1, (0, 0), (0, 0)),
        {**WINDOW, "padding": "VALID"},
    ),
    Row(
        "ExtractImagePatches",
        [IMAGES],
        lambda x: patches(x, (2, 3), (2, 1), 1, (0, 0), (1, 1)),
        {**WINDOW, "padding": "SAME"},
        label="same",
        only=["float32"],
    ),
    Row(
        "ExtractImagePatches",
        [IMAGES],
        lambda x: patches(x, (2, 3), (2, 1), 2, (0, 0), (0, 0)),
        {**WINDOW, "rates": [1, 2, 2, 1], "padding": "VALID"},
        label="rates",
        only=["float32"],
    ),
    *rows("ExtractVolumePatches"),
]

BAD = [
    Bad(
        "SpaceToBatchND",
        [IMAGES, INTS([3]), INTS([[0, 0]])],
        "padded_shape\\[0\\]=4 is not divisible by block_shape\\[0\\]=3",
    ),
    Bad("SpaceToBatchND", [IMAGES, INTS([0]), INTS([[0, 0]])], "All values in block_shape must be positive, got 0"),
    Bad("BatchToSpaceND", [IMAGES, INTS([3]), INTS([[0, 0]])], "Input batch dimension \\(2\\) is not divisible"),
    Bad("BatchToSpaceND", [IMAGES, INTS([2]), INTS([[9, 0]])], "cropped_shape\\[0\\]=-1 must be non-negative"),
    Bad("SpaceToDepth", [IMAGES], "should be divisible by block_size: 5", {"block_size": 5}),
    Bad("DepthToSpace", [IMAGES], "Input depth dimension 3 should be divisible by: 4", {"block_size": 2}),
    Bad(
        "ExtractImagePatches",
        [IMAGES],
        "Only support ksizes, strides and rates across space",
        {**WINDOW, "ksizes": [1, 2, 2, 2], "padding": "SAME"},
    ),
    Bad(
        "ExtractVolumePatches",
        [np.zeros((1, 2, 2, 2, 1), np.float32)],
        "Only support ksizes and strides across space",
        {"ksizes": [1, 2, 2, 2, 2], "strides": [1] * 5, "padding": "SAME"},
    ),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)
