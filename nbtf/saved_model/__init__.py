"""tf.saved_model: loading a SavedModel into a session."""

from nbtf.saved_model import constants as constants
from nbtf.saved_model import loader as loader
from nbtf.saved_model import signature_constants as signature_constants
from nbtf.saved_model import tag_constants as tag_constants
from nbtf.saved_model.loader import load as load
from nbtf.saved_model.loader import maybe_saved_model_directory as contains_saved_model
from nbtf.saved_model.loader import maybe_saved_model_directory as maybe_saved_model_directory

__all__ = [
    "constants",
    "contains_saved_model",
    "load",
    "loader",
    "maybe_saved_model_directory",
    "signature_constants",
    "tag_constants",
]
