"""tf.layers: layers of neural networks, as classes and as functions."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.layers.base": ("Layer",),
    "nbtf.layers.convolutional": ("Conv1D", "Conv2D", "Conv3D", "conv1d", "conv2d", "conv3d"),
    "nbtf.layers.core": ("Dense", "Dropout", "Flatten", "dense", "dropout", "flatten"),
    "nbtf.layers.input_spec": ("InputSpec",),
    "nbtf.layers.normalization": ("BatchNormalization", "batch_normalization"),
    "nbtf.layers.pooling": (
        "AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "MaxPooling1D", "MaxPooling2D", "MaxPooling3D",
        "average_pooling1d", "average_pooling2d", "average_pooling3d", "max_pooling1d", "max_pooling2d",
        "max_pooling3d",
    ),
    "nbtf.layers.separable": ("SeparableConv1D", "SeparableConv2D", "separable_conv1d", "separable_conv2d"),
    "nbtf.layers.transposed": ("Conv2DTranspose", "Conv3DTranspose", "conv2d_transpose", "conv3d_transpose"),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
