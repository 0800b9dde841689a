"""Op blocks, one file a family. Importing this package registers all of them."""

from nbtf.ops import array as array
from nbtf.ops import control as control
from nbtf.ops import elementwise as elementwise
from nbtf.ops import functional as functional
from nbtf.ops import math as math
from nbtf.ops import nn as nn
from nbtf.ops import random as random
from nbtf.ops import stack as stack
from nbtf.ops import string as string
from nbtf.ops import tensor_array as tensor_array
from nbtf.ops import variable as variable
