"""Op blocks, one file a family. Importing this package registers all of them."""

from nbtf.ops import array as array
from nbtf.ops import math as math
from nbtf.ops import nn as nn
