"""tf.saved_model: loading a SavedModel into a session."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.saved_model import constants as constants
from nbtf.saved_model import loader as loader
from nbtf.saved_model import signature_constants as signature_constants
from nbtf.saved_model import tag_constants as tag_constants
from nbtf.saved_model.loader import load as load
from nbtf.saved_model.loader import maybe_saved_model_directory as contains_saved_model
from nbtf.saved_model.loader import maybe_saved_model_directory as maybe_saved_model_directory
