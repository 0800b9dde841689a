"""Op blocks, one file a family. Importing this package registers all of them."""

from nbtf.ops import activation as activation
from nbtf.ops import array as array
from nbtf.ops import control as control
from nbtf.ops import conversion as conversion
from nbtf.ops import elementwise as elementwise
from nbtf.ops import math as math
from nbtf.ops import nn as nn
from nbtf.ops import quantize as quantize
from nbtf.ops import random as random
from nbtf.ops import special as special
from nbtf.ops import string as string
from nbtf.ops import variable as variable
