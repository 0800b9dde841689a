"""tf.gfile: files and folders."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.gfile.file_io import FastGFile as FastGFile
from nbtf.gfile.file_io import GFile as GFile
from nbtf.gfile.file_io import GFile as Open
from nbtf.gfile.folders import copy as Copy
from nbtf.gfile.folders import exists as Exists
from nbtf.gfile.folders import glob as Glob
from nbtf.gfile.folders import isdir as IsDirectory
from nbtf.gfile.folders import listdir as ListDirectory
from nbtf.gfile.folders import makedirs as MakeDirs
from nbtf.gfile.folders import mkdir as MkDir
from nbtf.gfile.folders import remove as Remove
from nbtf.gfile.folders import rename as Rename
from nbtf.gfile.folders import rmtree as DeleteRecursively
from nbtf.gfile.folders import stat as Stat
from nbtf.gfile.folders import walk_in_order as Walk
