"""tf.io.gfile: files and folders."""

from nbtf.gfile.file_io import GFile as GFile
from nbtf.gfile.folders import copy as copy
from nbtf.gfile.folders import exists as exists
from nbtf.gfile.folders import get_registered_schemes as get_registered_schemes
from nbtf.gfile.folders import glob as glob
from nbtf.gfile.folders import isdir as isdir
from nbtf.gfile.folders import join as join
from nbtf.gfile.folders import listdir as listdir
from nbtf.gfile.folders import makedirs as makedirs
from nbtf.gfile.folders import mkdir as mkdir
from nbtf.gfile.folders import remove as remove
from nbtf.gfile.folders import rename as rename
from nbtf.gfile.folders import rmtree as rmtree
from nbtf.gfile.folders import stat as stat
from nbtf.gfile.folders import walk as walk
