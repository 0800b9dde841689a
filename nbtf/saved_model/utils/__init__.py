"""tf.saved_model.utils."""

from nbtf.saved_model.signatures import build_tensor_info as build_tensor_info
from nbtf.saved_model.signatures import get_tensor_from_tensor_info as get_tensor_from_tensor_info
