"""tf.saved_model: models as folders, written, described and loaded."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.saved_model.assets": ("Asset",),
    "nbtf.saved_model.builder": ("SavedModelBuilder as Builder", "simple_save"),
    "nbtf.saved_model.constants": (
        "ASSETS_DIRECTORY",
        "ASSETS_KEY",
        "DEBUG_DIRECTORY",
        "DEBUG_INFO_FILENAME_PB",
        "LEGACY_INIT_OP_KEY",
        "MAIN_OP_KEY",
        "SAVED_MODEL_FILENAME_PB",
        "SAVED_MODEL_FILENAME_PBTXT",
        "SAVED_MODEL_SCHEMA_VERSION",
        "VARIABLES_DIRECTORY",
        "VARIABLES_FILENAME",
    ),
    "nbtf.saved_model.loader": (
        "load",
        "maybe_saved_model_directory",
        "maybe_saved_model_directory as contains_saved_model",
    ),
    "nbtf.saved_model.main_op": ("main_op_with_restore",),
    "nbtf.saved_model.object_loader": ("load_v2",),
    "nbtf.saved_model.object_saving": ("save",),
    "nbtf.saved_model.save_options": ("SaveOptions",),
    "nbtf.saved_model.signature_constants": (
        "CLASSIFY_INPUTS",
        "CLASSIFY_METHOD_NAME",
        "CLASSIFY_OUTPUT_CLASSES",
        "CLASSIFY_OUTPUT_SCORES",
        "DEFAULT_SERVING_SIGNATURE_DEF_KEY",
        "PREDICT_INPUTS",
        "PREDICT_METHOD_NAME",
        "PREDICT_OUTPUTS",
        "REGRESS_INPUTS",
        "REGRESS_METHOD_NAME",
        "REGRESS_OUTPUTS",
    ),
    "nbtf.saved_model.signatures": (
        "build_signature_def",
        "build_tensor_info",
        "classification_signature_def",
        "get_tensor_from_tensor_info",
        "is_valid_signature",
        "predict_signature_def",
        "regression_signature_def",
    ),
    "nbtf.saved_model.tag_constants": ("GPU", "SERVING", "TPU", "TRAINING"),
}
_MODULES = (
    "builder",
    "constants",
    "loader",
    "main_op",
    "signature_constants",
    "signature_def_utils",
    "tag_constants",
    "utils",
)

_names = NameSpace(__name__, _EXPORTS, _MODULES)
__getattr__, __dir__ = _names.find, _names.list
