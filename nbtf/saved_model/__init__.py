"""tf.saved_model: loading a SavedModel into a session."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.saved_model.loader": (
        "load",
        "maybe_saved_model_directory",
        "maybe_saved_model_directory as contains_saved_model",
    ),
}
_MODULES = ("constants", "loader", "signature_constants", "tag_constants")

_names = NameSpace(__name__, _EXPORTS, _MODULES)
__getattr__, __dir__ = _names.find, _names.list
