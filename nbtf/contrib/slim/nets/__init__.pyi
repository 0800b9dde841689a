"""tf.contrib.slim.nets: networks for images, whose variables are named as in the checkpoints that were published."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib.slim.nets import alexnet as alexnet
from nbtf.contrib.slim.nets import inception as inception
from nbtf.contrib.slim.nets import inception_v1 as inception_v1
from nbtf.contrib.slim.nets import inception_v2 as inception_v2
from nbtf.contrib.slim.nets import inception_v3 as inception_v3
from nbtf.contrib.slim.nets import overfeat as overfeat
from nbtf.contrib.slim.nets import resnet_utils as resnet_utils
from nbtf.contrib.slim.nets import resnet_v1 as resnet_v1
from nbtf.contrib.slim.nets import resnet_v2 as resnet_v2
from nbtf.contrib.slim.nets import vgg as vgg
