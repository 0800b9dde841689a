"""tf.contrib.image: images turned, moved and seen through other projections, and the transforms for that."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib.image.projections import angles_to_projective_transforms as angles_to_projective_transforms
from nbtf.contrib.image.projections import compose_transforms as compose_transforms
from nbtf.contrib.image.projections import flat_transforms_to_matrices as flat_transforms_to_matrices
from nbtf.contrib.image.projections import matrices_to_flat_transforms as matrices_to_flat_transforms
from nbtf.contrib.image.projections import rotate as rotate
from nbtf.contrib.image.projections import transform as transform
from nbtf.contrib.image.projections import translate as translate
from nbtf.contrib.image.projections import translations_to_projective_transforms as translations_to_projective_transforms
