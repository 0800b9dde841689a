"""tf.layers: layers of neural networks, as classes and as functions."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.layers.base import Layer as Layer
from nbtf.layers.convolutional import Conv1D as Conv1D
from nbtf.layers.convolutional import Conv2D as Conv2D
from nbtf.layers.convolutional import Conv3D as Conv3D
from nbtf.layers.convolutional import conv1d as conv1d
from nbtf.layers.convolutional import conv2d as conv2d
from nbtf.layers.convolutional import conv3d as conv3d
from nbtf.layers.core import Dense as Dense
from nbtf.layers.core import Dropout as Dropout
from nbtf.layers.core import Flatten as Flatten
from nbtf.layers.core import dense as dense
from nbtf.layers.core import dropout as dropout
from nbtf.layers.core import flatten as flatten
from nbtf.layers.input_spec import InputSpec as InputSpec
from nbtf.layers.normalization import BatchNormalization as BatchNormalization
from nbtf.layers.normalization import batch_normalization as batch_normalization
from nbtf.layers.pooling import AveragePooling1D as AveragePooling1D
from nbtf.layers.pooling import AveragePooling2D as AveragePooling2D
from nbtf.layers.pooling import AveragePooling3D as AveragePooling3D
from nbtf.layers.pooling import MaxPooling1D as MaxPooling1D
from nbtf.layers.pooling import MaxPooling2D as MaxPooling2D
from nbtf.layers.pooling import MaxPooling3D as MaxPooling3D
from nbtf.layers.pooling import average_pooling1d as average_pooling1d
from nbtf.layers.pooling import average_pooling2d as average_pooling2d
from nbtf.layers.pooling import average_pooling3d as average_pooling3d
from nbtf.layers.pooling import max_pooling1d as max_pooling1d
from nbtf.layers.pooling import max_pooling2d as max_pooling2d
from nbtf.layers.pooling import max_pooling3d as max_pooling3d
from nbtf.layers.separable import SeparableConv1D as SeparableConv1D
from nbtf.layers.separable import SeparableConv2D as SeparableConv2D
from nbtf.layers.separable import separable_conv1d as separable_conv1d
from nbtf.layers.separable import separable_conv2d as separable_conv2d
from nbtf.layers.transposed import Conv2DTranspose as Conv2DTranspose
from nbtf.layers.transposed import Conv3DTranspose as Conv3DTranspose
from nbtf.layers.transposed import conv2d_transpose as conv2d_transpose
from nbtf.layers.transposed import conv3d_transpose as conv3d_transpose
