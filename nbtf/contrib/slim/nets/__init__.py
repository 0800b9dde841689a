"""tf.contrib.slim.nets: networks for images, whose variables are named as in the checkpoints that were published."""

from nbtf.lazy import NameSpace

_names = NameSpace(
    __name__,
    {},
    (
        "alexnet",
        "inception",
        "inception_v1",
        "inception_v2",
        "inception_v3",
        "overfeat",
        "resnet_utils",
        "resnet_v1",
        "resnet_v2",
        "vgg",
    ),
)
__getattr__, __dir__ = _names.find, _names.list
