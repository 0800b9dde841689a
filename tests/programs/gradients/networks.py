"""Gradients of the ops of neural networks."""

import numpy as np
from programs.gradient_rows import Row, gradients_of

IMAGE = ((np.arange(2 * 4 * 5 * 2) * 37 % 101) - 50).astype(np.float32).reshape(2, 4, 5, 2) / 32
VOLUME = ((np.arange(1 * 3 * 3 * 4 * 2) * 37 % 101) - 50).astype(np.float32).reshape(1, 3, 3, 4, 2) / 32
FILTER = ((np.arange(2 * 3 * 2 * 3) * 29 % 53) - 25).astype(np.float32).reshape(2, 3, 2, 3) / 16
FILTER3 = ((np.arange(2 * 2 * 2 * 2 * 3) * 29 % 53) - 25).astype(np.float32).reshape(2, 2, 2, 2, 3) / 16
X = IMAGE[0, 0]
TWO = np.float32([1.5, -0.5])
INTS = np.int32
WINDOW = {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "SAME"}
WINDOW3 = {"ksize": [1, 2, 2, 2, 1], "strides": [1, 1, 1, 1, 1], "padding": "VALID"}

NORM = {"x": IMAGE, "scale": TWO, "offset": TWO, "by": ["x", "scale", "offset"], "outputs": [0], "second": False}
LABELS = {
    "labels_indices": np.int64([[i, 0] for i in range(5)]),
    "labels_values": INTS([0, 1, 0, 1, 0]),
    "sequence_length": INTS([3, 2, 3, 3, 1]),
}

ROWS = [
    Row("BiasAdd", value=IMAGE, bias=TWO),
    Row("BiasAdd", value=IMAGE[:, :2], bias=TWO, data_format="NCHW"),
    Row("BiasAddV1", value=X, bias=TWO),
    Row("Softmax", logits=X),
    Row("LogSoftmax", logits=X),
    Row("SoftmaxCrossEntropyWithLogits", features=X, labels=np.abs(X), outputs=[0]),
    Row("SoftmaxCrossEntropyWithLogits", features=X, labels=np.abs(X), second=False),
    Row("SparseSoftmaxCrossEntropyWithLogits", features=X, labels=INTS([0, 1, 1, 0, 1]), outputs=[0]),
    Row("Conv2D", input=IMAGE, filter=FILTER, strides=[1, 1, 1, 1], padding="SAME"),
    Row("Conv2D", input=IMAGE, filter=FILTER, strides=[1, 2, 1, 1], padding="VALID", known=False),
    Row("DepthwiseConv2dNative", input=IMAGE, filter=FILTER, strides=[1, 1, 1, 1], padding="SAME"),
    Row("Conv3D", input=VOLUME, filter=FILTER3, strides=[1, 1, 1, 1, 1], padding="SAME"),
    Row("MaxPool", input=IMAGE, **WINDOW),
    Row("MaxPoolV2", input=IMAGE, ksize=INTS(WINDOW["ksize"]), strides=INTS(WINDOW["strides"]), padding="SAME"),
    Row("MaxPoolWithArgmax", input=IMAGE, **WINDOW, second=False),
    Row("AvgPool", value=IMAGE, **WINDOW),
    Row("MaxPool3D", input=VOLUME, **WINDOW3),
    Row("AvgPool3D", input=VOLUME, **WINDOW3),
    *[
        Row(op, **NORM, mean=np.float32([]), variance=np.float32([]), epsilon=0.01)
        for op in ("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3")
    ],
    Row("FusedBatchNormV3", **NORM, mean=TWO, variance=TWO**2, is_training=False),
    Row("LRN", input=IMAGE, depth_radius=1, second=False),
    Row("ResizeBilinear", images=IMAGE, size=INTS([6, 7]), second=False),
    Row("ResizeBicubic", images=IMAGE, size=INTS([6, 7]), second=False),
    Row("ResizeNearestNeighbor", images=IMAGE, size=INTS([6, 7]), second=False),
    Row("ResizeNearestNeighbor", images=IMAGE, size=INTS([6, 7]), second=False, known=False),
    Row("CropAndResize", image=IMAGE, boxes=np.float32([[0.1, 0.2, 0.8, 0.9]]), box_ind=INTS([1]), crop_size=INTS([3, 3]), second=False),
    Row("QuantizeAndDequantizeV2", input=IMAGE, input_min=np.float32(-1), input_max=np.float32(1), range_given=True),
    Row("QuantizeAndDequantizeV3", input=IMAGE, input_min=np.float32(-1), input_max=np.float32(1), num_bits=INTS(8)),
    Row("QuantizeAndDequantizeV4", input=IMAGE, input_min=np.float32(-1), input_max=np.float32(1), range_given=True, second=False),
    Row("FakeQuantWithMinMaxArgs", inputs=IMAGE, second=False),
    Row("FakeQuantWithMinMaxVars", inputs=IMAGE, min=np.float32(-1), max=np.float32(1), second=False),
    Row("FakeQuantWithMinMaxVarsPerChannel", inputs=IMAGE, min=-np.abs(TWO), max=np.abs(TWO), second=False),
    Row("CTCLoss", inputs=np.stack([X, -X, X])[..., [0, 1, 1]], **LABELS, second=False),
]  # fmt: skip

build = gradients_of(ROWS)
RTOL = 1e-4
ATOL = 1e-5
