"""tf.math.special: Bessel functions, and integrals that have no closed form."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.math.special_functions import bessel_i0 as bessel_i0
from nbtf.math.special_functions import bessel_i0e as bessel_i0e
from nbtf.math.special_functions import bessel_i1 as bessel_i1
from nbtf.math.special_functions import bessel_i1e as bessel_i1e
from nbtf.math.special_functions import bessel_j0 as bessel_j0
from nbtf.math.special_functions import bessel_j1 as bessel_j1
from nbtf.math.special_functions import bessel_k0 as bessel_k0
from nbtf.math.special_functions import bessel_k0e as bessel_k0e
from nbtf.math.special_functions import bessel_k1 as bessel_k1
from nbtf.math.special_functions import bessel_k1e as bessel_k1e
from nbtf.math.special_functions import bessel_y0 as bessel_y0
from nbtf.math.special_functions import bessel_y1 as bessel_y1
from nbtf.math.special_functions import dawsn as dawsn
from nbtf.math.special_functions import expint as expint
from nbtf.math.special_functions import fresnel_cos as fresnel_cos
from nbtf.math.special_functions import fresnel_sin as fresnel_sin
from nbtf.math.special_functions import spence as spence
