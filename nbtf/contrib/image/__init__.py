"""tf.contrib.image: images turned, moved and seen through other projections, and the transforms for that."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.contrib.image.projections": (
        "angles_to_projective_transforms", "compose_transforms", "flat_transforms_to_matrices",
        "matrices_to_flat_transforms", "rotate", "transform", "translate", "translations_to_projective_transforms",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
